import { useEffect, useRef, type ReactElement } from 'react';
import styles from './overlay.module.css';

const HOVER_PAUSE = 450;
const GAP = 6;
const TIP_ID = 'tip';

function tipped(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;
}

/**
 * One tip for the whole page. Anything with `data-tip` shows it on focus, and after a pause on hover. It is a popover, so
 * that no scrolling box cuts it off, and it is written by hand because tables have thousands of such places.
 */
export function TipLayer(): ReactElement {
  const tip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = tip.current;
    if (!box) return undefined;
    let shownFor: HTMLElement | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const hide = (): void => {
      clearTimeout(timer);
      shownFor?.removeAttribute('aria-describedby');
      shownFor = null;
      if (box.matches(':popover-open')) box.hidePopover();
    };
    const show = (element: HTMLElement): void => {
      const text = element.dataset['tip'];
      if (!text || shownFor === element) return;
      hide();
      shownFor = element;
      box.textContent = text;
      if (element.tabIndex >= 0) element.setAttribute('aria-describedby', TIP_ID);
      box.showPopover();
      const around = element.getBoundingClientRect();
      const own = box.getBoundingClientRect();
      const below = around.bottom + GAP + own.height < window.innerHeight;
      box.style.top = `${below ? around.bottom + GAP : around.top - GAP - own.height}px`;
      box.style.left = `${Math.max(GAP, Math.min(around.left, window.innerWidth - own.width - GAP))}px`;
    };
    const onOver = (event: MouseEvent): void => {
      const element = tipped(event.target);
      if (element === shownFor) return;
      hide();
      if (element) timer = setTimeout(() => show(element), HOVER_PAUSE);
    };
    const onFocus = (event: FocusEvent): void => {
      const element = tipped(event.target);
      if (element && event.target instanceof Element && event.target.matches(':focus-visible')) show(element);
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') hide();
    };
    document.addEventListener('mouseover', onOver);
    document.addEventListener('focusin', onFocus);
    document.addEventListener('focusout', hide);
    document.addEventListener('pointerdown', hide);
    document.addEventListener('keydown', onKey, true);
    document.addEventListener('scroll', hide, true);
    return () => {
      hide();
      document.removeEventListener('mouseover', onOver);
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('pointerdown', hide);
      document.removeEventListener('keydown', onKey, true);
      document.removeEventListener('scroll', hide, true);
    };
  }, []);
  return <div ref={tip} id={TIP_ID} role="tooltip" popover="manual" className={styles.tip} />;
}
