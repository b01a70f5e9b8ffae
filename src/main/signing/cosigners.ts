import type { Cosigner, TreasurySigner } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { SECRET, type ProfileSecrets } from '../keychain/types.ts';
import type { Liquid, LiquidNetwork } from '../liquid/types.ts';
import type { Store } from '../store/types.ts';
import { verifiedSignatures, type Signatures } from './signatures.ts';
import type { Signer } from './types.ts';

/** Nothing comes by itself: whatever arrives wakes the engine. */
const LOOK_AGAIN_SECONDS = 600;

const KIND_WORDS: Record<Cosigner['kind'], string> = {
  keychain: 'key of this desk',
  jade: 'Jade',
  signer: 'air-gapped signer',
};

export interface CosignersDeps {
  threshold: number;
  cosigners: readonly Cosigner[];
  store: Store;
  signatures: Signatures;
  secrets: ProfileSecrets;
  liquid: Liquid;
  network: LiquidNetwork;
  clock: () => number;
  /** What peers are called. */
  peerName: (peerId: string) => string;
  checkpoint: (name: string) => void;
}

/** What a treasury of these keys is called where one word has to do. */
export function signerKind(cosigners: readonly Cosigner[]): TreasurySigner {
  return cosigners.length > 1 ? 'several' : (cosigners[0]?.kind ?? 'keychain');
}

/** “Vault room (air-gapped signer)”; what says it already is not told twice. */
export function cosignerName({ name, kind }: Pick<Cosigner, 'name' | 'kind'>): string {
  const words = KIND_WORDS[kind];
  return name.toLowerCase().includes(words.toLowerCase()) ? name : `${name} (${words})`;
}

/**
 * The signers of a treasury together. A key in this desk's secret store signs at once; for the others it waits until
 * enough verified signatures have been kept. Exactly as many as the threshold go into the PSET.
 */
export function cosignersSigner(deps: CosignersDeps): Signer {
  const { threshold, cosigners, store, signatures, liquid } = deps;
  const own = cosigners.find(({ kind }) => kind === 'keychain');
  const others = cosigners.length - (own ? 1 : 0);
  /** Without this desk's key there are not enough. */
  const ownIsNeeded = own !== undefined && others < threshold;

  async function words(): Promise<string> {
    const mnemonic = await deps.secrets.get(SECRET.treasuryMnemonic);
    if (mnemonic !== null) return mnemonic;
    throw new SluiceError('SECRET_MISSING', 'The treasury key is not in this desk’s secret store.', {
      next: 'Restore it from its backup under Settings, Treasury wallet.',
    });
  }

  async function signHere(key: Cosigner, batchId: string, operationId: string, pset: string): Promise<void> {
    const signed = await liquid.signWithSeed(pset, { mnemonic: await words() }, deps.network);
    const given = (await liquid.signaturesOf(signed)).filter(
      ({ fingerprint }) => fingerprint === key.fingerprint,
    );
    const good = await verifiedSignatures(liquid, pset, key.fingerprint, given);
    store.tx(() => {
      const { fingerprint } = key;
      signatures.keep(batchId, { fingerprint, how: 'by this desk', at: deps.clock() }, good);
      store.audit({
        type: 'signature.kept',
        subject: `operation:${operationId}`,
        data: { batch: batchId, fingerprint, how: 'by this desk' },
      });
    });
    deps.checkpoint('signature:kept');
  }

  const who = cosigners.map(cosignerName).join(', ');
  return {
    kind: signerKind(cosigners),
    elsewhere: others > 0 && (own === undefined || threshold > 1),
    byHand: cosigners.some(({ kind }) => kind === 'jade'),
    policy: { threshold, keys: cosigners.length, multisig: cosigners.length > 1 },
    sentence: `${threshold} of ${cosigners.length} ${cosigners.length === 1 ? 'signature is' : 'signatures are'} needed: ${who}.`,

    async check() {
      if (ownIsNeeded) await words();
    },

    async sign({ operationId, batchId, pset }) {
      const present = () => {
        const kept = signatures.of(batchId);
        return cosigners.filter(({ fingerprint }) => kept.some((one) => one.fingerprint === fingerprint));
      };
      let note = '';
      if (own && present().length < threshold && !present().includes(own)) {
        try {
          await signHere(own, batchId, operationId, pset);
        } catch (error) {
          // Enough others can sign: this desk's key is then only one that is missing.
          if (ownIsNeeded || !(error instanceof SluiceError)) throw error;
          note = ` ${error.message}`;
        }
      }
      const signed = present();
      if (signed.length >= threshold) {
        const chosen = new Set(signed.slice(0, threshold).map(({ fingerprint }) => fingerprint));
        const given = signatures.of(batchId).filter(({ fingerprint }) => chosen.has(fingerprint));
        return { state: 'signed', pset: await liquid.insertSignatures(pset, given) };
      }
      const missing = cosigners.filter((cosigner) => !signed.includes(cosigner));
      requireNoRefusal(batchId, missing);
      return {
        state: 'waiting',
        sentence: `Waiting for ${threshold - signed.length} of ${threshold} ${threshold === 1 ? 'signature' : 'signatures'}: ${missing.map(cosignerName).join(', ')}.${note}`,
        seconds: LOOK_AGAIN_SECONDS,
      };
    },
  };

  /** A no is told as a problem: somebody has to find out why. */
  function requireNoRefusal(batchId: string, missing: readonly Cosigner[]): void {
    const [refusal] = signatures
      .refusals(batchId)
      .filter(({ peerId }) => missing.some((cosigner) => cosigner.peerId === peerId));
    if (!refusal) return;
    throw new SluiceError(
      'SIGNING_FAILED',
      `“${deps.peerName(refusal.peerId)}” refused to sign: ${refusal.reason}`,
      {
        next: 'Find out why. Then ask it again, have others sign, or cancel the operation. Nothing was broadcast.',
      },
    );
  }
}

/** For a profile whose treasury has not been made of its signers yet. */
export function missingSigner(kind: TreasurySigner): Signer {
  const missing = (): Promise<never> =>
    Promise.reject(
      new SluiceError('SIGNER_UNAVAILABLE', 'The treasury has not been made of its signers’ keys yet.', {
        next: 'Make it under Treasury: choose the keys and how many have to sign.',
      }),
    );
  return { kind, check: missing, sign: missing };
}
