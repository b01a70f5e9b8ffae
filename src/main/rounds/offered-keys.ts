import { z } from 'zod';
import type { CosignerKind } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Receiver } from '../bundles/types.ts';
import type { CustodyKeys, Liquid, LiquidNetwork } from '../liquid/types.ts';
import { custodyKeysPayload, keysPayload, readPayload } from '../signing/index.ts';
import type { Store } from '../store/types.ts';
import type { BlindingKeys } from './arrangements.ts';

const account = z.object({ path: z.string(), xpub: z.string() });
const accounts = z.object({ single: account, multi: account });

/** Public keys that a paired signer sent. */
export interface OfferedKey extends z.output<typeof accounts> {
  peerId: string;
  fingerprint: string;
  kind: CosignerKind;
  name: string;
}

interface Row {
  peer_id: string;
  fingerprint: string;
  kind: CosignerKind;
  name: string;
  accounts: string;
  custody: string | null;
}

/** Keys for custody wallets that a paired signer sent; `amp0` is null where the key cannot log in at Green (a Jade). */
export interface OfferedCustodyKeys extends Omit<CustodyKeys, 'amp0'> {
  peerId: string;
  name: string;
  amp0: CustodyKeys['amp0'] | null;
}

export interface OfferedKeys {
  list(): OfferedKey[];
  /** The newest of a peer, or the one with this fingerprint. Throws NOT_FOUND. */
  of(peerId: string, fingerprint?: string): OfferedKey;
  /** SLIP-77 key of a treasury of this key alone. Throws SECRET_MISSING. */
  blindingKey(key: OfferedKey): Promise<string>;
  /** The newest of a peer, or the one with this fingerprint. Throws NOT_FOUND, SECRET_MISSING. */
  custodyKeys(peerId: string, fingerprint?: string): Promise<OfferedCustodyKeys>;
  receive: Receiver;
}

export interface OfferedKeysDeps {
  store: Store;
  liquid: Liquid;
  network: LiquidNetwork;
  blindingKeys: BlindingKeys;
  clock: () => number;
  changed: () => void;
}

export function createOfferedKeys(deps: OfferedKeysDeps): OfferedKeys {
  const { store, liquid, network, blindingKeys } = deps;
  const rows = store.db.prepare<[], Row>('SELECT * FROM offered_key ORDER BY received_at DESC, fingerprint');

  function list(): OfferedKey[] {
    return rows.all().map((row) => ({
      peerId: row.peer_id,
      fingerprint: row.fingerprint,
      kind: row.kind,
      name: row.name,
      ...accounts.parse(JSON.parse(row.accounts)),
    }));
  }

  function of(peerId: string, fingerprint?: string): OfferedKey {
    const found = list().find(
      (key) => key.peerId === peerId && (fingerprint === undefined || key.fingerprint === fingerprint),
    );
    if (found) return found;
    throw new SluiceError('NOT_FOUND', 'That signer has not sent its public keys yet.', {
      next: 'Have it send its keys to this desk, and take in its bundle.',
      field: 'cosigners',
    });
  }

  async function blindingKey({ peerId, fingerprint }: OfferedKey): Promise<string> {
    const key = await blindingKeys.get(secretName(peerId, fingerprint));
    if (key !== null) return key;
    throw new SluiceError('SECRET_MISSING', `The blinding key that came with ${fingerprint} is gone.`, {
      next: 'Have the signer send its keys again.',
    });
  }

  return {
    list,
    of,
    blindingKey,
    async custodyKeys(peerId, fingerprint) {
      const key = of(peerId, fingerprint);
      const row = rows.all().find((each) => each.peer_id === peerId && each.fingerprint === key.fingerprint);
      if (!row?.custody) {
        throw new SluiceError('NOT_FOUND', `“${key.name}” has sent no keys for custody wallets.`, {
          next:
            key.kind === 'jade'
              ? 'Attach that Jade to this desk, or use a key that is at the signer itself.'
              : 'Use the same version of Sluice on both machines, and have the signer send its keys again.',
        });
      }
      const { amp2, amp0 } = custodyKeysPayload.parse(JSON.parse(row.custody));
      const { name, single } = key;
      return {
        peerId,
        fingerprint: key.fingerprint,
        name,
        single,
        amp2,
        amp0,
        masterBlindingKey: await blindingKey(key),
      };
    },
    async receive(payload, from) {
      const keys = readPayload(keysPayload, payload);
      if (keys.network !== network) {
        throw new SluiceError(
          'BUNDLE_FOREIGN',
          `Those keys are for ${keys.network}; this desk is on ${network}.`,
          {
            next: 'Use a signer profile of the same network.',
          },
        );
      }
      const { fingerprint, kind, name, single, multi, masterBlindingKey, custody } = keys;
      // Every account must be a key of this network at its path: a bad one is refused now, not when money is there.
      for (const each of [single, multi, ...(custody?.amp2 ?? [])]) {
        await liquid.descriptors({
          network,
          threshold: 1,
          keys: [{ fingerprint, ...each }],
          masterBlindingKey,
        });
      }
      await blindingKeys.set(secretName(from.id, fingerprint), masterBlindingKey);
      return () => {
        store.db
          .prepare(
            `INSERT INTO offered_key (peer_id, fingerprint, kind, name, accounts, custody, received_at)
             VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (peer_id, fingerprint) DO UPDATE SET kind = excluded.kind, name = excluded.name,
               accounts = excluded.accounts, custody = excluded.custody, received_at = excluded.received_at`,
          )
          .run(
            from.id,
            fingerprint,
            kind,
            name,
            JSON.stringify({ single, multi }),
            custody ? JSON.stringify(custody) : null,
            deps.clock(),
          );
        store.audit({
          type: 'keys.received',
          subject: `peer:${from.id}`,
          actor: from.name,
          data: { fingerprint, kind, single: single.xpub, multi: multi.xpub },
        });
        setImmediate(deps.changed);
        return {
          sentence: `“${from.name}” offers the key ${fingerprint}; it can now be made a signer of a treasury${custody ? ' or of a custody wallet' : ''}.`,
          goTo: { page: 'signers', id: null },
        };
      };
    },
  };
}

function secretName(peerId: string, fingerprint: string): string {
  return `offered:${peerId}:${fingerprint}`;
}
