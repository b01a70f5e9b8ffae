import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect } from 'vitest';
import type { Desk } from './desk.ts';

/** Pictures of what the tests saw, for people: never compared, never committed. */
const PICTURES = path.join(import.meta.dirname, '../../../test-results/pages');

/**
 * Looks at the page as it stands, in both themes: a picture of each, and no serious obstacle for anybody who cannot see
 * it well. Of the second theme only the contrast is new.
 */
export async function look(desk: Desk, name: string): Promise<void> {
  const { page } = desk;
  mkdirSync(PICTURES, { recursive: true });
  const obstacles: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: path.join(PICTURES, `${name}-${colorScheme}.png`) });
    const axe = new AxeBuilder({ page });
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
