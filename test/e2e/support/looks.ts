import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Desk } from './desk.ts';

/** Pictures of what the tests saw, for people: never compared, never committed. */
const PICTURES = path.join(import.meta.dirname, '../../../test-results/pages');

export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(PICTURES, `${name}.png`), animations: 'disabled' });
}

/**
 * Looks at the page as it stands, in both themes: a picture of each, and no serious obstacle for anybody who cannot see
 * it well. Of the second theme only the contrast is new.
 */
export async function look(desk: Desk, name: string): Promise<void> {
  const { page } = desk;
  const obstacles: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await picture(page, `${name}-${colorScheme}`);
    const axe = new AxeBuilder({ page })
      // What is being said aloud at this moment points at what said it, which may be gone by now.
      .exclude('[data-live-announcer]')
      // There are no frames here, so that no second tab has to put their findings together.
      .setLegacyMode(true);
    const { violations } = await (
      colorScheme === 'light' ? axe : axe.withRules(['color-contrast'])
    ).analyze();
    for (const { id, impact, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue;
      obstacles.push(`${name}, ${colorScheme}: ${id}: ${nodes[0]?.html.slice(0, 200)}`);
    }
  }
  expect(obstacles).toEqual([]);
}

/** What scrolls sideways, by the words in it: tables may, pages and their parts may not. */
export async function sideways(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`[document.documentElement, ...document.querySelectorAll('main, main *')]
    .filter((each) => each === document.documentElement || /auto|scroll/.test(getComputedStyle(each).overflowX))
    .filter((each) => each.scrollWidth > each.clientWidth + 1 && !each.querySelector(':scope > [role="table"]'))
    .map((each) => each.textContent.slice(0, 60))`);
}
