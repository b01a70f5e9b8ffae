import { SluiceError } from '../../shared/errors.ts';
import { register } from './create-amp2.ts';
import type { CustodyDeps } from './deps.ts';
import type { Records, StoredProblem, StoredWallet } from './records.ts';
import type { Services } from './services.ts';
import type { WalletSecrets } from './wallet-secrets.ts';

/**
 * AMP2 wallets are registered again each time a profile is opened (the same descriptor gives the same wallet id, and nothing
 * changes), and for as long as the server has not answered.
 */
export interface Registrations {
  start(): void;
  /** Those that were not answered yet. Never throws. */
  catchUp(): Promise<void>;
  /** Why the server would not have a wallet; null where it did not say so. */
  refusal(id: string): StoredProblem | null;
  close(): void;
}

export function createRegistrations(
  deps: Pick<CustodyDeps, 'store' | 'clock' | 'emit'> & {
    records: Records;
    services: Services;
    secrets: WalletSecrets;
  },
): Registrations {
  const { store, records } = deps;
  const refusals = new Map<string, StoredProblem>();
  const abort = new AbortController();
  let again: string[] = [];

  async function attempt({ id, wid }: StoredWallet): Promise<void> {
    try {
      const descriptor = await deps.secrets.descriptor(id);
      if (!(await register(deps, { descriptor, wid }, abort.signal))) return;
      store.tx(() => records.registered(id, deps.clock()));
      refusals.delete(id);
    } catch (error) {
      if (!(error instanceof SluiceError) || abort.signal.aborted) throw error;
      const { code, message, next } = error;
      refusals.set(id, { code, message, next, at: deps.clock() });
    }
    again = again.filter((each) => each !== id);
    deps.emit('custody.changed', { walletId: id });
  }

  return {
    refusal: (id) => refusals.get(id) ?? null,
    start() {
      again = records.list().flatMap(({ kind, id }) => (kind === 'amp2' ? [id] : []));
    },
    async catchUp() {
      for (const wallet of records.list()) {
        if (wallet.kind !== 'amp2') continue;
        if (wallet.registeredAt !== null && !again.includes(wallet.id)) continue;
        await attempt(wallet).catch(() => undefined);
        if (abort.signal.aborted) return;
      }
    },
    close: () => abort.abort(),
  };
}
