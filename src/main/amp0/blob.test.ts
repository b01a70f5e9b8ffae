import { createCipheriv, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extendedKey } from './base58.ts';
import { blobFacts, blobMac, newBlob, openBlob, sealBlob, withAccount, withUsername } from './blob.ts';
import { readFrame } from './frames.ts';
import { blobKeys, gaitPathHex, gaitSteps, unwrapBlobKey, watchOnlyKeys, wrapBlobKey } from './keys.ts';

const KEY = Buffer.alloc(32, 7);
const MASTER =
  'tpubD6NzVbkrYhZ4XYa9MoLt4BiMZ4gkt2faZ4BcmKu2a9te4LDpQmvEz2L2yDERivHxFPnxXXhqDRkUNnQCpZggCyEZLBktV7VaSmwayqMJy1s';
const ACCOUNT =
  'tpubDA9GDAo3JyS2TaEikypKnu21N8sjLfTawM5te2jy9poCbFvYmRwSCz7Hk3YQiuMyStm1suBGTEW21ztSkisovDnyqo5nK1CgSY3LJesEci7';
const keys = {
  masterXpub: MASTER,
  loginAddress: '',
  masterPubkey: '',
  masterChainCode: '',
  registerPubkey: '',
  registerChainCode: '',
  blobPubkey: '',
  masterBlindingKey: 'ab'.repeat(32),
};

/** A sealed blob of any content. */
function sealed(plain: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', KEY, nonce);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

describe('a blob', () => {
  it('comes back as it was sealed, whatever other apps put there', async () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.constant(null),
        fc.boolean(),
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.bigInt({ min: 2n ** 32n, max: 2n ** 63n }),
        fc.string({ unit: 'binary' }),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie('any'), { noNullPrototype: true, maxKeys: 4 }),
      ),
    })).any;
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 6, maxLength: 32 }), async (blob) => {
        expect(await openBlob(await sealBlob(blob, KEY), KEY)).toEqual(blob);
      }),
      { numRuns: 60 },
    );
  });

  it('of random bytes, or opened with another key, is none and never a crash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(await openBlob(Buffer.from(bytes).toString('base64'), KEY)).toBeNull();
        expect(await openBlob(Buffer.from(bytes).toString('latin1'), KEY)).toBeNull();
        // Sealed with the right key, and nonsense all the same.
        const inside = await openBlob(sealed(Buffer.from(bytes)), KEY);
        const packed = await openBlob(sealed(Buffer.concat([Buffer.alloc(8), deflateSync(bytes)])), KEY);
        for (const blob of [inside, packed]) expect(() => blobFacts(blob ?? [])).not.toThrow();
      }),
      { numRuns: 60 },
    );
    expect(await openBlob(await sealBlob(newBlob(keys), KEY), Buffer.alloc(32, 8))).toBeNull();
  });

  it('that unpacks to gigabytes is given up', async () => {
    const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024));
    expect(await openBlob(sealed(Buffer.concat([Buffer.alloc(8), bomb])), KEY)).toBeNull();
  });

  it('tells root key, blinding key and accounts, and keeps everything else as it changes', () => {
    const first = newBlob(keys);
    expect(first).toHaveLength(32);
    expect(blobFacts(first)).toEqual({
      masterXpub: MASTER,
      fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/) as string,
      masterBlindingKey: 'ab'.repeat(32),
      accounts: new Map(),
    });
    first[2] = { 'a transaction': 'rent' };
    first[5] = { ...(first[5] as object), other: [1] };
    const changed = withUsername(withAccount(first, 3, ACCOUNT, 'ff'.repeat(32)), 'alice');
    expect(blobFacts(changed).accounts).toEqual(new Map([[3, ACCOUNT]]));
    expect(blobFacts(changed).masterBlindingKey).toBe('ab'.repeat(32));
    expect(changed[2]).toEqual({ 'a transaction': 'rent' });
    expect(changed[5]).toMatchObject({ other: [1], username: 'alice' });
    expect(changed[0]).toBe((first[0] as number) + 2);
  });

  it('without a blinding key gets it with the next account', () => {
    const blob = newBlob(keys);
    blob[4] = { denied: true };
    expect(blobFacts(blob).masterBlindingKey).toBeNull();
    const changed = withAccount(blob, 1, ACCOUNT, 'cd'.repeat(32));
    expect(blobFacts(changed).masterBlindingKey).toBe('cd'.repeat(32));
  });

  it('of any content gives facts or none, never a crash', () => {
    fc.assert(
      fc.property(fc.array(fc.anything({ withNullPrototype: true })), (blob) => {
        const facts = blobFacts(blob);
        expect(facts.accounts).toBeInstanceOf(Map);
      }),
    );
  });

  it('of GDK names its blinding key by 64 bytes, of which the last 32 count', () => {
    const blob = newBlob(keys);
    blob[4] = { key: '00'.repeat(32) + 'ef'.repeat(32) };
    expect(blobFacts(blob).masterBlindingKey).toBe('ef'.repeat(32));
  });
});

describe('what GDK made', () => {
  const gdk = JSON.parse(
    readFileSync(new URL('../../../test/recordings/amp0/gdk.json', import.meta.url), 'utf8'),
  ) as {
    blob: Record<'blobPubkey' | 'sealed' | 'mac' | 'fingerprint' | 'masterBlindingKey' | 'account1', string>;
    gait: Record<'registerPubkey' | 'registerChainCode' | 'path', string>;
  };

  it('is read: an owner’s blob with an account', async () => {
    const { blobPubkey, sealed, mac, fingerprint, masterBlindingKey, account1 } = gdk.blob;
    const keys = await blobKeys(blobPubkey);
    expect(blobMac(sealed, keys.mac)).toBe(mac);
    const blob = await openBlob(sealed, keys.seal);
    const facts = blobFacts(blob ?? []);
    expect(facts).toMatchObject({ fingerprint, masterBlindingKey });
    // GDK leaves the parent's fingerprint out of its extended keys; key and chain code are the same.
    expect([...facts.accounts.keys()]).toEqual([1]);
    const [theirs, ours] = [facts.accounts.get(1) ?? '', account1].map((xpub) => extendedKey(xpub));
    expect(theirs?.subarray(9)).toEqual(ours?.subarray(9));
    // A change keeps all of it.
    const changed = withUsername(blob ?? [], 'alice');
    expect(changed.map((value, place) => (place === 0 || place === 5 ? null : value))).toEqual(
      blob?.map((value, place) => (place === 0 || place === 5 ? null : value)),
    );
  });

  it('is the same path for an owner', () => {
    const { registerPubkey, registerChainCode, path } = gdk.gait;
    expect(gaitPathHex(registerPubkey, registerChainCode)).toBe(path);
  });
});

describe('keys', () => {
  // From GDK's log, published with LWK's tests.
  it('of addresses are 32 steps', () => {
    expect(gaitSteps('0cf8ec823b35a0fc'.padEnd(128, '0'))?.slice(0, 4)).toEqual([3320, 60546, 15157, 41212]);
    expect(gaitSteps('0cf8')).toBeNull();
    expect(gaitSteps('zz'.repeat(64))).toBeNull();
  });

  it('of watch-only credentials follow from both of them as in GDK', async () => {
    const { username, password, blob } = await watchOnlyKeys({
      username: 'userleo456',
      password: 'userleo456',
    });
    expect(username).toBe('a3c7f7de9a34bcab4554f7cedf6046e041eeb3a9211466d92ecaa9763ac3557b');
    expect(password).toBe('f3ac0f33fe97412a39ebb5d11d111961a754ecbbbdf12c71342adb7022ae3a2d');
    const opened = unwrapBlobKey(
      'e55785016af0cf58e2c4fc735ec16f460afe7c5138b335455b4fea7ec1fa1fe4066930e67aed687fef8c1f418ee6e43c7e29a37bed8551a36e1456d9a3b24621',
      blob,
    );
    expect(opened?.toString('hex')).toBe('a8496f85a204e72276265b5620b4f307bc29f5f71c600de4c4a97b373dbc621e');
  });

  it('of a blob come back from their wrapping, and not with another password', async () => {
    const { seal } = await blobKeys(`02${'55'.repeat(32)}`);
    const [mine, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const wrapped = wrapBlobKey(seal, mine);
    expect(wrapped).toHaveLength(128);
    expect(unwrapBlobKey(wrapped, mine)).toEqual(seal);
    expect(unwrapBlobKey(wrapped, other)).not.toEqual(seal);
    fc.assert(
      fc.property(fc.string(), fc.uint8Array({ maxLength: 100 }), (text, bytes) => {
        const key = unwrapBlobKey(text, mine) ?? unwrapBlobKey(Buffer.from(bytes).toString('hex'), mine);
        expect(key === null || key.length === 32).toBe(true);
      }),
    );
  });

  it('name a sealed blob by its bytes', () => {
    expect(blobMac('AAAA', Buffer.alloc(32, 1))).toHaveLength(44);
    expect(blobMac('AAAA', Buffer.alloc(32, 1))).not.toBe(blobMac('AAAB', Buffer.alloc(32, 1)));
  });
});

describe('a frame', () => {
  it('of any text is one or none, never a crash', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.array(fc.anything()).map((one) => safe(one)),
        ),
        (text) => {
          const frame = readFrame(text);
          expect(frame === null || typeof frame.kind === 'string').toBe(true);
        },
      ),
    );
  });

  it('that is an error gives the sentence for people, or the next best', () => {
    const words = (args: unknown, uri = 'com.greenaddress.error') => {
      const frame = readFrame(JSON.stringify([8, 48, 1, {}, uri, args]));
      return frame?.kind === 'error' ? frame.words : null;
    };
    expect(words(['http://greenaddressit.com/error#usernotfound', 'User not found', {}])).toBe(
      'User not found',
    );
    expect(words(['http://greenaddressit.com/error#usernotfound'])).toBe('usernotfound');
    expect(words([], 'wamp.error.no_such_procedure')).toBe('wamp.error.no_such_procedure');
    expect(words(undefined)).toBe('com.greenaddress.error');
    expect(words([1, null, {}])).toBe('com.greenaddress.error');
  });
});

function safe(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}
