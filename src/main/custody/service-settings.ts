import { custodyServices, type Args, type CustodyServices } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { GREEN_ROOTS, type LiquidNetwork } from '../liquid/index.ts';
import type { Store } from '../store/types.ts';
import type { CustodyDeps } from './deps.ts';
import type { Records } from './records.ts';

const storedServices = custodyServices.omit({ simulated: true }).partial();
type StoredServices = ReturnType<typeof storedServices.parse>;
type Simulated = NonNullable<CustodyDeps['simulated']>;

/** Blockstream's public services, for networks that have them. */
const PUBLIC: Record<LiquidNetwork, { chain: CustodyServices['chain']; green: string; cosign: string }> = {
  liquidv1: {
    chain: { kind: 'esplora', url: 'https://blockstream.info/liquid/api' },
    green: 'wss://green-liquid-mainnet.blockstream.com/v2/ws',
    cosign: 'https://green-liquid-mainnet.blockstream.com',
  },
  liquidtestnet: {
    chain: { kind: 'esplora', url: 'https://blockstream.info/liquidtestnet/api' },
    green: 'wss://green-liquid-testnet.blockstream.com/v2/ws',
    cosign: 'https://green-liquid-testnet.blockstream.com',
  },
  // Where a Green server stands that somebody runs on the same machine.
  regtest: {
    chain: { kind: 'node', url: '' },
    green: 'ws://localhost:8080/v2/ws',
    cosign: 'http://127.0.0.1:9908',
  },
};

export interface ServiceSettings {
  get(): CustodyServices;
  /** Throws NOT_ALLOWED for what is pinned or simulated. */
  set(change: Args<'custody.setServices'>, actor: string): CustodyServices;
}

/** Which chain access and cosigners the desk uses: what was set, and the defaults of the network. */
export function createServiceSettings(deps: {
  store: Store;
  network: LiquidNetwork;
  simulated: CustodyDeps['simulated'];
  records: Records;
}): ServiceSettings {
  const { store, network, simulated, records } = deps;
  const find = store.db.prepare<[string], string>('SELECT value FROM custody_setting WHERE key = ?').pluck();

  function stored(): StoredServices {
    const entries = (['chain', 'amp0', 'amp2'] as const).flatMap((key) => {
      const text = find.get(`service:${key}`);
      return text === undefined ? [] : [[key, JSON.parse(text) as unknown]];
    });
    return storedServices.parse(Object.fromEntries(entries));
  }

  function get(): CustodyServices {
    const set = stored();
    if (simulated) return inSandbox(simulated, set);
    const { chain, green, cosign } = PUBLIC[network];
    const { pubkey, chainCode } = GREEN_ROOTS[network];
    return {
      chain: set.chain ?? chain,
      amp0: set.amp0 ?? {
        url: green,
        cosignUrl: cosign,
        serverPubkey: pubkey,
        serverChainCode: chainCode,
      },
      amp2: set.amp2 ?? null,
      simulated: false,
    };
  }

  function refuseWhatIsPinned(change: Args<'custody.setServices'>, now: CustodyServices): void {
    const made = (kind: 'amp0' | 'amp2'): number =>
      records.list().filter((wallet) => wallet.kind === kind).length;
    const { amp0, amp2 } = change;
    if (
      amp0 &&
      (amp0.serverPubkey !== now.amp0.serverPubkey || amp0.serverChainCode !== now.amp0.serverChainCode) &&
      made('amp0') > 0
    ) {
      throw pinned('Green', made('amp0'), 'amp0.serverPubkey');
    }
    if (amp2 && now.amp2 && amp2.serverKey !== now.amp2.serverKey && made('amp2') > 0) {
      throw pinned('AMP2', made('amp2'), 'amp2.serverKey');
    }
  }

  return {
    get,
    set(change, actor) {
      const now = get();
      if (simulated) refuseWhatIsSimulated(change, simulated);
      refuseWhatIsPinned(change, now);
      if (change.chain && change.chain.kind !== 'node' && change.chain.url === '' && !simulated) {
        throw new SluiceError('INVALID_ARGUMENT', 'An Esplora or waterfalls server has an address.', {
          next: 'Enter its URL, or choose the desk’s own node.',
          field: 'chain.url',
        });
      }
      store.tx(() => {
        const put = store.db.prepare(
          `INSERT INTO custody_setting (key, value) VALUES (?, ?)
           ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
        );
        for (const key of ['chain', 'amp0', 'amp2'] as const) {
          const value = change[key];
          if (value === undefined) continue;
          const kept = 'kind' in value ? { ...value, url: withoutSlash(value.url) } : value;
          put.run(`service:${key}`, JSON.stringify(kept));
          store.audit({
            type: 'custody.services-changed',
            subject: `service:${key}`,
            actor,
            data: { from: now[key], to: kept },
          });
        }
      });
      return get();
    },
  };
}

/** The simulated services, with what may be chosen among them. */
function inSandbox(simulated: Simulated, set: StoredServices): CustodyServices {
  const kind = set.chain?.kind ?? 'esplora';
  return {
    chain: { kind, url: kind === 'node' ? '' : simulated.esplora },
    amp0: simulated.amp0,
    amp2: simulated.amp2 && {
      ...simulated.amp2,
      ...(set.amp2 ? { api: set.amp2.api, first: set.amp2.first } : {}),
    },
    simulated: true,
  };
}

function refuseWhatIsSimulated(change: Args<'custody.setServices'>, simulated: Simulated): void {
  const { chain, amp0, amp2 } = change;
  const same = (a: string, b: string): boolean => withoutSlash(a) === withoutSlash(b);
  const other =
    (chain && chain.url !== '' && !same(chain.url, simulated.esplora)) ||
    (amp0 &&
      (!same(amp0.url, simulated.amp0.url) ||
        !same(amp0.cosignUrl, simulated.amp0.cosignUrl) ||
        amp0.serverPubkey !== simulated.amp0.serverPubkey ||
        amp0.serverChainCode !== simulated.amp0.serverChainCode)) ||
    (amp2 &&
      (!simulated.amp2 ||
        !same(amp2.url, simulated.amp2.url) ||
        amp2.serverKey !== simulated.amp2.serverKey));
  if (!other) return;
  throw new SluiceError('NOT_ALLOWED', 'A Sandbox brings its own chain access, Green and AMP2.', {
    next: 'Only how the chain is looked at, the form of AMP2’s API and the order of signatures can be chosen here.',
  });
}

function pinned(whose: string, wallets: number, field: string): SluiceError {
  const many = wallets === 1 ? 'a wallet is' : `${wallets} wallets are`;
  return new SluiceError(
    'NOT_ALLOWED',
    `The key of ${whose} is pinned: ${many} made with it, and no other key can sign for them.`,
    {
      next: 'Keep the key. A server with another key is another cosigner: use a profile of its own for it.',
      field,
    },
  );
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
