import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { custodyStore, madeUpWallet } from '../../../test/support/custody-store.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Amp0Connection, Amp0Session } from '../amp0/types.ts';
import type { DerivedAddress, Liquid } from '../liquid/index.ts';
import { createAmp0Daily, type Amp0Daily } from './amp0-daily.ts';
import { createPlaces, type Places } from './places.ts';
import { createRecords, type Records } from './records.ts';
import type { Services } from './services.ts';
import type { WalletSecrets } from './wallet-secrets.ts';

const away = new SluiceError('COSIGNER_UNREACHABLE', 'Green is away.', { next: 'Wait.' });

/** Green, with what a test makes of it. */
let green: {
  logins: number;
  /** Index that was issued last. */
  issued: number;
  /** Addresses wanted at the next login. */
  wants: number;
  uploaded: (readonly string[])[];
  script: (index: number) => string;
  /** Fails the next calls of an open connection. */
  stale: number;
  refuses: SluiceError | null;
};
let store: ReturnType<typeof custodyStore>;
let records: Records;
let places: Places;
let daily: Amp0Daily;

function place(index: number): DerivedAddress {
  return {
    chain: 0,
    index,
    script: `a914${index.toString(16).padStart(40, '0')}87`,
    address: `address${index}`,
    blindingPubkey: '02',
    witnessScript: `script${index}`,
    redeemScript: null,
    keys: [],
  };
}

function session(): Amp0Session {
  const call = <T>(value: () => T): Promise<T> => {
    if (green.stale === 0) return Promise.resolve(value());
    green.stale -= 1;
    return Promise.reject(away);
  };
  return {
    gaitPath: [],
    accounts: [{ pointer: 1, ampId: 'GA1', xpub: null, wantsAddresses: green.wants }],
    masterBlindingKey: null,
    fingerprint: null,
    fund: () =>
      call(() => {
        green.issued += 1;
        return { index: green.issued, witnessScript: green.script(green.issued) };
      }),
    lastIndex: () => call(() => green.issued),
    upload: (_pointer, addresses) => call(() => void green.uploaded.push(addresses)),
  };
}

beforeEach(() => {
  green = {
    logins: 0,
    issued: 0,
    wants: 0,
    uploaded: [],
    script: (index) => `script${index}`,
    stale: 0,
    refuses: null,
  };
  store = custodyStore();
  records = createRecords(store);
  places = createPlaces(store);
  records.insert(madeUpWallet({ kind: 'amp0', ampId: 'GA1', pointer: 1, chains: 1 }));
  daily = createAmp0Daily({
    store: store as never,
    records,
    places,
    network: 'regtest',
    clock: () => 1,
    liquid: {
      addresses: (_policy: unknown, _chain: unknown, from: number) => Promise.resolve([place(from)]),
    } as unknown as Liquid,
    secrets: {
      descriptor: () => Promise.resolve('ct(…)'),
      credentials: () => Promise.resolve({ username: 'name', password: 'secret' }),
    } as unknown as WalletSecrets,
    services: {
      amp0: () => ({
        connect: (): Promise<Amp0Connection> =>
          Promise.resolve({
            open: true,
            watchOnly() {
              green.logins += 1;
              return green.refuses ? Promise.reject(green.refuses) : Promise.resolve(session());
            },
            onClose: () => undefined,
            close: () => undefined,
          } as unknown as Amp0Connection),
      }),
    } as unknown as Services,
  });
});
afterEach(() => daily.close());

const wallet = () => records.get('w1');
const issue = () => daily.issue(wallet(), 'given');

describe('addresses of an AMP0 account', () => {
  it('come from Green, over one login, and are written down with the highest index', async () => {
    expect((await issue()).index).toBe(1);
    expect((await issue()).index).toBe(2);
    expect([green.logins, wallet().lastIndex]).toEqual([1, 2]);
    expect(places.find(place(2).script)).toMatchObject({ walletId: 'w1', index: 2, use: 'given' });
  });

  it('never two the same, however many ask at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, issue));
    expect(new Set(all.map(({ index }) => index)).size).toBe(20);
    expect(green.logins).toBe(1);
  });

  it('are not given out when they are not of our keys', async () => {
    green.script = () => 'somebody else’s';
    await expect(issue()).rejects.toMatchObject({ code: 'COSIGNER_ALTERED' });
    expect(places.find(place(1).script)).toBeNull();
    expect(daily.problem('w1')).toMatchObject({ code: 'COSIGNER_ALTERED' });
    green.script = (index) => `script${index}`;
    await issue();
    expect(daily.problem('w1')).toBeNull();
  });

  it('are made in advance when Green wants them, and kept apart from those given out', async () => {
    green.wants = 3;
    expect(await daily.lastIndex(wallet())).toBe(3);
    expect(green.uploaded).toEqual([['address1', 'address2', 'address3']]);
    expect(places.find(place(3).script)?.use).toBe('issuers');
    expect(places.page({ id: 'w1', offset: 0, limit: 10 }).total).toBe(0);
    expect(wallet().lastIndex).toBe(3);
  });

  it('made in advance are told to nobody when one of them is not of our keys', async () => {
    green.wants = 3;
    green.script = (index) => (index === 2 ? 'somebody else’s' : `script${index}`);
    await expect(daily.lastIndex(wallet())).rejects.toMatchObject({ code: 'COSIGNER_ALTERED' });
    expect(green.uploaded).toEqual([]);
  });
});

describe('a login', () => {
  it('that has gone stale is made anew once', async () => {
    await issue();
    green.stale = 1;
    expect((await issue()).index).toBe(2);
    expect(green.logins).toBe(2);
    green.stale = 5;
    await expect(issue()).rejects.toBe(away);
    expect(daily.problem('w1')).toMatchObject({ message: 'Green is away.' });
  });

  it('that was replaced says how it is made good again', async () => {
    green.refuses = new SluiceError('COSIGNER_UNAUTHORIZED', 'Unknown name.', { next: 'Look.' });
    await expect(issue()).rejects.toMatchObject({
      code: 'COSIGNER_UNAUTHORIZED',
      message: 'Unknown name.',
      next: expect.stringContaining('renews the login') as string,
    });
  });

  it('of an account that is not there any more names those that are', async () => {
    store.db.exec(`UPDATE custody_wallet SET amp_id = 'GA2'`);
    await expect(issue()).rejects.toMatchObject({ code: 'NOT_FOUND', next: 'It has GA1.' });
  });

  it('is not made for a profile that is being closed', async () => {
    daily.close();
    await expect(issue()).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(green.logins).toBe(0);
  });
});
