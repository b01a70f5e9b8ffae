import { describe, expect, it } from 'vitest';
import type { JadeDevice } from '../../../../shared/contract/index.ts';
import { choiceSentence, cosignerRows, isChoice, usualThreshold } from './cosigner-rows.ts';

const jade = (change: Partial<JadeDevice>): JadeDevice => ({
  port: '/dev/ttyACM0',
  state: 'ready',
  label: 'Jade Plus 4A2F10',
  fingerprint: '4a2f1000',
  firmware: '1.0.38',
  board: null,
  simulated: false,
  genuine: true,
  message: 'Unlocked.',
  next: '',
  ...change,
});
const vault = { kind: 'signer' as const, name: 'Vault room', fingerprint: '73c5da0a', peerId: 'peer-1' };

describe('keys that can be taken into a treasury', () => {
  it('are the desk’s own (made when there is none), those of signers, and unlocked Jades', () => {
    const rows = cosignerRows([vault], [jade({}), jade({ port: '/dev/ttyACM1', state: 'locked' })]);
    expect(rows.map(({ label }) => label)).toEqual(['Key of this desk', 'Vault room', 'Jade Plus 4A2F10']);
    expect(rows[0]?.note).toContain('Made now');
    expect(rows.map((row) => row.as('x'))).toEqual([
      { kind: 'keychain', name: 'x' },
      { kind: 'signer', name: 'x', peerId: 'peer-1', fingerprint: '73c5da0a' },
      { kind: 'jade', name: 'x', port: '/dev/ttyACM0' },
    ]);
  });

  it('reach a Jade at a signer’s machine over that signer', () => {
    const [, row] = cosignerRows([{ ...vault, kind: 'jade' }], []);
    expect(row?.note).toContain('Jade at an air-gapped signer');
    expect(row?.as('x')).toMatchObject({ kind: 'signer', peerId: 'peer-1' });
  });
});

describe('a choice of keys', () => {
  const [own, signer] = cosignerRows([vault], []);
  it.each([
    [[], false],
    [[own], false],
    [[signer], true],
    [[own, signer], true],
  ])('of %# makes a treasury: %s', (rows, expected) => {
    expect(isChoice(rows.filter((row) => row !== undefined))).toBe(expected);
  });

  it('says what it amounts to', () => {
    if (!own || !signer) throw new Error('two rows were expected');
    expect(choiceSentence([signer], 1)).toBe('Vault room signs alone.');
    expect(choiceSentence([own, signer], 2)).toBe('2 of 2 keys have to sign each payment.');
    expect(choiceSentence([own], 1)).toContain('watch-only');
  });

  it('needs more than half of the keys unless somebody decides otherwise', () => {
    expect([1, 2, 3, 4, 5].map(usualThreshold)).toEqual([1, 2, 2, 3, 3]);
  });
});
