import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createAmp0Client, type Amp0Client, type Amp0Session } from '../../src/main/amp0/index.ts';
import { createLiquid } from '../../src/main/liquid/index.ts';
import { amp0OwnerKeys } from '../support/amp0-owner.ts';
import { lwkAmp0, type LwkAmp0 } from '../support/lwk-amp0.ts';
import { testSandbox, type TestSandbox } from '../support/test-sandbox.ts';
import { SEEDS } from '../support/treasury-pset.ts';

// LWK blocks its thread for seconds at each login, and longer where cores are shared.
vi.setConfig({ testTimeout: 300_000 });

/** Some of LWK's steps block its thread for seconds (scrypt), so that these tests are few and share what they can. */
const liquid = createLiquid({ workers: 1 });
let sandbox: TestSandbox;
let lwk: LwkAmp0;
let client: Amp0Client;
let server: { pubkey: string; chainCode: string };

beforeAll(async () => {
  sandbox = await testSandbox();
  const { url, cosignUrl, serverPubkey, serverChainCode } = sandbox.green;
  server = { pubkey: serverPubkey, chainCode: serverChainCode };
  lwk = lwkAmp0({ url, cosignUrl }, server);
  client = createAmp0Client({ endpoint: { url, cosignUrl }, network: 'regtest' });
}, 120_000);
afterAll(async () => {
  await lwk.close();
  await sandbox.close();
  await liquid.close();
});

async function logIn(mnemonic: string) {
  const keys = await amp0OwnerKeys(liquid, { mnemonic }, 'regtest');
  const connection = await client.connect();
  const challenge = await connection.challenge(keys.owner);
  const signature = await liquid.signAmp0Challenge({ mnemonic }, 'regtest', challenge);
  return { keys, connection, owner: await connection.login(keys.owner, signature) };
}

/** The account's descriptor, from nothing but what a login tells. */
async function descriptorOf(session: Amp0Session): Promise<string> {
  const [account] = session.accounts;
  return liquid.amp0Descriptor({
    network: 'regtest',
    server,
    gaitPath: session.gaitPath,
    pointer: account?.pointer ?? 0,
    user: { fingerprint: session.fingerprint ?? '', xpub: account?.xpub ?? '' },
    masterBlindingKey: session.masterBlindingKey ?? '',
  });
}

const withoutChecksum = (descriptor: string) => descriptor.split('#')[0];

async function addressesOf(descriptor: string, count: number): Promise<string[]> {
  const places = await liquid.addresses({ network: 'regtest', descriptor }, 0, 1, count);
  return places.map((place) => place.address);
}

describe('an AMP0 account that LWK made', () => {
  const login = { username: 'lwk-made', password: 'a password of LWK’s' };

  it('is found by the desk, by its words and by its watch-only credentials, as the same wallet', async () => {
    const made = await lwk.create(SEEDS.abandon, login.username, login.password);
    const { keys, connection, owner } = await logIn(SEEDS.abandon);
    expect(owner.accounts).toEqual([
      { pointer: made.pointer, ampId: made.ampIds[0], xpub: made.xpub, wantsAddresses: 20 },
    ]);
    expect(owner.accounts[0]?.xpub).toBe(keys.accounts[0]?.xpub);
    expect(owner.masterBlindingKey).toBe(keys.owner.masterBlindingKey);
    expect(owner.fingerprint).toBe(keys.fingerprint);
    expect(owner.nextPointer).toBe(2);
    connection.close();

    const watching = await client.connect();
    const session = await watching.watchOnly(login);
    expect(session.accounts).toEqual(owner.accounts);
    expect(session.masterBlindingKey).toBe(keys.owner.masterBlindingKey);
    expect(session.gaitPath).toEqual(owner.gaitPath);

    const seen = await lwk.watch(login, made.ampIds[0] ?? '', { first: 22, issue: true });
    const descriptor = await descriptorOf(session);
    expect(withoutChecksum(descriptor)).toBe(withoutChecksum(seen.descriptor));
    // LWK took one address at its login, twenty for issuers and one when it was asked.
    expect(seen.lastIndex).toBe(22);
    expect(await session.lastIndex(1)).toBe(22);
    expect(await addressesOf(descriptor, 22)).toEqual(seen.addresses);
    expect(seen.next?.address).toBe(seen.addresses[21]);

    const issued = await session.fund(1);
    expect(issued.index).toBe(23);
    const [place] = await liquid.addresses({ network: 'regtest', descriptor }, 0, 23, 1);
    expect(place?.witnessScript).toBe(issued.witnessScript);
    watching.close();
  });
});

describe('an AMP0 account that the desk made', () => {
  const login = { username: 'desk-made', password: 'ein Wort über Ümläute' };

  it('is usable by LWK, with credentials that the desk made', async () => {
    const { keys, connection, owner } = await logIn(SEEDS.zoo);
    const ampId = await owner.createAccount(owner.nextPointer, keys.accounts[0]?.xpub ?? '');
    await owner.createWatchOnly(login);
    connection.close();
    expect(await lwk.own(SEEDS.zoo)).toEqual({ ampIds: [ampId] });

    const watching = await client.connect();
    const session = await watching.watchOnly(login);
    const descriptor = await descriptorOf(session);
    const first: string[] = [];
    for (let index = 1; index <= 20; index++) {
      expect((await session.fund(1)).index).toBe(index);
      first.push((await addressesOf(descriptor, index)).at(-1) ?? '');
    }
    await session.upload(1, first);
    expect(session.accounts[0]?.wantsAddresses).toBe(0);
    watching.close();

    const seen = await lwk.watch(login, ampId, { first: 20 });
    expect(seen.ampId).toBe(ampId);
    expect(withoutChecksum(seen.descriptor)).toBe(withoutChecksum(descriptor));
    expect(seen.addresses).toEqual(first);
    // Nothing more was wanted of LWK than to look.
    expect(seen.lastIndex).toBe(21);
  });
});

describe('credentials that are wrong', () => {
  it('open nothing for either', async () => {
    const wrong = { username: 'nobody', password: 'knows' };
    await expect(lwk.watch(wrong, '')).rejects.toThrow('not found');
    const connection = await client.connect();
    await expect(connection.watchOnly(wrong)).rejects.toMatchObject({ code: 'COSIGNER_UNAUTHORIZED' });
    const other = await client.connect();
    const keys = await amp0OwnerKeys(liquid, { mnemonic: SEEDS.zoo }, 'regtest');
    const challenge = await other.challenge(keys.owner);
    const foreign = await liquid.signAmp0Challenge({ mnemonic: SEEDS.abandon }, 'regtest', challenge);
    await expect(other.login(keys.owner, foreign)).rejects.toMatchObject({ code: 'COSIGNER_UNAUTHORIZED' });
    expect(other.open).toBe(false);
  });
});
