import { beforeEach, describe, expect, it } from 'vitest';
import { custodyStore, madeUpWallet } from '../../../test/support/custody-store.ts';
import type { LiquidNetwork } from '../liquid/index.ts';
import type { CustodyDeps } from './deps.ts';
import { createRecords } from './records.ts';
import { createServiceSettings } from './service-settings.ts';

const AMP2 = {
  url: 'https://amp2.example.com',
  serverKey:
    '[3d970d04/87h/1h/0h]tpubDC347GyKEGtyd4swZDaEmBTcNuqseyX7E3Yw58FoeV1njuBcUmBMr5vBeBh6eRsxKYHeCAEkKj8J2p2dBQQJwB8n33uyAPrdgwFxLFTCXRd',
  api: 'direct',
  first: 'server',
} as const;
const GREEN = {
  url: 'ws://127.0.0.1:1/v2/ws',
  cosignUrl: 'http://127.0.0.1:1',
  serverPubkey: `02${'aa'.repeat(32)}`,
  serverChainCode: 'bb'.repeat(32),
};
const SIMULATED: NonNullable<CustodyDeps['simulated']> = {
  amp0: GREEN,
  amp2: AMP2,
  esplora: 'http://127.0.0.1:2',
};

let store: ReturnType<typeof custodyStore>;
beforeEach(() => {
  store = custodyStore();
});

function settings(network: LiquidNetwork, simulated: CustodyDeps['simulated'] = null) {
  return createServiceSettings({ store: store as never, network, simulated, records: createRecords(store) });
}

describe('services of custody wallets', () => {
  it('are Blockstream’s public ones until somebody sets others, and AMP2 has none', () => {
    for (const network of ['liquidv1', 'liquidtestnet'] as const) {
      const { chain, amp0, amp2, simulated } = settings(network).get();
      expect([chain.kind, new URL(chain.url).protocol, new URL(amp0.url).protocol]).toEqual([
        'esplora',
        'https:',
        'wss:',
      ]);
      expect([amp2, simulated]).toEqual([null, false]);
    }
    expect(settings('liquidv1').get().amp0.serverPubkey).not.toBe(
      settings('liquidtestnet').get().amp0.serverPubkey,
    );
    expect(settings('regtest').get().chain).toEqual({ kind: 'node', url: '' });
  });

  it('are kept as they were set, with what was before in the trail', () => {
    const changed = settings('liquidtestnet').set(
      { chain: { kind: 'waterfalls', url: 'https://example.com/api/' }, amp2: AMP2 },
      'test',
    );
    expect(changed).toMatchObject({
      chain: { kind: 'waterfalls', url: 'https://example.com/api' },
      amp2: AMP2,
    });
    expect(settings('liquidtestnet').get()).toEqual(changed);
    expect(store.audited).toEqual(['custody.services-changed', 'custody.services-changed']);
    expect(() => settings('liquidtestnet').set({ chain: { kind: 'esplora', url: '' } }, 'test')).toThrow(
      /has an address/,
    );
  });

  it.each([
    ['amp0', { amp0: { ...GREEN, serverChainCode: 'cc'.repeat(32) } }, { ampId: 'GA', pointer: 1 }],
    ['amp2', { amp2: { ...AMP2, serverKey: AMP2.serverKey.replace('3d970d04', '00000001') } }, {}],
  ] as const)('keep the key of a cosigner while a wallet of %s is made with it', (kind, change, more) => {
    const set = () => settings('regtest').set(change, 'test');
    settings('regtest').set({ amp0: GREEN, amp2: AMP2 }, 'test');
    createRecords(store).insert(madeUpWallet({ kind, ...more }));
    expect(set).toThrow(/is pinned/);
    expect(
      settings('regtest').set({ amp0: { ...GREEN, url: 'wss://other.example.com' } }, 'test').amp0.url,
    ).toBe('wss://other.example.com');
    store.db.exec('DELETE FROM custody_wallet');
    expect(set).not.toThrow();
  });

  it('of a Sandbox are its own, but for how the chain is looked at and how AMP2 is asked', () => {
    const own = settings('regtest', SIMULATED);
    expect(own.get()).toEqual({
      chain: { kind: 'esplora', url: SIMULATED.esplora },
      amp0: GREEN,
      amp2: AMP2,
      simulated: true,
    });
    const changed = own.set(
      { chain: { kind: 'node', url: '' }, amp2: { ...AMP2, api: 'proxy', first: 'user' } },
      'test',
    );
    expect(changed).toMatchObject({
      chain: { kind: 'node', url: '' },
      amp2: { ...AMP2, api: 'proxy', first: 'user' },
    });
    // The next run of the Sandbox has other ports.
    const later = settings('regtest', {
      ...SIMULATED,
      esplora: 'http://127.0.0.1:3',
      amp2: { ...AMP2, url: 'http://127.0.0.1:4' },
    });
    later.set({ chain: { kind: 'waterfalls', url: '' } }, 'test');
    expect(later.get()).toMatchObject({
      chain: { kind: 'waterfalls', url: 'http://127.0.0.1:3' },
      amp2: { url: 'http://127.0.0.1:4', api: 'proxy' },
    });
    for (const change of [
      { chain: { kind: 'esplora', url: 'http://example.com' } },
      { amp0: { ...GREEN, serverPubkey: `03${'aa'.repeat(32)}` } },
      { amp2: { ...AMP2, url: 'http://example.com' } },
    ] as const) {
      expect(() => own.set(change, 'test')).toThrow(/A Sandbox brings its own/);
    }
  });
});
