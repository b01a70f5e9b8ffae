import type { Review, ReviewRow } from '../../shared/contract/index.ts';
import { amount, formatGrouped } from '../../shared/money.ts';
import type { Liquid } from '../liquid/types.ts';
import type { SignRequest } from './payloads.ts';
import { reviewAgain, reviewChain, type ReadTransaction } from './review-chain.ts';
import { comparisonWithLast } from './review-comparison.ts';
import { reviewFingerprint } from './review-fingerprint.ts';
import { reviewInputs } from './review-inputs.ts';
import { createOwnScripts } from './review-ours.ts';
import { reviewOutputs, type OutputsReviewed } from './review-outputs.ts';
import { readPolicy } from './review-policy.ts';
import { createFaults, type Faults, type Rule } from './review-rules.ts';
import { readTargets } from './review-targets.ts';
import type { Known, Reviewed, ReviewRequest } from './review-types.ts';
import { wordsOf, type Words } from './review-words.ts';

const UNREADABLE = '0'.repeat(64);
const LBTC = { ticker: 'L-BTC', precision: 8 } as const;

/**
 * What is checked before anything is signed, by the same code on desk and signer: the request is opened with what the one
 * who checks knows by itself (`Known`) and with nothing that the request declares. The rules are in review-rules.ts and
 * docs/signing-checks.md. Whatever the request says becomes a verdict; only a failure of this machine is thrown.
 */
export function createReview(liquid: Liquid): ReviewRequest {
  return async (request, known) => {
    const words = wordsOf(request, known.policy);
    const faults = createFaults(words);
    checkWhole(request, known, faults, words);
    const policy = await readPolicy(liquid, known.policy);
    const own = createOwnScripts(liquid, known.policy, policy);
    const read: (ReadTransaction & { pset: string })[] = [];
    for (const transaction of request.transactions) {
      const pset = Buffer.from(transaction.pset).toString('base64');
      const facts = await faults.attempt('readable', `Transaction ${transaction.seq}`, () =>
        liquid.factsOf(pset),
      );
      if (facts) read.push({ transaction, facts, pset });
    }
    await own.look(read.flatMap(({ facts }) => [...facts.inputs, ...facts.outputs].map(({ keys }) => keys)));
    const targets = await readTargets(liquid, request, faults);
    const links = reviewChain(read, faults);
    reviewAgain(read, known.signed ?? [], faults);

    const feeCeiling =
      known.feeCeiling !== undefined && known.feeCeiling < request.feeCeiling
        ? known.feeCeiling
        : request.feeCeiling;
    const outcomes = new Map<number, OutputsReviewed>();
    for (const { transaction, facts, pset } of read) {
      const sums = createSums();
      await reviewInputs({ liquid, own, faults, words }, transaction, pset, facts, sums.credit);
      const outcome = await reviewOutputs(
        {
          liquid,
          request,
          blinding: policy.blinding,
          policyAsset: known.policyAsset,
          feeCeiling,
          own,
          targets,
          faults,
          words,
        },
        transaction,
        pset,
        facts,
        sums.debit,
      );
      outcomes.set(transaction.seq, outcome);
      for (const [assetId, rest] of sums.unequal()) {
        faults.add(
          'balance',
          `Transaction ${transaction.seq} ${rest > 0n ? 'loses' : 'makes'} ${rest > 0n ? rest : -rest} base units of ${assetId}.`,
        );
      }
    }
    return assemble({ request, known, faults, words, read, outcomes, links, feeCeiling });
  };
}

function checkWhole(request: SignRequest, known: Known, faults: Faults, { owner }: Words): void {
  if (request.network !== known.policy.network)
    faults.add(
      'network',
      `The request is for ${request.network}, the ${owner} is on ${known.policy.network}.`,
    );
  if (request.genesisHash !== known.genesisHash)
    faults.add('network', `The request is for the chain ${request.genesisHash}, which is another one.`);
  if (request.policyAsset !== known.policyAsset)
    faults.add('network', `The request takes ${request.policyAsset} for L-BTC, which it is not.`);
  if (request.treasury !== known.treasuryId)
    faults.add('treasury', `The request is for the ${owner} ${request.treasury}.`);
  const { asset } = request;
  const isLbtc = asset.assetId === known.policyAsset;
  if (isLbtc && request.kind === 'distribute')
    faults.add('consistent', 'What is distributed is the policy asset itself.');
  if (isLbtc && (asset.precision !== LBTC.precision || asset.ticker !== LBTC.ticker))
    faults.add('consistent', 'What is paid is L-BTC, and the request calls it otherwise.');
  if (!isLbtc && asset.ticker === LBTC.ticker)
    faults.add('consistent', 'The request calls an asset L-BTC that is not.');
  const pinned = known.asset;
  if (pinned && (pinned.precision !== asset.precision || pinned.ticker !== asset.ticker))
    faults.add(
      'consistent',
      `The asset was signed for here as ${pinned.ticker ?? pinned.name} with ${pinned.precision} decimals; the request says ${asset.ticker ?? asset.name} with ${asset.precision}.`,
    );
  for (const key of ['seq', 'batchId'] as const) {
    const all = request.transactions.map((transaction) => transaction[key]);
    if (new Set(all).size < all.length) faults.add('consistent', 'Two transactions have the same number.');
  }
}

/** What goes in and comes out of one transaction, by asset. */
function createSums() {
  const sums = new Map<string, bigint>();
  const change = (assetId: string, by: bigint): void => {
    sums.set(assetId, (sums.get(assetId) ?? 0n) + by);
  };
  return {
    credit: (assetId: string, value: bigint) => change(assetId, value),
    debit: (assetId: string, value: bigint) => change(assetId, -value),
    unequal: () => [...sums].filter(([, rest]) => rest !== 0n),
  };
}

interface Found {
  request: SignRequest;
  known: Known;
  faults: Faults;
  words: Words;
  read: readonly ReadTransaction[];
  outcomes: ReadonlyMap<number, OutputsReviewed>;
  links: number;
  feeCeiling: bigint;
}

function assemble(found: Found): Reviewed {
  const { request, known, faults, outcomes } = found;
  const txids = new Map(found.read.map(({ transaction, facts }) => [transaction.seq, facts.txid]));
  const rows = request.allocation.map((approved, position): ReviewRow => {
    const paid = outcomes.get(approved.batch)?.paid.get(position);
    return {
      position,
      batch: approved.batch,
      vout: paid?.vout ?? null,
      holder: approved.holder,
      gaid: approved.gaid,
      address: approved.address,
      amount: approved.amount,
      verified: paid?.verified ?? false,
    };
  });
  const transactions = request.transactions.map(({ seq }) => {
    const payments = rows.filter(({ batch }) => batch === seq);
    return {
      batch: seq,
      txid: txids.get(seq) ?? UNREADABLE,
      recipients: payments.length,
      amount: amount(payments.reduce((total, row) => total + row.amount, 0n)),
      fee: amount(outcomes.get(seq)?.fee ?? 0n),
    };
  });
  const total = rows.reduce((sum, row) => sum + row.amount, 0n);
  const checks = faults.checks(evidence(found, total));
  const review: Review = {
    fingerprint: reviewFingerprint({
      network: request.network,
      assetId: request.asset.assetId,
      recipients: request.allocation,
      transactions,
    }),
    title: request.title,
    asset: request.asset,
    recipients: rows.length,
    total: amount(total),
    fee: amount(transactions.reduce((sum, { fee }) => sum + fee, 0n)),
    change: changeOf(found),
    transactions,
    checks,
    ok: checks.every(({ verdict }) => verdict !== 'wrong'),
    comparison: comparisonWithLast(request, known.last),
  };
  return { review, rows };
}

function changeOf({ request, known, outcomes }: Found): Review['change'] {
  const sums = new Map<string, bigint>();
  for (const { own } of outcomes.values()) {
    for (const { assetId, value } of own) sums.set(assetId, (sums.get(assetId) ?? 0n) + value);
  }
  return [...sums].map(([assetId, value]) => {
    const named =
      assetId === known.policyAsset
        ? LBTC
        : assetId === request.asset.assetId
          ? { ticker: request.asset.ticker, precision: request.asset.precision }
          : { ticker: null, precision: 0 };
    return { assetId, ...named, amount: amount(value) };
  });
}

/** What each rule was found to hold by. */
function evidence(found: Found, total: bigint): Record<Rule, string> {
  const { request, known, read, outcomes, feeCeiling } = found;
  const { owner, payee } = found.words;
  const given = read.reduce(
    (count, { facts }) => count + facts.inputs.reduce((sum, { signatures }) => sum + signatures.length, 0),
    0,
  );
  const inputs = read.reduce((count, { facts }) => count + facts.inputs.length, 0);
  const outputs = read.reduce((count, { facts }) => count + facts.outputs.length, 0);
  const changes = [...outcomes.values()].reduce((count, { own }) => count + own.length, 0);
  const fees = [...outcomes.values()].map(({ fee }) => fee);
  const highest = fees.reduce((most, fee) => (fee > most ? fee : most), 0n);
  const payments = counted(request.allocation.length, 'payment');
  const blinded = counted(outputs - fees.length, 'output');
  const coins = counted(inputs, 'coin');
  const own = counted(changes, 'output');
  const paid = `${formatGrouped(total, request.asset.precision)} ${request.asset.ticker ?? request.asset.name}`;
  return {
    network: `${request.network}, chain ${known.genesisHash.slice(0, 16)}…`,
    treasury: `${owner === 'wallet' ? 'Wallet' : 'Treasury'} ${known.treasuryId.slice(0, 16)}…`,
    consistent: 'Numbers, roles and openings fit each other.',
    readable: `${counted(read.length, 'transaction')} of version 2, without lock time.`,
    sighash: `${coins}, none asks for another signature type.${given === 0 ? '' : ` ${counted(given, 'signature')} of a cosigner: valid.`}`,
    issuance: `${coins}, none with an issuance or a peg-in.`,
    'inputs-ours': `${coins}: each script was derived again from the ${owner}’s keys.`,
    'inputs-opened': `${coins}: commitments worked out again from amount, asset and blinders.`,
    transactions:
      found.links === 0
        ? `${coins}, all different.`
        : `${coins}, all different; ${found.links} of them made by a transaction of this request.`,
    again:
      (known.signed ?? []).length === 0
        ? `${payee === 'holder' ? 'None of these batches' : 'Nothing of this'} was signed here before.`
        : `What was signed here for ${payee === 'holder' ? 'these batches' : 'this'} is the same, or cannot be paid as well.`,
    allocation: `${counted(request.allocation.length, 'payment')}, each with a confidential address of this network.`,
    recipients: `${payments}, each in one output: none missing, none extra, none twice.`,
    'recipient-keys': `${payments}: the blinding key of each is that of its address.`,
    declared: `${payments}, ${paid} in all.`,
    amounts: `${payments} opened from the commitments: ${paid} in all.`,
    strangers: `${counted(outputs, 'output')}: recipient, own, or fee.`,
    change: `${own} derived again from the ${owner}’s keys.`,
    'change-opened': `${own} opened here, as the request says.`,
    proofs: `${blinded} with range, surjection, amount and asset proof.`,
    fee: `At most ${formatGrouped(highest, 8)} L-BTC; the ceiling is ${formatGrouped(feeCeiling, 8)}.`,
    balance: `${counted(read.length, 'transaction')}: nothing is lost and nothing is made.`,
  };
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
