import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amount } from '../../src/shared/money.ts';
import { fromDisplay, fromHex, u32Bytes, u64Bytes } from '../../src/main/liquid/bytes.ts';
import { createLiquid } from '../../src/main/liquid/index.ts';
import { INPUT, OUTPUT, parsePset, serializePset, type Pset } from '../../src/main/liquid/pset.ts';
import type { SignRequest } from '../../src/main/signing/index.ts';
import { coin, digest, holder, LBTC } from '../support/made-up-pset.ts';
import { asPayment, madeUpWallet } from '../support/custody-payer.ts';
import {
  committed,
  draft,
  madeUpTreasury,
  requestFrom,
  SEEDS,
  type Draft,
  type Payer,
} from '../support/sign-request.ts';
import { asReceived, testSigner, treasuryBundle, type TestSigner } from '../support/test-signer.ts';

/**
 * What a desk that has been taken over could ask a signer to sign. Each attempt starts from an honest request of three
 * holders: outputs 1 to 3 pay them, 4 and 5 are change, 6 is the fee.
 */
const liquid = createLiquid();
afterAll(() => liquid.close());
const ACTOR = { actor: 'person' };
const STRANGER = holder(666);
const OTHER_ASSET = digest('another asset');

/** Of whom a payment is asked for. Every attack is tried on each. */
interface Subject {
  payer: Payer;
  /** A signer with its key, which knows the payer. */
  signer(): Promise<TestSigner>;
  request(drafts: Draft[], id?: string): Promise<SignRequest>;
}
let payer: Payer;

async function knowing(kind: 'treasury' | 'custody-wallet', bundle: unknown): Promise<TestSigner> {
  const made = testSigner(liquid);
  await made.service.restoreKey({ mnemonic: '', ...SEEDS[0] }, ACTOR);
  await made.receive(kind, bundle);
  return made;
}

async function treasurySubject(): Promise<Subject> {
  const treasury = await madeUpTreasury(liquid, 1, 1);
  return {
    payer: treasury,
    signer: () => knowing('treasury', treasuryBundle(treasury)),
    request: (drafts, id) => requestFrom(liquid, treasury, drafts, id),
  };
}

const custodySubject = (kind: 'amp0' | 'amp2') => async (): Promise<Subject> => {
  const wallet = await madeUpWallet(liquid, kind);
  return {
    payer: wallet,
    signer: () => knowing('custody-wallet', wallet.bundle),
    request: async (drafts, id) => asPayment(await requestFrom(liquid, wallet, drafts, id)),
  };
};

type Change = (request: SignRequest) => void | Promise<void>;
type Redraft = (draft: Draft) => void | Promise<void>;
interface Attack {
  /** What is changed in the blinded request. */
  change?: Change;
  /** What is changed before it is blinded: the transaction is sound, and pays something else. */
  redraft?: Redraft;
  /** The check that has to fail, and what it has to say. */
  rule: string;
  says: RegExp;
}

function psetOf(request: SignRequest, edit: (pset: Pset) => void, seq = 0): void {
  const transaction = at(request.transactions, seq);
  const pset = parsePset(Buffer.from(transaction.pset).toString('base64'));
  edit(pset);
  transaction.pset = new Uint8Array(Buffer.from(serializePset(pset), 'base64'));
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`there is no ${index}`);
  return item;
}

function setOutput(request: SignRequest, vout: number, key: string, value: Uint8Array | null): void {
  psetOf(request, ({ outputs }) => {
    if (value === null) at(outputs, vout).delete(key);
    else at(outputs, vout).set(key, value);
  });
}

const outputField =
  (vout: number, key: string, value: Uint8Array | null): Change =>
  (request) =>
    setOutput(request, vout, key, value);
const inputField =
  (index: number, key: string, value: Uint8Array): Change =>
  (request) =>
    psetOf(request, ({ inputs }) => void at(inputs, index).set(key, value));
const piece = (draft: Draft, index: number) => at(draft.pieces, index).output;

/** One more output to a recipient of the draft, as output 4, out of the change. */
function payAgain(draft: Draft, index: number, value: bigint): void {
  piece(draft, 3).value -= value;
  draft.pieces.splice(3, 0, { role: 'recipient', output: { ...piece(draft, index), value } });
}

const ATTACKS: Record<string, Attack> = {
  'the declared amount of a payment': {
    change: outputField(0, OUTPUT.amount, u64Bytes(999_000n, true)),
    rule: 'declared',
    says: /output 1, Holder 0 \(row 1\): it declares 999000 base units instead of 1000/,
  },
  'the declared amount with its proof stripped': {
    change(request) {
      setOutput(request, 0, OUTPUT.amount, u64Bytes(999_000n, true));
      setOutput(request, 0, OUTPUT.blindValueProof, null);
    },
    rule: 'proofs',
    says: /output 1, Holder 0 \(row 1\): the proof of its declared amount is missing/,
  },
  'the declared asset of a payment': {
    change: outputField(1, OUTPUT.asset, fromDisplay(OTHER_ASSET)),
    rule: 'declared',
    says: /output 2, Holder 1 \(row 2\): it declares the asset/,
  },
  'a payment that commits to less than is declared and approved': {
    redraft(draft) {
      piece(draft, 0).value -= 400n;
      piece(draft, 3).value += 400n;
    },
    change: outputField(0, OUTPUT.amount, u64Bytes(1000n, true)),
    rule: 'amounts',
    says: /output 1, Holder 0 \(row 1\)/,
  },
  'the same, with the request lying about it as well': {
    redraft(draft) {
      piece(draft, 0).value -= 400n;
      piece(draft, 3).value += 400n;
    },
    change(request) {
      setOutput(request, 0, OUTPUT.amount, u64Bytes(1000n, true));
      setOutput(request, 0, OUTPUT.blindValueProof, null);
      at(at(request.transactions, 0).outputs, 0).value = amount(1000n);
    },
    rule: 'amounts',
    says: /output 1, Holder 0 \(row 1\)/,
  },
  'a payment in another asset': {
    redraft(draft) {
      draft.secrets.push(coin(OTHER_ASSET, 1000n, 'other'));
      draft.inputs.push({ ...at(draft.inputs, 0), vout: 9, utxo: commitment(draft, OTHER_ASSET, 1000n) });
      piece(draft, 0).assetId = OTHER_ASSET;
      piece(draft, 3).value += 1000n;
    },
    rule: 'amounts',
    says: /output 1, Holder 0 \(row 1\)/,
  },
  'the script of a payment, in the PSET': {
    change: outputField(0, OUTPUT.script, fromHex(STRANGER.script)),
    rule: 'strangers',
    says: /output 1 goes to a script that is neither approved nor ours/,
  },
  'a payment to a stranger, soundly blinded': {
    redraft(draft) {
      piece(draft, 0).script = STRANGER.script;
      piece(draft, 0).blindingPubkey = STRANGER.blindingPubkey;
    },
    rule: 'recipients',
    says: /Transaction 1 does not pay Holder 0 \(row 1\)/,
  },
  'the blinding key of a payment': {
    redraft(draft) {
      piece(draft, 1).blindingPubkey = STRANGER.blindingPubkey;
    },
    rule: 'recipient-keys',
    says: /output 2, Holder 1 \(row 2\): it is blinded for somebody else/,
  },
  'the blinding key, with the PSET claiming the right one': {
    redraft(draft) {
      piece(draft, 1).blindingPubkey = STRANGER.blindingPubkey;
    },
    change(request) {
      setOutput(request, 1, OUTPUT.blindingPubkey, fromHex(holder(1).blindingPubkey));
      at(at(request.transactions, 0).outputs, 1).blindingPubkey = holder(1).blindingPubkey;
    },
    rule: 'amounts',
    says: /output 2, Holder 1 \(row 2\)/,
  },
  'change to a stranger': {
    redraft(draft) {
      piece(draft, 3).script = STRANGER.script;
      piece(draft, 3).blindingPubkey = STRANGER.blindingPubkey;
    },
    rule: 'strangers',
    says: /output 4 goes to a script that is neither approved nor ours/,
  },
  'change by a foreign blinding key': {
    redraft(draft) {
      piece(draft, 3).blindingPubkey = STRANGER.blindingPubkey;
    },
    rule: 'change',
    says: /output 4: its script is the treasury’s, but it is blinded for somebody else/,
  },
  'change that the treasury cannot open, under its own key': {
    redraft(draft) {
      piece(draft, 3).blindingPubkey = STRANGER.blindingPubkey;
    },
    async change(request) {
      const { blindingPubkey } = await payer.place(1, 0);
      setOutput(request, 3, OUTPUT.blindingPubkey, fromHex(blindingPubkey));
    },
    rule: 'change-opened',
    says: /output 4: the treasury’s own blinding key does not open it/,
  },
  'a lie about the amount of change': {
    change(request) {
      at(at(request.transactions, 0).outputs, 3).value = amount(699n);
    },
    rule: 'consistent',
    says: /output 4: the request opens it otherwise than the treasury’s own key does/,
  },
  'a fee above the ceiling': {
    redraft(draft) {
      piece(draft, 4).value -= 8000n;
      at(draft.pieces, 5).output.value += 8000n;
    },
    change(request) {
      request.feeCeiling = amount(8000n);
    },
    rule: 'fee',
    says: /pays a fee of 8500 base units; the ceiling is 8000/,
  },
  'a fee above the signer’s own ceiling, which the desk has raised': {
    redraft(draft) {
      at(draft.secrets, 1).value += 200_000n;
      at(draft.inputs, 1).utxo = commitment(draft, LBTC, at(draft.secrets, 1).value, 1);
      at(draft.pieces, 5).output.value += 200_000n;
    },
    change(request) {
      request.feeCeiling = amount(10_000_000n);
    },
    rule: 'fee',
    says: /pays a fee of 200500 base units; the ceiling is 100000/,
  },
  'a fee in another asset': {
    redraft(draft) {
      piece(draft, 3).value -= 100n;
      piece(draft, 4).value += 500n;
      const { assetId } = piece(draft, 3);
      at(draft.pieces, 5).output = { script: '', assetId, value: 100n };
    },
    rule: 'fee',
    says: /pays its fee in the asset/,
  },
  'two fees': {
    redraft(draft) {
      piece(draft, 4).value -= 100n;
      draft.pieces.push({ role: 'fee', output: { script: '', assetId: LBTC, value: 100n } });
    },
    rule: 'fee',
    says: /has 2 fee outputs/,
  },
  'a coin of somebody else': {
    redraft(draft) {
      at(draft.inputs, 0).utxo.script = STRANGER.script;
    },
    rule: 'inputs-ours',
    says: /input 1 spends a coin of somebody else/,
  },
  'a coin whose keys are claimed to be others than they are': {
    async redraft(draft) {
      at(draft.inputs, 0).utxo.script = (await payer.place(0, 60)).script;
    },
    rule: 'inputs-ours',
    says: /input 1 spends a coin of somebody else/,
  },
  'a lie about the amount of a coin': {
    change(request) {
      const input = at(at(request.transactions, 0).inputs, 1);
      input.value = amount(input.value + 5n);
    },
    rule: 'inputs-opened',
    says: /input 2 is of another amount/,
  },
  'a lie about the asset of a coin': {
    change(request) {
      at(at(request.transactions, 0).inputs, 1).assetId = OTHER_ASSET;
    },
    rule: 'inputs-opened',
    says: /input 2 is of another asset/,
  },
  'a coin that is not shown': {
    change: (request) => psetOf(request, ({ inputs }) => void at(inputs, 0).delete(INPUT.witnessUtxo)),
    rule: 'inputs-ours',
    says: /input 1 does not show the coin it spends/,
  },
  'the range proof stripped': {
    change: outputField(2, OUTPUT.valueRangeproof, null),
    rule: 'proofs',
    says: /output 3, Holder 2 \(row 3\): its range proof is missing/,
  },
  'the surjection proof stripped': {
    change: outputField(2, OUTPUT.assetSurjectionProof, null),
    rule: 'proofs',
    says: /output 3, Holder 2 \(row 3\): its surjection proof is missing/,
  },
  'the proof of the declared amount stripped': {
    change: outputField(2, OUTPUT.blindValueProof, null),
    rule: 'proofs',
    says: /output 3, Holder 2 \(row 3\): the proof of its declared amount is missing/,
  },
  'the proof of the declared asset stripped': {
    change: outputField(2, OUTPUT.blindAssetProof, null),
    rule: 'proofs',
    says: /output 3, Holder 2 \(row 3\): the proof of its declared asset is missing/,
  },
  'the proofs of change stripped': {
    change: outputField(3, OUTPUT.blindValueProof, null),
    rule: 'proofs',
    says: /output 4: the proof of its declared amount is missing/,
  },
  'the proofs of another output in place of its own': {
    change: (request) =>
      psetOf(request, ({ outputs }) => {
        const other = at(outputs, 1).get(OUTPUT.valueRangeproof);
        if (other) at(outputs, 0).set(OUTPUT.valueRangeproof, other);
      }),
    rule: 'amounts',
    says: /output 1, Holder 0 \(row 1\)/,
  },
  'an unblinded payment': {
    redraft(draft) {
      delete piece(draft, 0).blindingPubkey;
    },
    rule: 'proofs',
    says: /output 1, Holder 0 \(row 1\): it is not blinded/,
  },
  'an output more': {
    redraft(draft) {
      const { assetId } = piece(draft, 3);
      piece(draft, 3).value -= 50n;
      const { script, blindingPubkey } = STRANGER;
      draft.pieces.splice(4, 0, { role: 'change', output: { script, blindingPubkey, assetId, value: 50n } });
    },
    rule: 'strangers',
    says: /output 5 goes to a script that is neither approved nor ours/,
  },
  'an output less': {
    redraft(draft) {
      const [gone] = draft.pieces.splice(0, 1);
      piece(draft, 2).value += gone?.output.value ?? 0n;
    },
    rule: 'recipients',
    says: /Transaction 1 does not pay Holder 0 \(row 1\)/,
  },
  'a holder paid twice': {
    redraft(draft) {
      payAgain(draft, 0, 100n);
    },
    rule: 'recipients',
    says: /output 4 pays Holder 0 \(row 1\) a second time/,
  },
  'an address that is approved twice': {
    change(request) {
      request.allocation.push({ ...at(request.allocation, 0), holderId: 99, holder: 'Twin' });
    },
    rule: 'allocation',
    says: /Twin \(row 4\) names the address of Holder 0 \(row 1\) again/,
  },
  'an address that is approved twice for one holder, and paid once': {
    change(request) {
      request.allocation.push({ ...at(request.allocation, 0) });
    },
    rule: 'recipients',
    says: /Transaction 1 does not pay Holder 0 \(row 4\)/,
  },
  'an address that is approved twice for one holder, and paid in other amounts': {
    redraft(draft) {
      payAgain(draft, 0, 300n);
      piece(draft, 0).value += 50n;
      piece(draft, 3).value -= 50n;
      draft.allocation.push({ ...at(draft.allocation, 0), amount: 350n });
    },
    rule: 'amounts',
    says: /output 1, Holder 0 \(row 1\).*output 4, Holder 0 \(row 4\)/,
  },
  'an address that is approved twice, with the declared amounts exchanged': {
    redraft(draft) {
      payAgain(draft, 0, 300n);
      draft.allocation.push({ ...at(draft.allocation, 0), amount: 300n });
    },
    change(request) {
      setOutput(request, 0, OUTPUT.amount, u64Bytes(300n, true));
      setOutput(request, 3, OUTPUT.amount, u64Bytes(1000n, true));
    },
    rule: 'amounts',
    says: /output 1, Holder 0 \(row 4\).*output 4, Holder 0 \(row 1\)/,
  },
  'a holder who is approved twice, and paid once': {
    async change(request) {
      const address = await liquid.writeAddress(STRANGER.script, STRANGER.blindingPubkey, 'regtest');
      request.allocation.push({ ...at(request.allocation, 0), address });
    },
    rule: 'recipients',
    says: /Transaction 1 does not pay Holder 0 \(row 4\)/,
  },
  'an issuance of more': {
    change: inputField(0, INPUT.issuanceValue, u64Bytes(1_000_000n, true)),
    rule: 'issuance',
    says: /input 1 issues an asset/,
  },
  'an issuance of reissuance tokens': {
    change: inputField(1, INPUT.inflationKeys, u64Bytes(1n, true)),
    rule: 'issuance',
    says: /input 2 issues an asset/,
  },
  'a peg-in': {
    change: inputField(0, INPUT.peginValue, u64Bytes(1n, true)),
    rule: 'issuance',
    says: /input 1 claims a peg-in/,
  },
  SIGHASH_NONE: {
    change: inputField(0, INPUT.sighashType, u32Bytes(2)),
    rule: 'sighash',
    says: /input 1 asks for signature type 2/,
  },
  'SIGHASH_SINGLE with ANYONECANPAY': {
    change: inputField(1, INPUT.sighashType, u32Bytes(0x83)),
    rule: 'sighash',
    says: /input 2 asks for signature type 131/,
  },
  'amounts of two holders exchanged in the allocation': {
    change(request) {
      const [one, other] = [at(request.allocation, 0), at(request.allocation, 1)];
      [one.amount, other.amount] = [other.amount, one.amount];
    },
    rule: 'amounts',
    says: /output 1, Holder 0 \(row 1\).*output 2, Holder 1 \(row 2\)/,
  },
  'an address of the allocation replaced': {
    async change(request) {
      const { script, blindingPubkey } = STRANGER;
      at(request.allocation, 1).address = await liquid.writeAddress(script, blindingPubkey, 'regtest');
    },
    rule: 'recipients',
    says: /does not pay Holder 1 \(row 2\)/,
  },
  'an address of another network': {
    change(request) {
      at(request.allocation, 1).address = 'lq1qqd8x';
    },
    rule: 'allocation',
    says: /Holder 1 \(row 2\): “lq1qqd8x” is no confidential address of this network/,
  },
  'a lock time': {
    change: (request) => psetOf(request, ({ global }) => void global.set('\x03', u32Bytes(500))),
    rule: 'readable',
    says: /Transaction 1 is locked until 500/,
  },
  'a relative lock time': {
    change: inputField(0, INPUT.sequence, u32Bytes(10)),
    rule: 'readable',
    says: /input 1 has the sequence 10/,
  },
  'what is no PSET': {
    change(request) {
      at(request.transactions, 0).pset = new Uint8Array([1, 2, 3]);
    },
    rule: 'readable',
    says: /Transaction 1: /,
  },
  'another chain': {
    change(request) {
      request.genesisHash = digest('another chain');
    },
    rule: 'network',
    says: /which is another one/,
  },
  'another policy asset': {
    change(request) {
      request.policyAsset = OTHER_ASSET;
    },
    rule: 'network',
    says: /for L-BTC, which it is not/,
  },
  'the same transaction twice': {
    change(request) {
      request.transactions.push({ ...at(request.transactions, 0), batchId: 'batch-2', seq: 2 });
    },
    rule: 'transactions',
    says: /Transactions 1 and 2 are the same/,
  },
  'an approved holder of no transaction': {
    change(request) {
      at(request.allocation, 2).batch = 7;
    },
    rule: 'recipients',
    says: /Holder 2 \(row 3\) belongs to transaction 7, which is not in the request/,
  },
};

/** Commitments of a made-up coin at the treasury's place of input `index`, as `draft` makes them. */
function commitment(draft: Draft, assetId: string, value: bigint, index = 0) {
  const label = draft.secrets.find((secret) => secret.assetId === assetId && secret.value === value);
  if (!label) throw new Error('no such secret');
  return { ...committed(label), nonce: '00', script: at(draft.inputs, index).utxo.script };
}

/** Where there are no holders an address may come again: then it has to be paid as often. */
const PLAIN: Record<string, Pick<Attack, 'rule' | 'says'>> = {
  'an address that is approved twice': {
    rule: 'recipients',
    says: /Transaction 1 does not pay Twin \(row 4\)/,
  },
};

/** What says “treasury” of a treasury says “wallet” of a wallet. */
function worded(says: RegExp, words: 'treasury' | 'wallet'): RegExp {
  return new RegExp(says.source.replaceAll('treasury', words));
}

describe.each([
  ['a distribution of a treasury', treasurySubject, 'treasury'],
  ['a payment of an AMP0 account', custodySubject('amp0'), 'wallet'],
  ['a payment of an AMP2 wallet', custodySubject('amp2'), 'wallet'],
] as const)('a request for %s that was tampered with', (_name, make, words) => {
  let subject: Subject;
  let signer: TestSigner;
  let honest: SignRequest;
  let count = 0;
  beforeAll(async () => {
    subject = await make();
    payer = subject.payer;
    signer = await subject.signer();
    honest = await subject.request([await draft(liquid, payer, 3)], 'honest');
  });

  it('is signed when it was not', async () => {
    const again = await subject.signer();
    await again.receive('sign-request', asReceived(honest));
    await again.service.sign({ id: 'honest', confirm: 'ALD' }, ACTOR);
    expect(again.signed()).toHaveLength(2);
  });

  it.each(Object.entries(ATTACKS))('%s', async (what, { change, redraft, ...expected }) => {
    const { rule, says } = { ...expected, ...(words === 'wallet' ? PLAIN[what] : {}) };
    const wanted = worded(says, words);
    count += 1;
    const id = `attack-${count}`;
    let request = structuredClone(honest);
    if (redraft) {
      const changed = await draft(liquid, payer, 3);
      await redraft(changed);
      request = await subject.request([changed]);
    }
    await change?.(request);
    await signer.receive('sign-request', asReceived({ ...request, requestId: id }));

    const { review } = await signer.service.request({ id }, ACTOR);
    const failed = review.checks.find(({ code }) => code === rule);
    expect(failed?.verdict, JSON.stringify(review.checks, null, 1)).toBe('wrong');
    expect(failed?.evidence).toMatch(wanted);
    expect(review.ok).toBe(false);
    await expect(signer.service.sign({ id, confirm: 'ALD' }, ACTOR)).rejects.toMatchObject({
      code: 'REVIEW_FAILED',
      message: expect.stringMatching(wanted),
    });
    expect(signer.signed()).toEqual([]);
  });
});

describe('a payment of a custody wallet', () => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await custodySubject('amp2')();
    payer = subject.payer;
  });
  const checks = async (request: SignRequest) => {
    const signer = await subject.signer();
    await signer.receive('sign-request', asReceived(request));
    return (await signer.service.request({ id: request.requestId }, ACTOR)).review;
  };
  const lbtc = async (change: (draft: Draft) => void = () => undefined): Promise<SignRequest> => {
    const made = await draft(liquid, payer, 1);
    // L-BTC itself is paid: the asset's coin becomes another of L-BTC.
    for (const secret of made.secrets) secret.assetId = LBTC;
    made.inputs.forEach((input, index) => {
      const secret = at(made.secrets, index);
      input.utxo = { ...input.utxo, ...committed(secret) };
    });
    for (const { output } of made.pieces) output.assetId = LBTC;
    change(made);
    return {
      ...(await subject.request([made])),
      asset: { assetId: LBTC, name: 'Liquid Bitcoin', ticker: 'L-BTC', precision: 8 },
    };
  };

  it('may be one of L-BTC itself', async () => {
    expect((await checks(await lbtc())).ok).toBe(true);
  });

  it.each([
    ['other decimals', { precision: 2 }],
    ['another ticker', { ticker: 'USD' }],
  ])('is not signed with %s for L-BTC', async (_what, lie) => {
    const request = await lbtc();
    const review = await checks({ ...request, asset: { ...request.asset, ...lie } });
    expect(review.checks.find(({ code }) => code === 'consistent')).toMatchObject({
      verdict: 'wrong',
      evidence: expect.stringContaining('L-BTC, and the request calls it otherwise'),
    });
  });

  it('is not signed when it calls another asset L-BTC', async () => {
    const request = await subject.request([await draft(liquid, payer, 1)]);
    const review = await checks({ ...request, asset: { ...request.asset, ticker: 'L-BTC' } });
    expect(review.checks.find(({ code }) => code === 'consistent')?.verdict).toBe('wrong');
  });

  it('is signed after the cosigner, whose signatures are checked', async () => {
    const request = await subject.request([await draft(liquid, payer, 1)]);
    const server = SEEDS[1];
    if (!server) throw new Error('there is no server');
    const transaction = at(request.transactions, 0);
    const bare = Buffer.from(transaction.pset).toString('base64');
    const cosigned = await liquid.signWithSeed(bare, server, 'regtest');
    transaction.pset = new Uint8Array(Buffer.from(cosigned, 'base64'));
    const review = await checks(request);
    expect(review.ok).toBe(true);
    expect(review.checks.find(({ code }) => code === 'sighash')?.evidence).toContain(
      '2 signatures of a cosigner: valid',
    );

    const [one, other] = (await liquid.signaturesOf(cosigned)).map(({ pubkey, signature }) => ({
      key: `${INPUT.partialSignature}${Buffer.from(pubkey, 'hex').toString('latin1')}`,
      signature,
    }));
    psetOf(request, ({ inputs }) => {
      // The signature of the other input: well formed, and not over this one.
      at(inputs, 0).set(one?.key ?? '', fromHex(other?.signature ?? ''));
    });
    const altered = await checks(request);
    expect(altered.checks.find(({ code }) => code === 'sighash')).toMatchObject({ verdict: 'wrong' });
  });
});
