import { afterEach, beforeEach } from 'vitest';
import type { Desk } from './desk.ts';
import { picture } from './looks.ts';

/**
 * A story's steps build on each other: after one that failed, the rest is skipped instead of failing slowly, and a
 * picture shows where it stood.
 */
export function tellAsStory(name: string, desk: () => Desk): void {
  let broken = false;
  beforeEach(({ skip }) => {
    skip(broken, 'an earlier step failed');
  });
  afterEach(async ({ task }) => {
    if (broken || task.result?.state !== 'fail') return;
    broken = true;
    await picture(desk().page, `failed-${name}`);
  });
}
