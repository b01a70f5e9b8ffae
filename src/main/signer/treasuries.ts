import { z } from 'zod';
import {
  cosignerKind,
  type Arrangement,
  type Cosigner,
  type Peer,
  type Received,
} from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { SECRET, type ProfileSecrets } from '../keychain/types.ts';
import type { Liquid, LiquidNetwork, TreasuryPolicy } from '../liquid/types.ts';
import { readPayload, treasuryPayload, type TreasuryPayload } from '../signing/index.ts';
import type { Store } from '../store/types.ts';
import { checkChain, grouped } from './chain-check.ts';
import type { OwnKeys } from './own-keys.ts';
import type { SignerWallet } from './signed-for.ts';

/** A treasury that this signer signs for, with what only it and the desk know. */
export interface SignerTreasury extends SignerWallet {
  policy: TreasuryPolicy;
}

export interface Treasuries {
  /** Understands a bundle of kind `treasury`: only one in which a key of this signer stands is kept. */
  receive(payload: unknown, from: Peer): Promise<() => Pick<Received, 'sentence' | 'goTo'>>;
  list(): Arrangement[];
  /** Null when it is not known here. SECRET_MISSING when its blinding key is gone. */
  find(id: string): Promise<SignerTreasury | null>;
  all(): Promise<SignerTreasury[]>;
  /** Remembers that places up to this one are in use. */
  met(id: string, index: number): void;
}

interface Row {
  id: string;
  name: string;
  network: LiquidNetwork;
  genesis_hash: string;
  policy_asset: string;
  threshold: bigint;
  cosigners: string;
  descriptor: string;
  peer_id: string;
  furthest: bigint;
}

const storedCosigners = z.array(
  z.object({
    kind: cosignerKind,
    name: z.string(),
    fingerprint: z.string(),
    path: z.string(),
    xpub: z.string(),
  }),
);
const storedBlindingKeys = z.record(z.string(), z.string());

export interface TreasuriesDeps {
  store: Store;
  secrets: ProfileSecrets;
  liquid: Liquid;
  network: LiquidNetwork;
  keys: OwnKeys;
  clock: () => number;
}

export function createTreasuries(deps: TreasuriesDeps): Treasuries {
  const { store, secrets, liquid } = deps;

  async function blindingKeys(): Promise<Record<string, string>> {
    const text = await secrets.get(SECRET.treasuryBlindingKey);
    return text === null ? {} : storedBlindingKeys.parse(JSON.parse(text));
  }

  function rows(): Row[] {
    return store.db
      .prepare<[], Row>(`SELECT * FROM signer_wallet WHERE kind = 'treasury' ORDER BY received_at, id`)
      .all();
  }

  function treasuryOf(row: Row, masterBlindingKey: string): SignerTreasury {
    const keys = storedCosigners
      .parse(JSON.parse(row.cosigners))
      .map(({ fingerprint, path, xpub }) => ({ fingerprint, path, xpub }));
    return {
      id: row.id,
      kind: 'treasury',
      name: row.name,
      genesisHash: row.genesis_hash,
      policyAsset: row.policy_asset,
      policy: { network: row.network, threshold: Number(row.threshold), keys, masterBlindingKey },
      signers: keys.map(({ fingerprint }) => fingerprint),
      chains: [0, 1],
      peerId: row.peer_id,
      furthest: Number(row.furthest),
    };
  }

  return {
    async receive(payload, from) {
      const treasury = readPayload(treasuryPayload, payload);
      checkChain(treasury, deps.network, 'treasury');
      await checkOwnKey(treasury, deps.keys);
      const { network, threshold, masterBlindingKey, cosigners } = treasury;
      const keys = cosigners.map(({ fingerprint, path, xpub }) => ({ fingerprint, path, xpub }));
      const { id, publicDescriptor } = await liquid.descriptors({
        network,
        threshold,
        keys,
        masterBlindingKey,
      });
      // The blinding key first: a treasury that is listed can be checked.
      await secrets.set(
        SECRET.treasuryBlindingKey,
        JSON.stringify({ ...(await blindingKeys()), [id]: masterBlindingKey }),
      );
      return () => {
        store.db
          .prepare(
            `INSERT INTO signer_wallet
               (id, name, network, genesis_hash, policy_asset, threshold, cosigners, descriptor, peer_id, received_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, cosigners = excluded.cosigners,
               genesis_hash = excluded.genesis_hash, policy_asset = excluded.policy_asset, peer_id = excluded.peer_id`,
          )
          .run(
            id,
            treasury.name,
            network,
            treasury.genesisHash,
            treasury.policyAsset,
            threshold,
            JSON.stringify(cosigners),
            publicDescriptor,
            from.id,
            deps.clock(),
          );
        store.audit({
          type: 'signer.treasury',
          subject: `treasury:${id}`,
          actor: from.name,
          data: { name: treasury.name, threshold, keys: keys.map(({ fingerprint }) => fingerprint) },
        });
        return {
          sentence: `This signer now signs for “${treasury.name}” (${threshold} of ${keys.length}). Compare its fingerprint with the desk’s screen: ${grouped(id)}.`,
          goTo: { page: 'treasury', id },
        };
      };
    },
    list: () =>
      rows().map((row) => ({
        id: row.id,
        name: row.name,
        threshold: Number(row.threshold),
        cosigners: storedCosigners
          .parse(JSON.parse(row.cosigners))
          .map((cosigner): Cosigner => ({ ...cosigner, peerId: null })),
        descriptor: row.descriptor,
        fingerprint: grouped(row.id),
      })),
    async find(id) {
      const row = rows().find((each) => each.id === id);
      if (!row) return null;
      const masterBlindingKey = (await blindingKeys())[id];
      if (masterBlindingKey === undefined) {
        throw new SluiceError('SECRET_MISSING', `The blinding key of “${row.name}” is gone.`, {
          next: 'Have the desk send the treasury again.',
        });
      }
      return treasuryOf(row, masterBlindingKey);
    },
    async all() {
      const known = await blindingKeys();
      return rows().flatMap((row) => {
        const key = known[row.id];
        return key === undefined ? [] : [treasuryOf(row, key)];
      });
    },
    met(id, index) {
      store.db.prepare('UPDATE signer_wallet SET furthest = max(furthest, ?) WHERE id = ?').run(index, id);
    },
  };
}

/** One of the keys must be ours, to the letter: fingerprint, path and extended public key. */
async function checkOwnKey(treasury: TreasuryPayload, keys: OwnKeys): Promise<void> {
  const seed = await keys.own();
  const ours = [...(seed ? [seed] : []), ...keys.jades()].flatMap(({ fingerprint, single, multi }) => [
    { fingerprint, ...single },
    { fingerprint, ...multi },
  ]);
  const mine = treasury.cosigners.find((cosigner) =>
    ours.some(
      ({ fingerprint, path, xpub }) =>
        cosigner.fingerprint === fingerprint && samePath(cosigner.path, path) && cosigner.xpub === xpub,
    ),
  );
  if (!mine) {
    throw new SluiceError('BUNDLE_FOREIGN', 'None of the keys of that treasury is this signer’s.', {
      next: 'Send this signer’s keys to the desk, and make the treasury there of these.',
    });
  }
  const ofOneKey = treasury.cosigners.length === 1 && mine.fingerprint === seed?.fingerprint;
  if (ofOneKey && treasury.masterBlindingKey !== seed.masterBlindingKey) {
    throw new SluiceError('BUNDLE_FOREIGN', 'The blinding key of that treasury is not this key’s.', {
      next: 'Send this signer’s keys to the desk again, and make the treasury there of these.',
    });
  }
}

function samePath(one: string, other: string): boolean {
  const plain = (path: string) => path.replace(/^m\//, '').replaceAll('h', "'");
  return plain(one) === plain(other);
}
