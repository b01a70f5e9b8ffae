import type { Args, Result, TreasurySigner } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { ElementsNode } from '../elements/types.ts';
import { openKey, SECRET, sealKey, type ProfileSecrets } from '../keychain/index.ts';
import type { Liquid, LiquidNetwork } from '../liquid/types.ts';
import type { Store } from '../store/types.ts';

export interface SetUpDeps {
  store: Store;
  node: ElementsNode;
  liquid: Liquid;
  secrets: ProfileSecrets;
  network: LiquidNetwork;
  /** Whether an operation is under way: the treasury's wallet cannot be exchanged beneath it. */
  busy: () => boolean;
  /** Makes the wallet and its signer those of the profile. */
  adopt: (wallet: string, signer: TreasurySigner) => Promise<void>;
}

/**
 * Makes the treasury wallet on the node. Watch-only: a key is made or restored, kept in the secret store, and the node
 * gets its two public descriptors and the SLIP-77 master blinding key. A key that is already there is never replaced
 * by a new one.
 */
export async function setUpTreasury(
  deps: SetUpDeps,
  args: Args<'treasury.setUp'>,
  actor: string,
): Promise<Result<'treasury.setUp'>> {
  if (deps.busy()) {
    throw new SluiceError('OPERATION_STATE', 'Operations are under way with the present treasury wallet.', {
      next: 'Wait until they are done or cancel them, then change the wallet.',
    });
  }
  if ((await deps.node.walletDirectory()).includes(args.wallet)) {
    throw new SluiceError('CONFLICT', `The node has a wallet named “${args.wallet}” already.`, {
      next: 'Choose another name; an existing wallet is used by naming it in the profile’s connection.',
      field: 'wallet',
    });
  }
  if (args.mode === 'hot') {
    await deps.node.createHotWallet(args.wallet);
    await finish(deps, args.wallet, 'node', null, actor);
    return { wallet: args.wallet, signer: 'node', fingerprint: null };
  }

  const stored = await deps.secrets.get(SECRET.treasuryMnemonic);
  const mnemonic = await keyFor(deps, args.key ?? { kind: 'new' }, stored);
  const keys = await deps.liquid.treasuryKeys(mnemonic, deps.network);
  if (stored === null) await deps.secrets.set(SECRET.treasuryMnemonic, mnemonic);
  await deps.node.createWatchOnlyWallet(args.wallet, {
    external: keys.external,
    internal: keys.internal,
    masterBlindingKey: keys.masterBlindingKey,
  });
  await finish(deps, args.wallet, 'keychain', keys.fingerprint, actor);
  return { wallet: args.wallet, signer: 'keychain', fingerprint: keys.fingerprint };
}

async function keyFor(
  deps: SetUpDeps,
  wanted: NonNullable<Args<'treasury.setUp'>['key']>,
  stored: string | null,
): Promise<string> {
  if (wanted.kind === 'new') return stored ?? (await deps.liquid.newMnemonic(24));
  const restored = openKey('treasury', Buffer.from(wanted.content, 'base64'), wanted.passphrase);
  if (stored !== null && stored !== restored) {
    throw new SluiceError('CONFLICT', 'This profile has another treasury key already.', {
      next: 'Restore the backup into a profile of its own; the present key is not overwritten.',
      field: 'key',
    });
  }
  return restored;
}

async function finish(
  deps: SetUpDeps,
  wallet: string,
  signer: TreasurySigner,
  fingerprint: string | null,
  actor: string,
): Promise<void> {
  await deps.adopt(wallet, signer);
  deps.store.tx(() =>
    deps.store.audit({
      type: 'treasury.set-up',
      subject: `wallet:${wallet}`,
      actor,
      data: { signer, ...(fingerprint === null ? {} : { fingerprint }) },
    }),
  );
}

/** The key as a sealed file; the words themselves are never handed out. */
export async function exportKey(
  deps: Pick<SetUpDeps, 'store' | 'liquid' | 'secrets' | 'network'>,
  passphrase: string,
  actor: string,
): Promise<{ fileName: string; content: string }> {
  const mnemonic = await deps.secrets.get(SECRET.treasuryMnemonic);
  if (mnemonic === null) {
    throw new SluiceError('SECRET_MISSING', 'This profile has no treasury key of its own.', {
      next: 'A hot treasury’s keys are in the node: back up its wallet there.',
    });
  }
  const { fingerprint } = await deps.liquid.treasuryKeys(mnemonic, deps.network);
  const content = sealKey('treasury', mnemonic, passphrase, fingerprint);
  deps.store.tx(() =>
    deps.store.audit({ type: 'treasury.key-exported', subject: `key:${fingerprint}`, actor, data: {} }),
  );
  return { fileName: `treasury-key-${fingerprint}.json`, content };
}
