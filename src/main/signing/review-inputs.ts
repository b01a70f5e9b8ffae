import type { Liquid, PsetFacts } from '../liquid/types.ts';
import type { RequestTransaction } from './payloads.ts';
import type { OwnScripts } from './review-ours.ts';
import type { Faults } from './review-rules.ts';
import type { Words } from './review-words.ts';

const SIGHASH_ALL = 1;
/** No relative lock time: final, without and with replacement (BIP125, BIP68). */
const LEAST_SEQUENCE = 0xffff_fffd;

/** Adds to the sums what the inputs of one transaction bring in, and says what is wrong with them. */
export async function reviewInputs(
  deps: { liquid: Liquid; own: OwnScripts; faults: Faults; words: Words },
  transaction: RequestTransaction,
  pset: string,
  facts: PsetFacts,
  credit: (assetId: string, value: bigint) => void,
): Promise<void> {
  const { liquid, own, faults, words } = deps;
  const where = (input: number) => `Transaction ${transaction.seq}, input ${input + 1}`;
  checkKind(transaction, facts, faults, where);

  const told = new Map(transaction.inputs.map((input) => [`${input.txid}:${input.vout}`, input]));
  const spent = new Set(facts.inputs.map((input) => `${input.txid}:${input.vout}`));
  for (const point of told.keys()) {
    if (!spent.has(point))
      faults.add('consistent', `Transaction ${transaction.seq} does not spend ${point}.`);
  }
  if (told.size < transaction.inputs.length)
    faults.add('consistent', `Transaction ${transaction.seq} has a coin opened twice.`);

  for (const [index, input] of facts.inputs.entries()) {
    const ours = input.script === null ? null : own.find(input.script);
    if (input.script === null) faults.add('inputs-ours', `${where(index)} does not show the coin it spends.`);
    else if (!ours) faults.add('inputs-ours', `${where(index)} spends a coin of somebody else.`);
    else if (input.witnessScript !== null && input.witnessScript !== ours.witnessScript)
      faults.add(
        'inputs-ours',
        `${where(index)} names another spending condition than the ${words.owner}’s.`,
      );
    if (!told.has(`${input.txid}:${input.vout}`))
      faults.add('inputs-opened', `${where(index)}: what it spends was not opened.`);
  }

  const verdicts = await faults.attempt('inputs-opened', `Transaction ${transaction.seq}`, () =>
    liquid.verifyInputs(pset, transaction.inputs),
  );
  for (const { vout: index, fault } of verdicts ?? []) {
    if (fault !== null) faults.add('inputs-opened', `${where(index)} ${fault}.`);
  }
  for (const { assetId, value } of transaction.inputs) credit(assetId, value);
  await checkSignatures(deps, pset, facts, where);
}

/** A cosigner may have signed already. What is no valid signature over all of the transaction says that something is wrong. */
async function checkSignatures(
  { liquid, faults }: { liquid: Liquid; faults: Faults },
  pset: string,
  facts: PsetFacts,
  where: (input: number) => string,
): Promise<void> {
  if (facts.inputs.every(({ signatures }) => signatures.length === 0)) return;
  const given = await faults.attempt('sighash', 'The signatures that are there', () =>
    liquid.signaturesOf(pset),
  );
  for (const { input, valid } of given ?? []) {
    if (!valid) faults.add('sighash', `${where(input)} has a signature that is not valid for it.`);
  }
}

function checkKind(
  { seq }: RequestTransaction,
  facts: PsetFacts,
  faults: Faults,
  where: (input: number) => string,
): void {
  if (facts.version !== 2) faults.add('readable', `Transaction ${seq} has version ${facts.version}, not 2.`);
  if (facts.locktime !== 0) faults.add('readable', `Transaction ${seq} is locked until ${facts.locktime}.`);
  if (facts.inputs.length === 0) faults.add('readable', `Transaction ${seq} spends nothing.`);
  for (const [index, input] of facts.inputs.entries()) {
    if (input.sequence < LEAST_SEQUENCE)
      faults.add('readable', `${where(index)} has the sequence ${input.sequence}.`);
    if (input.sighash !== null && input.sighash !== SIGHASH_ALL)
      faults.add('sighash', `${where(index)} asks for signature type ${input.sighash}.`);
    if (input.issuance) faults.add('issuance', `${where(index)} issues an asset.`);
    if (input.pegin) faults.add('issuance', `${where(index)} claims a peg-in.`);
  }
}
