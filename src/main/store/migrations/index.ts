import type { Migration } from '../types.ts';
import { audit } from './0010-audit.ts';
import { registers } from './0020-registers.ts';
import { operations } from './0030-operations.ts';
import { holderSearch } from './0040-holder-search.ts';
import { bundles } from './0050-bundles.ts';
import { offlineSigning } from './0060-offline-signing.ts';
import { signer } from './0070-signer.ts';
import { custody } from './0080-custody.ts';
import { chainIndex } from './0085-chain-index.ts';
import { custodySpends } from './0090-custody-spends.ts';
import { plainPayments } from './0100-plain-payments.ts';
import { signerCustody } from './0110-signer-custody.ts';

/**
 * Every step of the schema, oldest first: one import and one line each. Released steps are never changed; a fix that
 * has to run between two of them takes a number between theirs.
 */
// prettier-ignore
export const migrations: readonly Migration[] = [
  audit,
  registers,
  operations,
  holderSearch,
  bundles,
  offlineSigning,
  signer,
  custody,
  chainIndex,
  custodySpends,
  plainPayments,
  signerCustody,
];
