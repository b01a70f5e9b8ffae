import { SluiceError } from '../../shared/errors.ts';
import type { TreasuryWallet } from '../elements/types.ts';
import { SECRET, type ProfileSecrets } from '../keychain/types.ts';
import type { Liquid, LiquidNetwork } from '../liquid/types.ts';
import type { Signer } from './types.ts';

/** The node signs with the keys of its own wallet: a hot treasury. */
export function nodeSigner(wallet: TreasuryWallet, clock: () => number): Signer {
  return {
    kind: 'node',
    async check() {
      const info = await wallet.info();
      if (!info.privateKeys) {
        throw new SluiceError('WALLET_UNSUITABLE', `The wallet “${info.name}” has no private keys.`, {
          next: 'Use a hot wallet, or make this a watch-only treasury whose key is in the secret store.',
        });
      }
      if (info.unlockedUntil !== null && info.unlockedUntil <= clock()) {
        throw new SluiceError('WALLET_LOCKED', `The wallet “${info.name}” is locked.`, {
          next: 'Unlock it on the node with walletpassphrase; the desk carries on by itself.',
        });
      }
    },
    async sign({ pset }) {
      return { state: 'signed', pset: await wallet.sign(pset) };
    },
  };
}

/** A key in this desk's secret store signs; the node only watches. */
export function keychainSigner(secrets: ProfileSecrets, liquid: Liquid, network: LiquidNetwork): Signer {
  async function words(): Promise<string> {
    const mnemonic = await secrets.get(SECRET.treasuryMnemonic);
    if (mnemonic === null) {
      throw new SluiceError('SECRET_MISSING', 'The treasury key is not in this desk’s secret store.', {
        next: 'Restore it from its backup under Settings, Treasury wallet.',
      });
    }
    return mnemonic;
  }
  return {
    kind: 'keychain',
    async check() {
      await words();
    },
    async sign({ pset }) {
      return { state: 'signed', pset: await liquid.signWithMnemonic(pset, await words(), network) };
    },
  };
}

export type { Signer, SigningAnswer, SigningRequest } from './types.ts';
export { cosignersSigner, missingSigner, signerKind } from './cosigners.ts';
export {
  createSignatures,
  verifiedSignatures,
  type GivenSignature,
  type KeptSignature,
  type Signatures,
} from './signatures.ts';
export {
  chooseRoute,
  jadeMultisig,
  jadeName,
  jadePolicy,
  jadeSignatures,
  registerJade,
  signedBy,
  registeredName,
  requireCosigner,
  takesOtherRoute,
  type JadePolicy,
  type JadeRoute,
  type JadeTransaction,
  type JadeTreasury,
} from './jade.ts';
export { pathSteps } from './path.ts';
export { createReview } from './review.ts';
export type { PolicyFacts } from './review-policy.ts';
export { pageOfRows } from './review-rows.ts';
export { readPayload } from './read-payload.ts';
export { signingSheet } from './review-sheet.ts';
export type { Known, Reviewed, ReviewRequest } from './review-types.ts';
export {
  amp0LoginAnswerPayload,
  amp0LoginPayload,
  custodyKeysPayload,
  custodyWalletPayload,
  keysPayload,
  pinAnswerPayload,
  pinRequestPayload,
  signRequestPayload,
  signResultPayload,
  treasuryPayload,
} from './payloads.ts';
export type { CustodyWalletPayload, SignRequest, SignResult, TreasuryPayload } from './payloads.ts';
