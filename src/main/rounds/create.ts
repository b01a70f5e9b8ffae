import { randomBytes } from 'node:crypto';
import type { Args, Arrangement, Cosigner, TreasurySigner } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { ElementsNode } from '../elements/types.ts';
import { withJade, type Jades } from '../jade/index.ts';
import { SECRET, type ProfileSecrets } from '../keychain/types.ts';
import type { Liquid, LiquidNetwork } from '../liquid/types.ts';
import { pathSteps, signerKind } from '../signing/index.ts';
import type { Store } from '../store/types.ts';
import { grouped, policyKeys, type Arrangements, type BlindingKeys } from './arrangements.ts';
import type { OfferedKeys } from './offered-keys.ts';

export interface CreateDeps {
  store: Store;
  node: ElementsNode;
  liquid: Liquid;
  secrets: ProfileSecrets;
  network: LiquidNetwork;
  jades: Jades;
  arrangements: Arrangements;
  blindingKeys: BlindingKeys;
  offered: OfferedKeys;
  clock: () => number;
  /** Whether an operation is under way: the treasury's wallet cannot be exchanged beneath it. */
  busy: () => boolean;
  /** Makes the wallet and its signers those of the profile. */
  adopt: (wallet: string, signer: TreasurySigner) => Promise<void>;
}

type Asked = Args<'arrangement.create'>['cosigners'][number];

interface Key {
  cosigner: Cosigner;
  /** SLIP-77 key of a treasury of this key alone; asked for only then. */
  blindingKey: string | null;
}

/** Registered coin types (SLIP-44): Liquid, and any test network. */
function coinType(network: LiquidNetwork): number {
  return network === 'liquidv1' ? 1776 : 1;
}

/**
 * Makes the treasury of one or several keys: a watch-only wallet on the node with its descriptors and master blinding key.
 * One key is paid to directly (BIP84, its own blinding key); several are a sorted multisig of BIP48 keys with a new blinding
 * key that all share. Throws OPERATION_STATE, CONFLICT, INVALID_ARGUMENT, and what a Jade or the secret store throws.
 */
export async function createArrangement(
  deps: CreateDeps,
  args: Args<'arrangement.create'>,
  actor: string,
): Promise<Arrangement> {
  const { liquid, network, node, store } = deps;
  const { wallet, name, threshold } = args;
  if (deps.busy()) {
    throw new SluiceError('OPERATION_STATE', 'Operations are under way with the present treasury wallet.', {
      next: 'Wait until they are done or cancel them, then change the wallet.',
    });
  }
  if (threshold > args.cosigners.length) {
    throw new SluiceError('INVALID_ARGUMENT', `${threshold} of ${args.cosigners.length} keys cannot sign.`, {
      next: 'Ask for at most as many signatures as there are keys.',
      field: 'threshold',
    });
  }
  const alone = args.cosigners.length === 1;
  if (args.birthday !== undefined && !alone) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      'Several keys get a new blinding key together: there are no coins from before to look for.',
      { next: 'Leave the date out.', field: 'birthday' },
    );
  }
  if ((await node.walletDirectory()).includes(wallet)) {
    throw new SluiceError('CONFLICT', `The node has a wallet named “${wallet}” already.`, {
      next: 'Choose another name.',
      field: 'wallet',
    });
  }
  const keys: Key[] = [];
  for (const asked of args.cosigners) keys.push(await keyOf(deps, asked, alone));
  const cosigners = keys.map(({ cosigner }) => cosigner);
  // Each cosigner may know the others' coins: a key of their own is not given out for that.
  const masterBlindingKey = keys[0]?.blindingKey ?? randomBytes(32).toString('hex');
  const policy = { network, threshold, keys: policyKeys(cosigners), masterBlindingKey };
  const { external, internal, publicDescriptor, id } = await liquid.descriptors(policy);
  await deps.blindingKeys.set(id, masterBlindingKey);
  const { birthday } = args;
  await node.createWatchOnlyWallet(wallet, { external, internal, masterBlindingKey, birthday });
  const made: Arrangement = {
    id,
    name,
    threshold,
    cosigners,
    descriptor: publicDescriptor,
    fingerprint: grouped(id),
  };
  const signer = signerKind(cosigners);
  store.tx(() => {
    deps.arrangements.insert(wallet, made, deps.clock());
    store.audit({
      type: 'treasury.arranged',
      subject: `wallet:${wallet}`,
      actor,
      data: { id, name, threshold, keys: cosigners.map(({ fingerprint }) => fingerprint), signer },
    });
  });
  await deps.adopt(wallet, signer);
  return made;
}

async function keyOf(deps: CreateDeps, asked: Asked, alone: boolean): Promise<Key> {
  switch (asked.kind) {
    case 'keychain': {
      const stored = await deps.secrets.get(SECRET.treasuryMnemonic);
      const mnemonic = stored ?? (await deps.liquid.newMnemonic(24));
      if (stored === null) await deps.secrets.set(SECRET.treasuryMnemonic, mnemonic);
      const { fingerprint, single, multi, masterBlindingKey } = await deps.liquid.accountKeys(
        { mnemonic },
        deps.network,
      );
      const cosigner = { ...of(asked, null), fingerprint, ...(alone ? single : multi) };
      return { cosigner, blindingKey: alone ? masterBlindingKey : null };
    }
    case 'jade':
      return withJade(deps.jades, asked.port, async (session) => {
        const coin = coinType(deps.network);
        const path = alone ? `84'/${coin}'/0'` : `48'/${coin}'/0'/2'`;
        const fingerprint = await session.fingerprint();
        const xpub = await session.xpub(pathSteps(path));
        return {
          cosigner: { ...of(asked, null), fingerprint, path, xpub },
          blindingKey: alone ? await session.masterBlindingKey() : null,
        };
      });
    case 'signer': {
      const key = deps.offered.of(asked.peerId, asked.fingerprint);
      const cosigner = {
        ...of(asked, asked.peerId),
        fingerprint: key.fingerprint,
        ...(alone ? key.single : key.multi),
      };
      return { cosigner, blindingKey: alone ? await deps.offered.blindingKey(key) : null };
    }
  }
}

function of({ kind, name }: Asked, peerId: string | null): Pick<Cosigner, 'kind' | 'name' | 'peerId'> {
  return { kind, name, peerId };
}
