import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { custodyDoubles, type CustodyDoubles } from '../../../test/support/custody-doubles.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Peer, Received } from '../../shared/contract/index.ts';
import type { Amp0Connection, Amp0Owner } from '../amp0/types.ts';
import type { Sending } from '../bundles/index.ts';
import type { DescriptorFacts, Liquid } from '../liquid/index.ts';
import { createCustody, type Custody, type CustodyDeps, type OfferedCustodyKeys } from './index.ts';

const actor = { actor: 'test' };
const SIGNER = { id: 'peer', name: 'Vault room' } as Peer;
const OWN =
  'tpubDA9GDAo3JyS2TaEikypKnu21N8sjLfTawM5te2jy9poCbFvYmRwSCz7Hk3YQiuMyStm1suBGTEW21ztSkisovDnyqo5nK1CgSY3LJesEci7';
const FOREIGN =
  'tpubDC347GyKEGtyd4swZDaEmBTcNuqseyX7E3Yw58FoeV1njuBcUmBMr5vBeBh6eRsxKYHeCAEkKj8J2p2dBQQJwB8n33uyAPrdgwFxLFTCXRd';
const KEYS: OfferedCustodyKeys = {
  peerId: 'peer',
  fingerprint: '0000000a',
  name: 'Vault room',
  single: { path: "84'/1'/0'", xpub: 'single' },
  amp2: [{ path: "87'/1'/0'", xpub: 'amp2' }],
  amp0: {
    masterXpub: 'master',
    registerPubkey: '02',
    registerChainCode: '00',
    blobPubkey: '03',
    accounts: [1, 2].map((pointer) => ({ pointer, xpub: OWN })),
  },
  masterBlindingKey: 'ab'.repeat(32),
};

let world: CustodyDoubles;
let custody: Custody;
let sent: Sending[];
let created: number[];
let drop: (reason: string) => void;
let green: { up: boolean; accepts: boolean };
/** What Green has for whoever watches. */
let watched: Pick<Amp0Owner, 'accounts' | 'masterBlindingKey'>;

/** A Green that gives a new challenge on each connection and knows no accounts. */
function connection(): Amp0Connection {
  const challenge = `challenge${sent.length + 1}`;
  let listener: (reason: string) => void = () => undefined;
  const owner: Amp0Owner = {
    gaitPath: [1],
    accounts: [],
    masterBlindingKey: null,
    fingerprint: null,
    nextPointer: 1,
    fund: () => Promise.reject(new Error('not asked')),
    lastIndex: () => Promise.resolve(0),
    upload: () => Promise.resolve(),
    createAccount(pointer) {
      created.push(pointer);
      return Promise.resolve(`GA${pointer}`);
    },
    createWatchOnly: () => Promise.resolve(),
  };
  return {
    open: true,
    challenge: () => Promise.resolve(challenge),
    login: () =>
      green.accepts
        ? Promise.resolve(owner)
        : Promise.reject(
            new SluiceError('COSIGNER_UNAUTHORIZED', 'Green does not know this key.', {
              next: 'Check the words.',
            }),
          ),
    watchOnly: () => Promise.resolve({ ...owner, ...watched, lastIndex: () => Promise.resolve(41) }),
    onClose(each) {
      listener = each;
      drop = (reason) => listener(reason);
    },
    close: () => undefined,
  };
}

beforeEach(() => {
  sent = [];
  created = [];
  green = { up: true, accepts: true };
  watched = {
    accounts: [{ pointer: 2, ampId: 'GA2', xpub: OWN, wantsAddresses: 0 }],
    masterBlindingKey: 'cd'.repeat(32),
  };
  const liquid = {
    amp0Root: () => Promise.resolve({ loginAddress: 'address', pubkey: '02', chainCode: '00' }),
    amp0Descriptor: ({ pointer }: { pointer: number }) => Promise.resolve(`ct(account${pointer})`),
    readDescriptor: (descriptor: string) =>
      Promise.resolve({
        descriptor,
        publicDescriptor: 'elsh(…)',
        id: Buffer.from(descriptor).toString('hex').padEnd(64, '0'),
        wid: '0000',
        chains: 1,
        keys: [],
        blinding: { kind: 'slip77', key: '', written: 'slip77' },
      } as unknown as DescriptorFacts),
  } as unknown as Liquid;
  world = custodyDoubles({
    liquid,
    offeredKeys: () => Promise.resolve(KEYS),
    bundles: {
      post: {
        peers: () => [SIGNER],
        peer: () => SIGNER,
        file: (bundleId) => ({ bundleId }) as never,
        send(sending) {
          sent.push(sending);
          return Promise.resolve({ bundleId: `bundle${sent.length}` } as never);
        },
      },
    } satisfies CustodyDeps['bundles'],
    amp0Client: () => ({
      connect: () =>
        green.up
          ? Promise.resolve(connection())
          : Promise.reject(new SluiceError('COSIGNER_UNREACHABLE', 'Green is away.', { next: 'Wait.' })),
      cosign: () => Promise.reject(new Error('not asked')),
    }),
  });
  custody = createCustody(world.deps);
});
afterEach(() => custody.close());

async function begin(): Promise<string> {
  const { setupId, walletId } = await custody.service.createAmp0(
    { name: 'Cold', purpose: 'cold', key: { kind: 'signer', peerId: 'peer' } },
    actor,
  );
  expect(walletId).toBeNull();
  return setupId ?? '';
}
const setups = async () => (await custody.service.setups({}, actor)).setups;
const wallets = async () => (await custody.service.wallets({}, actor)).wallets;

/** What the signer answers to the newest challenge, or to the one that is named. */
async function answer(
  setupId: string,
  challenge = `challenge${sent.length}`,
  from = SIGNER,
): Promise<Pick<Received, 'sentence' | 'goTo'>> {
  const apply = await custody.receivers['amp0-login-answer'](
    { setupId, challenge, signature: '30'.repeat(70) },
    from,
    { id: 'b', createdAt: 0, expiresAt: 0 },
  );
  return world.store.tx(apply);
}

describe('an AMP0 account whose key is at a signer', () => {
  it('waits for the login and then is there, with its account created once', async () => {
    const id = await begin();
    expect(sent).toMatchObject([
      { kind: 'amp0-login', to: 'peer', payload: { setupId: id, challenge: 'challenge1' } },
    ]);
    expect(await setups()).toMatchObject([{ id, peerName: 'Vault room', request: { bundleId: 'bundle1' } }]);
    expect(created).toEqual([]);
    const { sentence, goTo } = await answer(id);
    expect(sentence).toContain('Created the account GA1.');
    expect(await wallets()).toMatchObject([
      { id: goTo?.id, kind: 'amp0', ampId: 'GA1', key: { kind: 'signer', peerName: 'Vault room' } },
    ]);
    expect(await setups()).toEqual([]);
    expect(created).toEqual([1]);
    await expect(answer(id)).rejects.toMatchObject({ code: 'BUNDLE_FOREIGN' });
  });

  it('says that the connection is lost, and takes only the newest challenge afterwards', async () => {
    const id = await begin();
    drop('Green closed the connection.');
    expect(await setups()).toMatchObject([
      { id, request: null, sentence: expect.stringContaining('Green closed') as string },
    ]);
    await expect(answer(id)).rejects.toMatchObject({ code: 'BUNDLE_OUT_OF_ORDER' });
    green.up = false;
    await expect(Promise.resolve(custody.service.retrySetup({ id }, actor))).rejects.toMatchObject({
      code: 'COSIGNER_UNREACHABLE',
    });
    green.up = true;
    await custody.service.retrySetup({ id }, actor);
    await expect(answer(id, 'challenge1')).rejects.toMatchObject({ code: 'BUNDLE_OUT_OF_ORDER' });
    expect((await answer(id)).goTo?.page).toBe('wallet');
  });

  it('is known after a restart, with nothing to answer until it connects again', async () => {
    const id = await begin();
    await custody.close();
    custody = createCustody(world.deps);
    expect(await setups()).toMatchObject([{ id, request: null }]);
    await custody.service.retrySetup({ id }, actor);
    expect((await answer(id)).goTo?.page).toBe('wallet');
  });

  it('leaves nothing behind when it is given up, refused, or never began', async () => {
    const id = await begin();
    await custody.service.cancelSetup({ id }, actor);
    await expect(answer(id)).rejects.toMatchObject({ code: 'BUNDLE_FOREIGN' });
    green.up = false;
    await expect(begin()).rejects.toMatchObject({ code: 'COSIGNER_UNREACHABLE' });
    expect(await setups()).toEqual([]);
    green = { up: true, accepts: false };
    const refused = await begin();
    await expect(answer(refused)).rejects.toMatchObject({ code: 'COSIGNER_UNAUTHORIZED' });
    expect(await setups()).toMatchObject([
      { request: null, sentence: expect.stringContaining('does not know') as string },
    ]);
    expect([await wallets(), created, [...world.secrets]]).toEqual([[], [], []]);
  });

  it('takes no answer from anybody else', async () => {
    const id = await begin();
    await expect(answer(id, 'challenge1', { ...SIGNER, id: 'other' })).rejects.toMatchObject({
      code: 'BUNDLE_FOREIGN',
    });
    expect(created).toEqual([]);
  });

  it('is no work for a Jade', async () => {
    const jade = { name: 'Cold', purpose: 'cold', key: { kind: 'jade', port: 'any' } } as const;
    await expect(Promise.resolve(custody.service.createAmp0(jade, actor))).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
  });
});

describe('an AMP0 account that is taken up by its watch-only login', () => {
  const attach = (change: object = {}) =>
    Promise.resolve(
      custody.service.attachAmp0(
        { name: 'Cold', purpose: 'cold', username: 'name', password: 'secret', ampId: 'GA2', ...change },
        actor,
      ),
    );

  it('is watched, or signed for by the signer that holds its key', async () => {
    const { id, key } = await attach({ peerId: 'peer' });
    expect(key).toMatchObject({ kind: 'signer', fingerprint: '0000000a' });
    expect(world.secrets.get(`custody-descriptor:${id}`)).toBe('ct(account2)');
    expect(world.store.db.prepare('SELECT last_index FROM custody_wallet').pluck().get()).toBe(41n);
    expect(created).toEqual([]);
  });

  it('is nobody’s to sign for without a signer', async () => {
    expect(await attach()).toMatchObject({ key: { kind: 'none', fingerprint: null }, ampId: 'GA2' });
  });

  it('gets another login when it is here already', async () => {
    const { id } = await attach();
    expect(await attach({ username: 'other' })).toMatchObject({ id, name: 'Cold' });
    expect(world.secrets.get(`custody-watch-only:${id}`)).toContain('other');
    expect(await wallets()).toHaveLength(1);
  });

  it('is refused for another account, another key, and where Green does not have its keys', async () => {
    await expect(attach({ ampId: 'GA9' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    watched = { ...watched, accounts: [{ pointer: 2, ampId: 'GA2', xpub: FOREIGN, wantsAddresses: 0 }] };
    await expect(attach({ peerId: 'peer' })).rejects.toMatchObject({ code: 'DESCRIPTOR_FOREIGN' });
    watched = { ...watched, masterBlindingKey: null };
    await expect(attach()).rejects.toMatchObject({ code: 'DESCRIPTOR_INVALID' });
    expect([await wallets(), [...world.secrets]]).toEqual([[], []]);
  });
});
