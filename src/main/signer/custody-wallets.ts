import { z } from 'zod';
import {
  AMP2_ACCOUNTS,
  type Peer,
  type Received,
  type Result,
  type WalletKind,
} from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { ProfileSecrets } from '../keychain/types.ts';
import type { CustodyKeys, DescriptorFacts, Liquid, LiquidNetwork, Seed } from '../liquid/types.ts';
import { custodyWalletPayload, pathSteps, readPayload, type CustodyWalletPayload } from '../signing/index.ts';
import type { Store } from '../store/types.ts';
import { checkChain, grouped } from './chain-check.ts';
import type { OwnKeys } from './own-keys.ts';
import type { SignerWallet } from './signed-for.ts';

/** Custody wallets that this signer signs for. */
export interface CustodyWallets {
  /** Understands a bundle of kind `custody-wallet`: only one whose descriptor holds this signer's key is kept. */
  receive(payload: unknown, from: Peer): Promise<() => Pick<Received, 'sentence' | 'goTo'>>;
  list(): Result<'signer.wallets'>['wallets'];
  /** Null when it is not known here. SECRET_MISSING when its descriptor is gone. */
  find(id: string): Promise<SignerWallet | null>;
  all(): Promise<SignerWallet[]>;
}

interface Row {
  id: string;
  kind: WalletKind;
  name: string;
  network: LiquidNetwork;
  genesis_hash: string;
  policy_asset: string;
  cosigners: string;
  descriptor: string;
  peer_id: string;
  peer_name: string;
  furthest: bigint;
}

const storedKeys = z.array(z.object({ fingerprint: z.string(), path: z.string(), xpub: z.string() }));

export interface CustodyWalletsDeps {
  store: Store;
  secrets: ProfileSecrets;
  liquid: Liquid;
  network: LiquidNetwork;
  keys: OwnKeys;
  clock: () => number;
}

export function createCustodyWallets(deps: CustodyWalletsDeps): CustodyWallets {
  const { store, secrets, liquid, network } = deps;

  function rows(): Row[] {
    return store.db
      .prepare<[], Row>(`SELECT * FROM signer_wallet WHERE kind <> 'treasury' ORDER BY received_at, id`)
      .all();
  }

  async function walletOf(row: Row): Promise<SignerWallet | null> {
    const descriptor = await secrets.get(`custody-descriptor:${row.id}`);
    if (descriptor === null) return null;
    return {
      id: row.id,
      kind: row.kind,
      name: row.name,
      genesisHash: row.genesis_hash,
      policyAsset: row.policy_asset,
      policy: { network: row.network, descriptor },
      signers: storedKeys.parse(JSON.parse(row.cosigners)).map(({ fingerprint }) => fingerprint),
      // An AMP0 account has one chain.
      chains: row.kind === 'amp0' ? [0] : [0, 1],
      peerId: row.peer_id,
      furthest: Number(row.furthest),
    };
  }

  return {
    async receive(payload, from) {
      const wallet = readPayload(custodyWalletPayload, payload);
      checkChain(wallet, network, 'wallet');
      const facts = await liquid.readDescriptor(wallet.descriptor, network);
      checkForm(wallet, facts);
      await checkOwnKey(wallet, facts);
      const { id, publicDescriptor, threshold } = facts;
      const known = rows().find((row) => row.id === id);
      if (known && known.peer_id !== from.id) {
        throw new SluiceError('CONFLICT', `“${known.name}” came from “${known.peer_name}” before.`, {
          next: 'A wallet is signed for at the request of one desk. Go on with the desk that sent it first.',
        });
      }
      // The descriptor first: a wallet that is listed can be checked.
      await secrets.set(`custody-descriptor:${id}`, wallet.descriptor);
      const keys = facts.keys.map(({ fingerprint, path, xpub }) => ({ fingerprint, path, xpub }));
      return () => {
        store.db
          .prepare(
            `INSERT INTO signer_wallet (id, kind, name, network, genesis_hash, policy_asset, threshold, cosigners, descriptor,
               peer_id, peer_name, received_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, genesis_hash = excluded.genesis_hash,
               policy_asset = excluded.policy_asset, peer_name = excluded.peer_name`,
          )
          .run(
            id,
            wallet.kind,
            wallet.name,
            network,
            wallet.genesisHash,
            wallet.policyAsset,
            threshold,
            JSON.stringify(keys),
            publicDescriptor,
            from.id,
            from.name,
            deps.clock(),
          );
        store.audit({
          type: 'signer.wallet',
          subject: `wallet:${id}`,
          actor: from.name,
          data: { name: wallet.name, kind: wallet.kind, keys: keys.map(({ fingerprint }) => fingerprint) },
        });
        return {
          sentence: `This signer now signs for “${wallet.name}” (${KIND[wallet.kind]}). Compare its fingerprint with the desk’s screen: ${grouped(id)}.`,
          goTo: { page: 'wallet', id },
        };
      };
    },
    list: () =>
      rows().map(({ id, kind, name, peer_name: from, descriptor }) => ({
        id,
        kind,
        name,
        from,
        descriptor,
        fingerprint: grouped(id),
      })),
    async find(id) {
      const row = rows().find((each) => each.id === id);
      if (!row) return null;
      const wallet = await walletOf(row);
      if (wallet) return wallet;
      throw new SluiceError('SECRET_MISSING', `The descriptor of “${row.name}” is gone.`, {
        next: 'Have the desk send the wallet again.',
      });
    },
    async all() {
      const wallets = await Promise.all(rows().map(walletOf));
      return wallets.filter((wallet) => wallet !== null);
    },
  };

  /** The seed's key must be in the descriptor, to the letter: fingerprint, path, extended public key, branches. */
  async function checkOwnKey({ kind }: CustodyWalletPayload, facts: DescriptorFacts): Promise<void> {
    const present = await deps.keys.custody();
    const mine = facts.keys.filter(({ fingerprint }) => fingerprint === present?.keys.fingerprint);
    const [key] = mine;
    if (!present || mine.length !== 1 || !key) throw foreignKey();
    const { keys, seed } = present;
    const server = facts.keys.find((each) => each !== key);
    const ours =
      expectedKeys(kind, keys).some((each) => sameKey(each, key)) ||
      (kind === 'amp2' && server !== undefined && (await isElip153(seed, server, key)));
    if (!ours) throw foreignKey();
    if (kind !== 'amp2' && facts.blinding.key !== keys.masterBlindingKey) {
      throw new SluiceError('BUNDLE_FOREIGN', 'The blinding key of that wallet is not this key’s.', {
        next: 'Send this signer’s keys to the desk again, and make the wallet there of these.',
      });
    }
  }

  /** ELIP-153 gives an owner the same key whatever server it is for. */
  async function isElip153(seed: Seed, server: DescriptorKey, key: DescriptorKey): Promise<boolean> {
    const origin = [server.fingerprint, server.path].filter((part) => part !== '').join('/');
    for (let account = 0; account < AMP2_ACCOUNTS; account += 1) {
      const made = await liquid.amp2Elip153(seed, network, account, `[${origin}]${server.xpub}`);
      const { keys } = await liquid.readDescriptor(made, network);
      if (keys.some((each) => each.fingerprint === key.fingerprint && sameKey(each, key))) return true;
    }
    return false;
  }
}

type DescriptorKey = DescriptorFacts['keys'][number];

function sameKey(
  one: Pick<DescriptorKey, 'path' | 'xpub' | 'branches'>,
  other: Pick<DescriptorKey, 'path' | 'xpub' | 'branches'>,
): boolean {
  return (
    one.xpub === other.xpub &&
    JSON.stringify(pathSteps(one.path)) === JSON.stringify(pathSteps(other.path)) &&
    JSON.stringify(one.branches) === JSON.stringify(other.branches)
  );
}

const KIND: Record<WalletKind, string> = { amp0: 'AMP0 account', amp2: 'AMP2, 2 of 2', single: 'one key' };
const SCRIPTS: Record<WalletKind, readonly DescriptorFacts['script'][]> = {
  amp0: ['sh-wsh-multi'],
  amp2: ['wsh-multi'],
  single: ['wpkh'],
};

function checkForm({ kind, name }: CustodyWalletPayload, facts: DescriptorFacts): void {
  const count = kind === 'single' ? 1 : 2;
  const fits =
    SCRIPTS[kind].includes(facts.script) && facts.threshold === count && facts.keys.length === count;
  if (fits) return;
  throw new SluiceError('BUNDLE_INVALID', `The descriptor of “${name}” is none of ${KIND[kind]}.`, {
    next: 'Do not sign for it. Find out at the desk how the wallet was made.',
  });
}

/** The keys that a wallet of this kind may hold of a seed. */
function expectedKeys(kind: WalletKind, { single, amp2, amp0 }: CustodyKeys) {
  const twoChains = [[0], [1]];
  switch (kind) {
    case 'single':
      return [{ ...single, branches: twoChains }];
    case 'amp2':
      return amp2.map((account) => ({ ...account, branches: twoChains }));
    case 'amp0':
      return amp0.accounts.map(({ pointer, xpub }) => ({
        path: `3'/${pointer}'`,
        xpub,
        branches: [[1]],
      }));
  }
}

function foreignKey(): SluiceError {
  return new SluiceError('BUNDLE_FOREIGN', 'None of the keys of that wallet is this signer’s.', {
    next: 'Send this signer’s keys to the desk, and make the wallet there of these.',
  });
}
