import { describe, expect, it } from 'vitest';
import type { Batch, TreasurySigner } from '../../shared/contract/index.ts';
import {
  awaitsSignatures,
  missingNames,
  missingOf,
  roundSentence,
  signingActs,
  type Round,
} from './signatures.ts';

const VAULT = { fingerprint: '73c5da0a', name: 'Vault room', kind: 'signer' as const };
const JADE = { fingerprint: '4a2f1000', name: 'Jade of the CFO', kind: 'jade' as const };
const DESK = { fingerprint: 'aabbccdd', name: 'Desk', kind: 'keychain' as const };

function batch(seq: number, needed: number, signed: readonly string[], keys = [VAULT, JADE, DESK]) {
  return {
    batchId: `b${seq}`,
    seq,
    txid: 'ab'.repeat(32),
    needed,
    signatures: keys.map((key) => ({
      ...key,
      at: signed.includes(key.fingerprint) ? 1 : null,
      how: signed.includes(key.fingerprint) ? 'at once' : null,
    })),
  };
}

function round(batches: Round['batches'], change: Partial<Round> = {}): Round {
  return {
    batches,
    canAsk: [{ peerId: 'p', name: VAULT.name }],
    jades: [{ fingerprint: JADE.fingerprint, name: JADE.name }],
    jadeNote: null,
    ...change,
  };
}

it('knows which signers were asked already', () => {
  const asked = round([batch(1, 2, [])], { canAsk: [{ peerId: 'p', name: VAULT.name, askedAt: 5 }] });
  expect(signingActs(asked)[0]).toEqual({ kind: 'ask', peerId: 'p', name: VAULT.name, askedAt: 5 });
});

describe('what is missing in a round', () => {
  it('is one of the others where the desk has signed two-of-three already', () => {
    const half = round([batch(1, 2, [DESK.fingerprint]), batch(2, 2, [DESK.fingerprint])]);
    expect(roundSentence(half)).toBe(
      '2 batches wait for 1 signature each, by any of Vault room and Jade of the CFO.',
    );
    expect(missingNames(half)).toEqual(['Vault room', 'Jade of the CFO']);
  });

  it('differs by batch when one was signed before', () => {
    expect(roundSentence(round([batch(1, 2, [DESK.fingerprint]), batch(2, 2, [])]))).toBe(
      '2 batches wait for 1 to 2 signatures each, by any of Vault room, Jade of the CFO and Desk.',
    );
  });

  it('names the one key of a treasury that has one', () => {
    expect(roundSentence(round([batch(1, 1, [], [VAULT])]))).toBe(
      '1 batch waits for 1 signature, by Vault room.',
    );
  });

  it('is nothing when enough have signed, whoever they are', () => {
    const all = round([batch(1, 2, [DESK.fingerprint, JADE.fingerprint])]);
    expect(roundSentence(all)).toBe('Every signature is here.');
    expect(missingOf(all, VAULT.fingerprint)).toBe(0);
    expect(signingActs(all)).toEqual([]);
  });
});

describe('ways to the missing signatures', () => {
  it('are the signers that can be asked, then the Jades that have not signed', () => {
    expect(signingActs(round([batch(1, 2, [])])).map((act) => act.kind)).toEqual(['ask', 'jade']);
  });

  it('leave out a Jade that has signed everything that waits', () => {
    const acts = signingActs(round([batch(1, 2, [JADE.fingerprint])]));
    expect(acts).toEqual([{ kind: 'ask', peerId: 'p', name: 'Vault room' }]);
  });
});

describe('an operation', () => {
  const waiting = [{ step: 'built', state: 'waiting' }] as unknown as Batch[];
  it.each<[TreasurySigner, boolean]>([
    ['node', false],
    ['keychain', false],
    ['jade', true],
    ['signer', true],
    ['several', true],
  ])('signed by %s waits for a person to fetch signatures: %s', (signer, awaited) => {
    expect(awaitsSignatures({ signer, state: 'waiting', batches: waiting })).toBe(awaited);
  });

  it('that was cancelled waits for nothing', () => {
    expect(awaitsSignatures({ signer: 'signer', state: 'cancelled', batches: waiting })).toBe(false);
  });
});
