import type { Args } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { withJade, type JadeSession } from '../jade/index.ts';
import { amp2Path, writePath, type CustodyKeys, type Seed } from '../liquid/index.ts';
import { pathSteps } from '../signing/index.ts';
import type { CustodyDeps } from './deps.ts';
import { openWalletKey } from './key-backup.ts';

export type AskedKey = Args<'custody.createAmp2'>['key'];

/** A key of our own for a new wallet, wherever it is. */
export interface OwnKey {
  kind: Exclude<AskedKey['kind'], 'backup'>;
  fingerprint: string;
  peerId: string | null;
  /** Of a key that is to lie in this desk's secret store. */
  seed: Seed | null;
  /** Whether anything may have been paid to it before. */
  fresh: boolean;
  single: CustodyKeys['single'];
  /** An account of AMP2, by number from 0. Throws INVALID_ARGUMENT beyond those that the key's holder has told. */
  amp2: (account: number) => Promise<{ path: string; xpub: string }>;
  /** Null where the key cannot log in at Green. */
  amp0: CustodyKeys['amp0'] | null;
  masterBlindingKey: string;
}

/** Registered coin types (SLIP-44): Liquid, and any test network. */
const COIN_TYPE = { liquidv1: 1776, liquidtestnet: 1, regtest: 1 } as const;

/**
 * The key that was asked for: new words, words that were typed, a paired signer's, or an attached Jade's. Throws
 * INVALID_ARGUMENT for words that are no mnemonic, NOT_FOUND for a signer that offered none, and what a Jade throws.
 */
export async function ownKey(
  deps: Pick<CustodyDeps, 'liquid' | 'network' | 'jades' | 'offeredKeys'>,
  asked: AskedKey,
): Promise<OwnKey> {
  const { liquid, network } = deps;
  const ofSeed = async (seed: Seed): Promise<Omit<OwnKey, 'fresh'>> => {
    const keys = await liquid.custodyKeys(seed, network);
    return { kind: 'keychain', peerId: null, seed, ...keys, amp2: told(keys.amp2) };
  };
  switch (asked.kind) {
    case 'keychain': {
      const typed = asked.words?.trim().toLowerCase().split(/\s+/).join(' ');
      if (typed === undefined && asked.passphrase !== undefined && asked.passphrase !== '') {
        throw new SluiceError('INVALID_ARGUMENT', 'A passphrase belongs to words that exist already.', {
          next: 'Enter the words as well, or leave the passphrase out.',
          field: 'key.passphrase',
        });
      }
      const mnemonic = typed ?? (await liquid.newMnemonic(24));
      const seed: Seed = asked.passphrase ? { mnemonic, passphrase: asked.passphrase } : { mnemonic };
      return { ...(await ofSeed(seed)), fresh: typed === undefined };
    }
    case 'backup':
      return { ...(await ofSeed(openWalletKey(asked.content, asked.passphrase))), fresh: false };
    case 'signer': {
      const { fingerprint, single, amp2, amp0, masterBlindingKey } = await deps.offeredKeys(
        asked.peerId,
        asked.fingerprint,
      );
      const { peerId } = asked;
      return {
        kind: 'signer',
        peerId,
        seed: null,
        fresh: false,
        fingerprint,
        single,
        amp2: told(amp2),
        amp0,
        masterBlindingKey,
      };
    }
    case 'jade':
      return withJade(deps.jades, asked.port, async (session) => {
        const at = async (of: JadeSession, path: string): Promise<CustodyKeys['single']> => ({
          path,
          xpub: await of.xpub(pathSteps(path)),
        });
        const fingerprint = await session.fingerprint();
        return {
          kind: 'jade',
          peerId: null,
          seed: null,
          fresh: false,
          fingerprint,
          single: await at(session, `84'/${COIN_TYPE[network]}'/0'`),
          amp2: (account) =>
            withJade(deps.jades, asked.port, async (again) => {
              // Keys of two devices in one descriptor: nobody could sign for it.
              if ((await again.fingerprint()) !== fingerprint) throw anotherJade();
              return at(again, writePath(amp2Path(network, account)));
            }),
          amp0: null,
          masterBlindingKey: await session.masterBlindingKey(),
        };
      });
  }
}

function anotherJade(): SluiceError {
  return new SluiceError('CONFLICT', 'Another Jade was attached while the wallet was being made.', {
    next: 'Attach the one that is to hold the key, and make the wallet again. Nothing was registered.',
    field: 'key',
  });
}

/** Accounts that were told all at once. */
function told(accounts: CustodyKeys['amp2']): OwnKey['amp2'] {
  return (account) => {
    const found = accounts[account];
    if (found) return Promise.resolve(found);
    throw new SluiceError('INVALID_ARGUMENT', `This key has no account ${account} for AMP2 here.`, {
      next:
        accounts.length === 1
          ? 'Have the signer send its keys to this desk again: it tells more accounts by now.'
          : `Its accounts are 0 to ${accounts.length - 1}.`,
      field: 'account',
    });
  };
}
