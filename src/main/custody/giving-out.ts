import { SluiceError } from '../../shared/errors.ts';
import type { DerivedAddress } from '../liquid/index.ts';
import type { Amp0Daily } from './amp0-daily.ts';
import type { CustodyDeps } from './deps.ts';
import type { Ledger } from './ledger.ts';
import type { Places } from './places.ts';
import type { Records, StoredWallet } from './records.ts';
import type { WalletState } from './wallet-state.ts';

/** Places of a wallet that nobody was told before. */
export interface GivingOut {
  /**
   * The next receive address, or the next place for change. Of an AMP0 account it is issued by Green, whatever it is for.
   * Throws NOT_ALLOWED for an AMP2 wallet that its server does not know yet.
   */
  next(wallet: StoredWallet, use: 'given' | 'change'): Promise<DerivedAddress>;
}

export function createGivingOut(
  deps: Pick<CustodyDeps, 'store' | 'liquid' | 'clock'> & {
    records: Records;
    ledger: Ledger;
    places: Places;
    state: WalletState;
    daily: Amp0Daily;
  },
): GivingOut {
  const { store, records, ledger, places } = deps;
  // Two people who ask at once get two addresses.
  const turns = new Map<string, Promise<unknown>>();

  async function derive(id: string, use: 'given' | 'change'): Promise<DerivedAddress> {
    const wallet = records.get(id);
    const chain = use === 'change' && wallet.chains === 2 ? 1 : 0;
    const index = Math.max(wallet.next[chain], ledger.lastUsed(id, chain) + 1);
    const [place] = await deps.liquid.addresses(await deps.state.policy(id), chain, index, 1);
    if (!place) throw new Error('no address was derived');
    store.tx(() => {
      records.setNext(id, chain, index + 1);
      places.insert(id, place, use, deps.clock());
    });
    return place;
  }

  return {
    next(wallet, use) {
      if (wallet.kind === 'amp0') return deps.daily.issue(wallet, use);
      if (wallet.kind === 'amp2' && wallet.registeredAt === null)
        return Promise.reject(notRegistered(wallet));
      const work = (): Promise<DerivedAddress> => derive(wallet.id, use);
      const next = (turns.get(wallet.id) ?? Promise.resolve()).then(work, work);
      turns.set(
        wallet.id,
        next.catch(() => undefined),
      );
      return next;
    },
  };
}

function notRegistered({ name }: StoredWallet): SluiceError {
  return new SluiceError('NOT_ALLOWED', `AMP2 has not confirmed yet that it knows “${name}”.`, {
    next: 'The desk goes on asking. Once it is registered it has addresses; AMP2 would not sign for what is paid before.',
  });
}
