import { randomBytes } from 'node:crypto';
import type { Args, WalletKind } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { DescriptorFacts, Seed } from '../liquid/index.ts';
import type { CustodyDeps } from './deps.ts';
import { held, type NewWallet, type Records, type StoredWallet } from './records.ts';
import type { WalletSecrets } from './wallet-secrets.ts';

/** What a person says of a wallet when it is made. */
export type Place = Pick<Args<'custody.createAmp2'>, 'name' | 'purpose' | 'owner'>;

/** A wallet that is about to be taken up. */
export interface Taking {
  id: string;
  kind: WalletKind;
  place: Place;
  facts: DescriptorFacts;
  key: { kind: StoredWallet['keyKind']; fingerprint: string | null; peerId: string | null };
  ampId?: string;
  pointer?: number;
  serverKey: string | null;
  registeredAt: number | null;
  caution: string | null;
  /** Whether nothing can have been paid to it before. */
  fresh: boolean;
}

/** How every wallet comes into the register: secrets first, then the row with its audit entry. */
export interface TakingUp {
  newId(): string;
  /** Throws CONFLICT when the wallet is here already, before anything is asked outside. */
  refuseHeld(facts: DescriptorFacts): void;
  keepSecrets(id: string, descriptor: string, seed: Seed | null): Promise<void>;
  /** Inside `store.tx`. */
  insert(taking: Taking, actor: string): void;
  /** Inside `store.tx`: a wallet that the cosigner would not have. Nothing was paid to it, since it gave out no address. */
  takeBack(id: string, why: unknown): void;
  /** Runs what may still fail; the secrets of a wallet that is not taken up after all are forgotten. */
  orForget<T>(id: string, work: () => Promise<T>): Promise<T>;
}

export function createTakingUp(
  deps: Pick<CustodyDeps, 'store' | 'clock' | 'emit'> & { records: Records; secrets: WalletSecrets },
): TakingUp {
  const { store, records, secrets, clock } = deps;
  return {
    newId: () => randomBytes(9).toString('base64url'),
    refuseHeld(facts) {
      const known = records.byPolicyId(facts.id);
      if (known) throw held(known);
    },
    async keepSecrets(id, descriptor, seed) {
      if (seed) await secrets.setSeed(id, seed);
      await secrets.setDescriptor(id, descriptor);
    },
    insert(taking, actor) {
      const { id, kind, place, facts, key } = taking;
      const at = clock();
      const wallet: NewWallet = {
        id,
        kind,
        name: place.name,
        purpose: place.purpose,
        owner: place.owner ?? '',
        policyId: facts.id,
        wid: facts.wid,
        publicDescriptor: facts.publicDescriptor,
        blinding: facts.blinding.written,
        chains: facts.chains,
        keyKind: key.kind,
        fingerprint: key.fingerprint,
        peerId: key.peerId,
        ampId: taking.ampId ?? null,
        pointer: taking.pointer ?? null,
        serverKey: taking.serverKey,
        registeredAt: taking.registeredAt,
        caution: taking.caution,
        birthday: taking.fresh ? at : 0,
        createdAt: at,
      };
      records.insert(wallet);
      store.audit({
        type: 'custody.wallet-taken-up',
        subject: `wallet:${id}`,
        actor,
        data: {
          kind,
          name: place.name,
          wid: facts.wid,
          ampId: taking.ampId ?? null,
          key: key.kind,
          fingerprint: key.fingerprint,
        },
      });
      setImmediate(() => deps.emit('custody.changed', { walletId: id }));
    },
    takeBack(id, why) {
      records.remove(id);
      store.audit({
        type: 'custody.wallet-refused',
        subject: `wallet:${id}`,
        data: why instanceof SluiceError ? { code: why.code, message: why.message } : {},
      });
      setImmediate(() => deps.emit('custody.changed', { walletId: null }));
    },
    async orForget(id, work) {
      try {
        return await work();
      } catch (error) {
        if (!records.find(id)) await secrets.forget(id).catch(() => undefined);
        throw error;
      }
    },
  };
}
