import { useEffect, useRef } from 'react';
import type { Role } from '../../shared/contract/index.ts';
import { copyText } from '../components/overlay/notices.ts';
import { moveInTable } from '../components/table/table-keys.ts';
import { placesOf, type Place } from './places.ts';

const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ['Ctrl K or ⌘ K', 'Search and run commands'],
  ['/', 'Search on this page'],
  ['j, k', 'Next or previous row'],
  ['← →', 'Along the figures of a row'],
  ['Enter', 'Open the row'],
  ['c', 'Copy the identifier of the row or of what is focused'],
  ['b', 'Amounts in base units, and back'],
  ['Esc', 'Close the drawer or dialog'],
  ['?', 'This list'],
];

/** Every key, for the help page. */
export function keysOf(role: Role): typeof KEYS {
  return [...KEYS, ...placesOf(role).map((place) => [`g ${place.letter}`, place.name] as const)];
}

export interface KeyActions {
  go: (to: Place['to']) => void;
  palette: () => void;
  help: () => void;
  baseUnits: () => void;
}

const CHORD_MS = 1_500;

/** Keys that work everywhere except where text is typed or a dialog is open. */
export function useGlobalKeys(role: Role, actions: KeyActions): void {
  const latest = useRef({ ...actions, role });
  useEffect(() => {
    latest.current = { ...actions, role };
  });
  useEffect(() => {
    let chordUntil = 0;
    const onKey = (event: KeyboardEvent): void => {
      const command = event.ctrlKey || event.metaKey;
      if (command && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        latest.current.palette();
        return;
      }
      if (event.defaultPrevented || command || event.altKey || inDialog()) return;
      if (event.key === 'Escape') {
        leave(event);
        return;
      }
      if (typing(event.target)) return;
      const chord = event.timeStamp < chordUntil;
      chordUntil = 0;
      if (chord) {
        const place = placesOf(latest.current.role).find((each) => each.letter === event.key);
        if (place) {
          event.preventDefault();
          latest.current.go(place.to);
        }
        return;
      }
      if (event.key === 'g') chordUntil = event.timeStamp + CHORD_MS;
      else if (press(event.key, latest.current)) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function press(key: string, actions: KeyActions): boolean {
  switch (key) {
    case 'j':
      moveInTable(1);
      return true;
    case 'k':
      moveInTable(-1);
      return true;
    case '/':
      return focusSearch();
    case '?':
      actions.help();
      return true;
    case 'b':
      actions.baseUnits();
      return true;
    case 'c':
      return copyFocused();
    default:
      return false;
  }
}

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA'].includes(target.tagName)) &&
    !(target instanceof HTMLInputElement && ['checkbox', 'radio'].includes(target.type))
  );
}

function inDialog(): boolean {
  return (
    document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]') !== null
  );
}

function leave(event: KeyboardEvent): void {
  if (typing(event.target) && !(event.target as HTMLElement).closest('[data-drawer]')) {
    (event.target as HTMLElement).blur();
    return;
  }
  document.querySelector<HTMLElement>('[data-drawer-close]')?.click();
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('[data-main-search] input');
  field?.focus();
  field?.select();
  return field !== null;
}

function copyFocused(): boolean {
  const focused = document.activeElement;
  const holder =
    focused?.closest<HTMLElement>('[data-copy]') ??
    focused?.querySelector<HTMLElement>('[data-copy]') ??
    focused?.closest('[role="row"]')?.querySelector<HTMLElement>('[data-copy]');
  const id = holder?.dataset['copy'];
  if (id === undefined) return false;
  void copyText(id, holder?.dataset['copyWhat'] ?? 'identifier');
  return true;
}
