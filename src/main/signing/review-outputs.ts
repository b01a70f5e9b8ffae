import type { DerivedAddress, Liquid, OutputSecrets, PsetFacts } from '../liquid/types.ts';
import type { RequestTransaction, SignRequest } from './payloads.ts';
import { matchOutputs } from './review-matching.ts';
import type { OwnScripts } from './review-ours.ts';
import type { PolicyFacts } from './review-policy.ts';
import type { Faults, Rule } from './review-rules.ts';
import { rowName, type Target, type Targets } from './review-targets.ts';
import type { Words } from './review-words.ts';

type Output = PsetFacts['outputs'][number];
type Told = RequestTransaction['outputs'][number];
/** What an output has to commit to, by what whoever checks knows. */
type Expected = Parameters<Liquid['verifyOutputs']>[1][number];

export interface OutputsReviewed {
  /** Approved recipients that this transaction was found to pay, by position: vout and whether all of it is proven. */
  paid: Map<number, { vout: number; verified: boolean }>;
  /** What comes back to the treasury or the wallet, as opened with its own blinding key. */
  own: (OutputSecrets & { vout: number })[];
  fee: bigint;
}

interface Deps {
  liquid: Liquid;
  request: SignRequest;
  blinding: PolicyFacts['blinding'];
  policyAsset: string;
  /** Base units of L-BTC. */
  feeCeiling: bigint;
  own: OwnScripts;
  targets: Targets;
  faults: Faults;
  words: Words;
}

/**
 * Sorts every output of one transaction into recipient, own or fee by its script alone, and opens each by what is known
 * here: recipients by approved address, amount and asset, own ones by the policy's blinding key. What the request says
 * of an output has to agree, and is never what the judgement rests on.
 */
export async function reviewOutputs(
  deps: Deps,
  transaction: RequestTransaction,
  pset: string,
  facts: PsetFacts,
  debit: (assetId: string, value: bigint) => void,
): Promise<OutputsReviewed> {
  const { faults, own, targets, request } = deps;
  const { seq } = transaction;
  const where = (vout: number) => `Transaction ${seq}, output ${vout + 1}`;
  const told = new Map(transaction.outputs.map((output) => [output.vout, output]));
  if (told.size < transaction.outputs.length)
    faults.add('consistent', `Transaction ${seq} has an output described twice.`);
  for (const vout of told.keys()) {
    if (!facts.outputs.some((output) => output.vout === vout))
      faults.add('consistent', `Transaction ${seq} has no output ${vout + 1}.`);
  }

  const recipients = new Map<number, Target>();
  const ownPlaces = new Map<number, DerivedAddress>();
  const fees: Output[] = [];
  const approved = targets.of(seq);
  const matched = matchOutputs(facts.outputs, approved);
  for (const output of facts.outputs) {
    const { vout, script } = output;
    const target = matched.get(vout);
    const [paidAlready] = approved.get(script) ?? [];
    const place = own.find(script);
    const role = told.get(vout)?.role;
    if (script === '') {
      fees.push(output);
      checkRole(role, ['fee'], where(vout), faults);
      debit(output.assetId, output.value);
    } else if (target) {
      recipients.set(vout, target);
      checkRole(role, ['recipient'], where(vout), faults);
      debit(request.asset.assetId, target.approved.amount);
    } else if (paidAlready) {
      faults.add(
        'recipients',
        `${where(vout)} pays ${rowName(paidAlready.position, paidAlready.approved)} a second time.`,
      );
      debit(output.assetId, output.value);
    } else if (place) {
      ownPlaces.set(vout, place);
      checkRole(role, ['change', 'lane'], where(vout), faults);
    } else {
      const elsewhere = targets.elsewhere(script);
      if (elsewhere) {
        const name = rowName(elsewhere.position, elsewhere.approved);
        faults.add(
          'recipients',
          `${where(vout)} pays ${name}, who belongs to transaction ${elsewhere.approved.batch}.`,
        );
      } else {
        faults.add('strangers', `${where(vout)} goes to a script that is neither approved nor ours.`);
      }
      debit(output.assetId, output.value);
    }
  }
  const taken = new Set([...matched.values()].map(({ position }) => position));
  for (const target of [...approved.values()].flat()) {
    if (!taken.has(target.position))
      faults.add(
        'recipients',
        `Transaction ${seq} does not pay ${rowName(target.position, target.approved)}.`,
      );
  }

  const fee = checkFees(deps, seq, fees);
  const paid = await openRecipients(deps, pset, { seq, recipients, told, facts });
  const opened = await openOwn(deps, pset, { seq, ownPlaces, told, facts });
  for (const { assetId, value } of opened) debit(assetId, value);
  return { paid, own: opened, fee };
}

function checkRole(
  role: Told['role'] | undefined,
  expected: readonly Told['role'][],
  where: string,
  faults: Faults,
): void {
  if (role === undefined || expected.includes(role)) return;
  faults.add('consistent', `${where} is called “${role}” and is not.`);
}

function checkFees({ policyAsset, feeCeiling, faults }: Deps, seq: number, fees: readonly Output[]): bigint {
  if (fees.length !== 1) faults.add('fee', `Transaction ${seq} has ${fees.length} fee outputs.`);
  for (const output of fees) {
    if (output.assetId !== policyAsset)
      faults.add('fee', `Transaction ${seq} pays its fee in the asset ${output.assetId}.`);
    if (output.assetCommitment !== null || output.valueCommitment !== null || output.blindingPubkey !== null)
      faults.add('fee', `Transaction ${seq} hides its fee.`);
    if (output.value <= 0n) faults.add('fee', `Transaction ${seq} pays no fee.`);
    if (output.value > feeCeiling)
      faults.add(
        'fee',
        `Transaction ${seq} pays a fee of ${output.value} base units; the ceiling is ${feeCeiling}.`,
      );
  }
  return fees.reduce((total, { value }) => total + value, 0n);
}

async function openRecipients(
  deps: Deps,
  pset: string,
  found: {
    seq: number;
    recipients: ReadonlyMap<number, Target>;
    told: ReadonlyMap<number, Told>;
    facts: PsetFacts;
  },
): Promise<OutputsReviewed['paid']> {
  const { faults, request, words } = deps;
  const expected: Expected[] = [];
  const clean = new Set<number>();
  for (const [vout, { position, approved, script, blindingPubkey }] of found.recipients) {
    const name = `Transaction ${found.seq}, output ${vout + 1}, ${rowName(position, approved)}`;
    const output = found.facts.outputs.find((each) => each.vout === vout);
    const told = found.told.get(vout);
    const say = (rule: Rule, fault: string): void => {
      clean.delete(vout);
      faults.add(rule, `${name}: ${fault}`);
    };
    clean.add(vout);
    if (output) checkDeclared(output, { assetId: request.asset.assetId, value: approved.amount }, say);
    if (output) checkProofs(output, say);
    if (output && output.blindingPubkey !== blindingPubkey)
      say(
        'recipient-keys',
        `it is blinded for somebody else than the ${words.payee} of the approved address.`,
      );
    if (!told?.ephemeralKey) {
      say('amounts', 'nothing was given to open it with.');
      continue;
    }
    if (told.value !== approved.amount || told.assetId !== request.asset.assetId)
      say('consistent', `the request opens it as ${told.value} base units, approved are ${approved.amount}.`);
    expected.push({
      vout,
      script,
      blindingPubkey,
      ephemeralKey: told.ephemeralKey,
      assetId: request.asset.assetId,
      value: approved.amount,
      assetBlinder: told.assetBlinder,
      amountBlinder: told.amountBlinder,
    });
  }
  const verified = await prove(deps, pset, expected, 'amounts', (vout) => {
    const target = found.recipients.get(vout);
    const name = target ? `, ${rowName(target.position, target.approved)}` : '';
    return `Transaction ${found.seq}, output ${vout + 1}${name}`;
  });
  return new Map(
    [...found.recipients].map(([vout, { position }]) => [
      position,
      { vout, verified: verified.has(vout) && clean.has(vout) },
    ]),
  );
}

async function openOwn(
  deps: Deps,
  pset: string,
  found: {
    seq: number;
    ownPlaces: ReadonlyMap<number, DerivedAddress>;
    told: ReadonlyMap<number, Told>;
    facts: PsetFacts;
  },
): Promise<OutputsReviewed['own']> {
  const { faults, liquid, words } = deps;
  const where = (vout: number) => `Transaction ${found.seq}, output ${vout + 1}`;
  const vouts = [...found.ownPlaces.keys()];
  if (vouts.length === 0) return [];
  const opened = await faults.attempt('change-opened', `Transaction ${found.seq}`, () =>
    liquid.unblindOwn(pset, vouts, deps.blinding),
  );
  const expected: Expected[] = [];
  const own: OutputsReviewed['own'] = [];
  for (const vout of vouts) {
    const place = found.ownPlaces.get(vout);
    const output = found.facts.outputs.find((each) => each.vout === vout);
    const told = found.told.get(vout);
    const secrets = opened?.find((each) => each?.vout === vout);
    const say = (rule: Rule, fault: string): void => faults.add(rule, `${where(vout)}: ${fault}`);
    if (!place || !output) continue;
    checkProofs(output, say);
    if (output.blindingPubkey !== place.blindingPubkey)
      say('change', `its script is the ${words.owner}’s, but it is blinded for somebody else.`);
    if (!secrets) {
      say('change-opened', `the ${words.owner}’s own blinding key does not open it.`);
      continue;
    }
    own.push(secrets);
    checkDeclared(output, secrets, say);
    if (!told?.ephemeralKey || !sameSecrets(told, secrets)) {
      say('consistent', `the request opens it otherwise than the ${words.owner}’s own key does.`);
      continue;
    }
    const { script, blindingPubkey } = place;
    expected.push({ ...secrets, script, blindingPubkey, ephemeralKey: told.ephemeralKey });
  }
  await prove(deps, pset, expected, 'change-opened', where);
  return own;
}

function sameSecrets(one: OutputSecrets, other: OutputSecrets): boolean {
  return (
    one.assetId === other.assetId &&
    one.value === other.value &&
    one.assetBlinder === other.assetBlinder &&
    one.amountBlinder === other.amountBlinder
  );
}

function checkDeclared(
  output: Output,
  expected: { assetId: string; value: bigint },
  say: (rule: Rule, fault: string) => void,
): void {
  if (output.assetId !== expected.assetId) say('declared', `it declares the asset ${output.assetId}.`);
  if (output.value !== expected.value)
    say('declared', `it declares ${output.value} base units instead of ${expected.value}.`);
}

function checkProofs(output: Output, say: (rule: Rule, fault: string) => void): void {
  if (output.assetCommitment === null || output.valueCommitment === null) say('proofs', 'it is not blinded.');
  if (!output.hasRangeproof) say('proofs', 'its range proof is missing.');
  if (!output.hasSurjectionProof) say('proofs', 'its surjection proof is missing.');
  if (!output.hasValueProof) say('proofs', 'the proof of its declared amount is missing.');
  if (!output.hasAssetProof) say('proofs', 'the proof of its declared asset is missing.');
  if (output.ecdhPubkey === null) say('proofs', 'the key that opens it for its receiver is missing.');
}

/** The outputs that commit to exactly what is expected. */
async function prove(
  { liquid, faults }: Deps,
  pset: string,
  expected: readonly Expected[],
  rule: Rule,
  where: (vout: number) => string,
): Promise<Set<number>> {
  if (expected.length === 0) return new Set();
  const verdicts = await faults.attempt(rule, 'Opening the outputs', () =>
    liquid.verifyOutputs(pset, expected),
  );
  const proven = new Set<number>();
  for (const { vout } of expected) {
    const verdict = verdicts?.find((each) => each.vout === vout);
    if (verdict?.fault === null) proven.add(vout);
    else if (verdicts) faults.add(rule, `${where(vout)} ${verdict?.fault ?? 'was not opened'}.`);
  }
  return proven;
}
