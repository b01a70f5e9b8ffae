import type { CosignerKind, TreasurySigner } from '../../shared/contract/index.ts';

/** Who signs for a treasury, as a person reads it in a list of facts. */
export const SIGNER_WORDS: Record<TreasurySigner, string> = {
  node: 'Node wallet',
  keychain: 'Key in this desk’s secret store',
  jade: 'Jade',
  signer: 'Air-gapped signer',
  several: 'Several keys',
};

/** The same within a sentence: “Signed by …”. */
export const SIGNED_BY: Record<TreasurySigner, string> = {
  node: 'the node wallet',
  keychain: 'the key in this desk’s secret store',
  jade: 'a Jade',
  signer: 'an air-gapped signer',
  several: 'several keys together',
};

export const COSIGNER_WORDS: Record<CosignerKind, string> = {
  keychain: 'Key of this desk',
  jade: 'Jade',
  signer: 'Air-gapped signer',
};

/** Whether signatures come from outside this desk and its node, so that a person has to fetch them. */
export function signsElsewhere(signer: TreasurySigner): boolean {
  return signer === 'jade' || signer === 'signer' || signer === 'several';
}
