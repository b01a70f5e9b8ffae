import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { memorySecrets, openPost, pair, type TestPost } from '../../../test/support/bundles.ts';
import { cardText, parseCard, peerIdOf, wordsOf, type Card } from './card.ts';
import { encodeCanonical } from './cbor.ts';

let desk: TestPost;
let vault: TestPost;
beforeEach(() => {
  desk = openPost('Acme', 'desk');
  vault = openPost('Vault room', 'signer');
});

const identityOf = async (post: TestPost) => post.pairing.identity({}, post.who);
const add = async (at: TestPost, card: string, words: string) => at.pairing.add({ card, words }, at.who);
const peersOf = async (post: TestPost) => (await post.pairing.peers({}, post.who)).peers;

const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Uint8Array.from(bytes));
const wildCard: fc.Arbitrary<Card> = fc.record({
  v: fc.constant(1 as const),
  name: fc.string({ unit: 'grapheme-composite', minLength: 1, maxLength: 10 }).filter((name) => {
    return name === name.trim() && !/\p{C}/u.test(name) && name.length <= 60;
  }),
  role: fc.constantFrom('desk' as const, 'signer' as const),
  network: fc.constantFrom(
    'sandbox' as const,
    'regtest' as const,
    'liquidtestnet' as const,
    'liquidv1' as const,
  ),
  sign: key,
  box: key,
});

describe('a card', () => {
  it('is read back as it was, wrapped and indented or not', () => {
    fc.assert(
      fc.property(wildCard, (card) => {
        const text = cardText(card);
        expect(parseCard(text)).toEqual(card);
        expect(parseCard(` ${text.replace(/(.{20})/g, '$1\n ')}`)).toEqual(card);
        expect(text.length).toBeLessThan(800);
      }),
    );
  });

  it('is refused when any of its characters is another', () => {
    const text = cardText({
      v: 1,
      name: 'Acme',
      role: 'desk',
      network: 'regtest',
      sign: new Uint8Array(32).fill(1),
      box: new Uint8Array(32).fill(2),
    });
    for (let at = 0; at < text.length; at += 1) {
      const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
      expect(() => parseCard(changed)).toThrow(/card/);
      expect(() => parseCard(text.slice(0, at))).toThrow(/card/);
    }
  });

  it.each([
    ['a name that turns text around', { name: 'Acme\u202Egro' }],
    ['a name of nothing visible', { name: '\u200B' }],
    ['an empty name', { name: '' }],
    ['a long name', { name: 'x'.repeat(61) }],
    ['another role', { role: 'boss' }],
    ['a short key', { sign: new Uint8Array(31) }],
    ['another version', { v: 2 }],
    ['more than a card says', { more: 1 }],
  ])('is refused with %s', (_what, change) => {
    const keys = { sign: new Uint8Array(32), box: new Uint8Array(32) };
    const card = { v: 1, name: 'Acme', role: 'desk', network: 'regtest', ...keys, ...change };
    const bytes = Buffer.from(encodeCanonical(card));
    const sum = createHash('sha256').update('sluice1:').update(bytes).digest().subarray(0, 4);
    const text = `sluice1:${Buffer.concat([bytes, sum]).toString('base64url')}`;
    expect(() => parseCard(text)).toThrow(/intact, but/);
  });

  it('has other words when anything in it is another, and another id when its keys or its role are', () => {
    fc.assert(
      fc.property(wildCard, wildCard, (one, other) => {
        for (const field of ['name', 'role', 'network', 'sign', 'box'] as const) {
          const changed = { ...one, [field]: other[field] };
          const same = Buffer.compare(encodeCanonical(one), encodeCanonical(changed)) === 0;
          expect(wordsOf(changed) === wordsOf(one)).toBe(same);
          const ofId = field !== 'name' && field !== 'network';
          expect(peerIdOf(changed) === peerIdOf(one)).toBe(same || !ofId);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('says what the format page says', () => {
    const card: Card = {
      v: 1,
      name: 'Acme',
      role: 'desk',
      network: 'regtest',
      sign: new Uint8Array(32).fill(1),
      box: new Uint8Array(32).fill(2),
    };
    expect(peerIdOf(card)).toBe('a136274580da1083543195d030489d8a');
    expect(wordsOf(card)).toBe('size box paddle squeeze able swing blame afraid');
    expect(cardText(card)).toBe(
      'sluice1:pmF2AWNib3hYIAICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICZG5hbWVkQWNtZWRyb2xlZGRlc2tkc2lnblggAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQFnbmV0d29ya2dyZWd0ZXN0owAn2Q',
    );
    const format = readFileSync(new URL('../../../docs/bundle-format.md', import.meta.url), 'utf8');
    for (const said of [peerIdOf(card), wordsOf(card), cardText(card)]) expect(format).toContain(said);
  });
});

describe('an identity', () => {
  it('is made once, at its first use, and kept in the secret store only', async () => {
    expect(vault.secrets.kept.size).toBe(0);
    const [one, other] = await Promise.all([identityOf(vault), identityOf(vault)]);
    expect(one).toEqual(other);
    const kept = JSON.parse(vault.secrets.kept.get('identity') ?? '') as { sign: string; box: string };
    const again = openPost('Vault room', 'signer', { secrets: vault.secrets });
    expect(await identityOf(again)).toEqual(one);
    await pair(desk, vault);
    const written = vault.store.db.serialize().toString('latin1') + JSON.stringify([one, vault.events]);
    for (const secret of [kept.sign, kept.box]) {
      expect(written).not.toContain(secret);
      expect(written).not.toContain(Buffer.from(secret, 'base64').toString('latin1'));
      expect(written).not.toContain(Buffer.from(secret, 'base64').toString('hex'));
    }
  });

  it.each([
    ['Vault\u202Eroom\u200B', 'Vaultroom'],
    ['\u200B', 'Nameless'],
    [`${'x'.repeat(59)} ${'y'.repeat(9)}`, 'x'.repeat(59)],
    [`${'x'.repeat(59)}😀`, 'x'.repeat(59)],
  ])('of the profile %j has a card that others can read', async (name, shown) => {
    const post = openPost(name, 'signer');
    expect(parseCard((await identityOf(post)).card).name).toBe(shown);
    await pair(desk, post);
    expect(await peersOf(desk)).toMatchObject([{ name: shown }]);
  });

  it('waits for the secret store to open', async () => {
    const secrets = memorySecrets();
    let locked = true;
    const post = openPost('Acme', 'desk', {
      secrets: {
        ...secrets,
        get: (name) => (locked ? Promise.reject(new Error('locked')) : secrets.get(name)),
      },
    });
    await expect(identityOf(post)).rejects.toThrow('locked');
    locked = false;
    expect((await identityOf(post)).name).toBe('Acme');
  });

  it('that cannot be read is not replaced, and not told', async () => {
    desk.secrets.kept.set('identity', '{"v":1,"sign":"c2VjcmV0","box":"x"}');
    await expect(identityOf(desk)).rejects.toMatchObject({ code: 'SECRET_MISSING' });
    await expect(identityOf(desk)).rejects.not.toHaveProperty('cause');
    await expect(identityOf(desk)).rejects.not.toThrow(/c2VjcmV0/);
  });

  it('that was lost ends every pairing, and numbers begin again', async () => {
    const { a, b } = await pair(desk, vault);
    const sending = { kind: 'sign-request', payload: 1, subject: 'x', name: 'x', hours: 1 } as const;
    const { content } = await desk.post.send({ ...sending, to: b.id });
    await vault.bundles.receive({ content }, vault.who);
    const anew = openPost('Vault room', 'signer', { store: vault.store });
    expect(await peersOf(anew)).toEqual([]);
    expect(anew.auditTypes()).toContain('pairing.keys-replaced');
    await expect((async () => anew.bundles.receive({ content }, anew.who))()).rejects.toMatchObject({
      code: 'PEER_UNKNOWN',
    });
    await pair(desk, anew);
    expect(await peersOf(anew)).toMatchObject([{ id: a.id, lastReceived: 0, lastSent: 0 }]);
    expect((await peersOf(desk)).map(({ lastSent }) => lastSent).sort()).toEqual([0, 1]);
    const to = (await identityOf(anew)).id;
    const next = await desk.post.send({ ...sending, to });
    await anew.bundles.receive({ content: next.content }, anew.who);
    expect(anew.applied).toHaveLength(1);
  });
});

describe('pairing', () => {
  it('shows what a card says before it is trusted', async () => {
    const theirs = await identityOf(vault);
    const preview = async () => desk.pairing.preview({ card: theirs.card }, desk.who);
    const expected = { id: theirs.id, name: 'Vault room', role: 'signer', words: theirs.words };
    expect(await preview()).toEqual({ ...expected, known: false });
    expect(await peersOf(desk)).toEqual([]);
    const { b } = await pair(desk, vault);
    expect(await preview()).toEqual({ ...expected, known: true });
    expect(b).toEqual({ ...expected, pairedAt: desk.time.now, lastSent: 0, lastReceived: 0 });
    expect(await peersOf(desk)).toEqual([b]);
    expect(desk.auditTypes()).toEqual(['pairing.added']);
    expect(desk.events.map(({ name }) => name)).toContain('pairing.changed');
  });

  it('takes the words however they are written, and no others', async () => {
    const theirs = await identityOf(vault);
    const words = theirs.words.split(' ');
    for (const wrong of ['', words.slice(1).join(' '), [...words].reverse().join(' '), words.join('')]) {
      if (wrong === theirs.words) continue;
      await expect(add(desk, theirs.card, wrong)).rejects.toMatchObject({
        code: 'CONFIRMATION_MISMATCH',
        field: 'words',
      });
    }
    expect(await peersOf(desk)).toEqual([]);
    await add(desk, theirs.card, `  ${words.join('\n').toUpperCase()}. `);
    expect(await peersOf(desk)).toHaveLength(1);
  });

  it('refuses its own card, one of the same role, and one of another network', async () => {
    const own = await identityOf(desk);
    await expect(add(desk, own.card, own.words)).rejects.toThrow(/this profile itself/);
    const other = await identityOf(openPost('Other', 'desk'));
    await expect(add(desk, other.card, other.words)).rejects.toThrow(/a desk as well/);
    const elsewhere = await identityOf(openPost('Vault', 'signer', { network: 'liquidv1' }));
    await expect(add(desk, elsewhere.card, elsewhere.words)).rejects.toThrow(/network liquidv1/);
    await expect(add(desk, 'https://example.com', 'x')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await peersOf(desk)).toEqual([]);
  });

  it('carries on with its numbers after it was ended and made again, under the name of now', async () => {
    const { b } = await pair(desk, vault);
    const sending = { kind: 'treasury', to: b.id, payload: 1, subject: 'x', name: 'x', hours: 1 } as const;
    await desk.post.send(sending);
    await desk.pairing.remove({ id: b.id, confirm: 'Vault room' }, desk.who);
    await expect(desk.post.send(sending)).rejects.toMatchObject({ code: 'PEER_UNKNOWN' });
    await expect(
      (async () => desk.pairing.remove({ id: b.id, confirm: 'Vault room' }, desk.who))(),
    ).rejects.toMatchObject({ code: 'PEER_UNKNOWN' });
    const renamed = openPost('Strong room', 'signer', { secrets: vault.secrets, store: vault.store });
    await pair(desk, renamed);
    expect(await peersOf(desk)).toMatchObject([{ id: b.id, name: 'Strong room', lastSent: 1 }]);
    await desk.post.send(sending);
    expect(desk.post.peer(b.id).lastSent).toBe(2);
    expect(desk.auditTypes()).toEqual([
      'pairing.added',
      'bundle.sent',
      'pairing.removed',
      'pairing.added',
      'bundle.sent',
    ]);
  });
});
