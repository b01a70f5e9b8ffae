import { describe, expect, it } from 'vitest';
import { FIRST_CHOICE, jadeRefusal, ownKeyOf } from './key-choice.ts';

describe('a key for a new wallet', () => {
  it('is new unless words are given, and never carries a passphrase that was not asked for', () => {
    expect(ownKeyOf(FIRST_CHOICE, [])).toEqual({ kind: 'keychain' });
    const restored = { ...FIRST_CHOICE, restore: true, passphrase: 'left over' };
    expect(ownKeyOf(restored, ['a', 'b'])).toEqual({ kind: 'keychain', words: 'a b' });
    expect(ownKeyOf({ ...restored, hasPassphrase: true }, ['a'])).toEqual({
      kind: 'keychain',
      words: 'a',
      passphrase: 'left over',
    });
  });

  it('does not carry words that belong to another choice', () => {
    const signer = { ...FIRST_CHOICE, restore: true, words: 'a b', place: 'signer' as const };
    expect(ownKeyOf(signer, ['a', 'b'])).toEqual({ missing: 'Choose the signer that holds the key.' });
    expect(ownKeyOf({ ...signer, peerId: 'p1' }, ['a', 'b'])).toEqual({ kind: 'signer', peerId: 'p1' });
  });

  it('needs a device where a Jade holds it, which no AMP0 account allows', () => {
    const jade = { ...FIRST_CHOICE, place: 'jade' as const };
    expect(ownKeyOf(jade, [])).toHaveProperty('missing');
    expect(ownKeyOf({ ...jade, port: '/dev/ttyACM0' }, [])).toEqual({ kind: 'jade', port: '/dev/ttyACM0' });
    expect(jadeRefusal('amp0')).toContain('cannot sign');
    expect(jadeRefusal('amp2')).toBeNull();
  });
});
