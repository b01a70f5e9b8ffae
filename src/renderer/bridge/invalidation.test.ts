import { describe, expect, it } from 'vitest';
import { contract, events, type CallName } from '../../shared/contract/index.ts';
import { STALE_AFTER, staleAfterCommand } from './invalidation.ts';

const names = Object.keys(contract) as CallName[];

describe('what an event makes stale', () => {
  it('knows every event of the contract', () => {
    expect(Object.keys(STALE_AFTER).sort()).toEqual(Object.keys(events).sort());
  });

  it('names queries only: a command is never repeated by an event', () => {
    for (const stale of Object.values(STALE_AFTER)) {
      if (stale === 'everything') continue;
      for (const name of stale) expect(contract[name].kind, name).toBe('query');
    }
  });

  it('refreshes the treasury when an operation moves', () => {
    expect(STALE_AFTER['operations.changed']).toContain('treasury.overview');
    expect(STALE_AFTER['operations.changed']).toContain('operations.get');
  });
});

describe('what a command makes stale', () => {
  it('names queries only', () => {
    for (const command of names.filter((name) => contract[name].kind === 'command')) {
      const stale = staleAfterCommand(command);
      if (stale === 'everything') continue;
      for (const name of stale) expect(contract[name].kind, `${command} → ${name}`).toBe('query');
    }
  });

  it('asks for everything again when another profile is opened, and for nothing when one is only tested', () => {
    expect(staleAfterCommand('profiles.open')).toBe('everything');
    expect(staleAfterCommand('profiles.test')).toEqual([]);
  });

  it('asks who has signed after a bundle was taken in, and leaves the long review to the event', () => {
    expect(staleAfterCommand('bundles.receive')).toContain('signing.round');
    expect(staleAfterCommand('bundles.receive')).not.toContain('signing.review');
    expect(STALE_AFTER['signing.changed']).toContain('signing.review');
    expect(STALE_AFTER['operations.changed']).not.toContain('signing.review');
  });

  it('refreshes the import whose row was fixed', () => {
    expect(staleAfterCommand('imports.fixRow')).toEqual(['imports.get', 'imports.rows']);
  });
});
