import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { custodyPayment } from '../../../test/support/custody-pset.ts';
import type { CustodyPset } from '../../../test/support/custody-pset.ts';
import { lwkSigner, lwkWollet } from '../../../test/support/lwk.ts';
import { ASSET } from '../../../test/support/made-up-pset.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { SEEDS } from '../../../test/support/treasury-pset.ts';
import { amount } from '../../shared/money.ts';
import { fromHex, toHex } from './bytes.ts';
import { withChecksum } from './descriptor.ts';
import { createLiquid } from './liquid.ts';
import { loadLwk } from './lwk.ts';
import { INPUT, OUTPUT, parsePset, serializePset } from './pset.ts';
import type { Pset } from './pset.ts';
import { transactionFromHex } from './transaction.ts';
import type { DescriptorPolicy, SpentCoin } from './types.ts';
import { wally } from './wally.ts';

const liquid = createLiquid({ workers: 2 });
afterAll(() => liquid.close());

const network = 'regtest' as const;
/** L-BTC as LWK has it on its regtest. */
const LBTC = loadLwk().Network.regtestDefault().policyAsset().toString();
const GAIT = Array.from({ length: 32 }, (_, i) => (i * 2_111) % 65_536);
const OWNER = SEEDS.abandon;
/** The server's words: of AMP2's key, and of the root that Green's half of an account is derived from. */
const SERVER = SEEDS.zoo;
const OWN = '73c5da0a';

interface Made extends CustodyPset {
  policy: DescriptorPolicy;
}
type Kind = 'amp2' | 'amp0' | 'single' | 'wrapped';
const KINDS: readonly Kind[] = ['amp2', 'amp0', 'single', 'wrapped'];
const made = {} as Record<Kind, Made>;

beforeAll(async () => {
  const keys = await liquid.custodyKeys({ mnemonic: OWNER }, network);
  const server = await liquid.custodyKeys({ mnemonic: SERVER }, network);
  const { pubkey, chainCode } = await liquid.amp0Root(server.amp0.masterXpub, network);
  const { fingerprint, masterBlindingKey } = keys;
  const single = await liquid.singleDescriptor({ fingerprint, ...keys.single }, masterBlindingKey, network);
  const descriptors: Record<Kind, string> = {
    amp2: await liquid.amp2Descriptor({
      network,
      server: `[${server.fingerprint}/${server.amp2.path}]${server.amp2.xpub}`,
      user: { fingerprint, ...keys.amp2 },
      blinding: null,
    }),
    amp0: await liquid.amp0Descriptor({
      network,
      server: { pubkey, chainCode },
      gaitPath: GAIT,
      pointer: 1,
      user: { fingerprint, xpub: keys.amp0.accounts[0]?.xpub ?? '' },
      masterBlindingKey,
    }),
    single,
    wrapped: withChecksum((single.split('#')[0] ?? '').replace(/elwpkh\((.*)\)\)$/, 'elsh(wpkh($1)))')),
  };
  await Promise.all(
    KINDS.map(async (kind) => {
      const policy = { network, descriptor: descriptors[kind] };
      made[kind] = { policy, ...(await custodyPayment(liquid, policy, LBTC)) };
    }),
  );
});

const sign = (pset: string, mnemonic: string): Promise<string> =>
  liquid.signWithSeed(pset, { mnemonic }, network);
const byLwk = (pset: string, mnemonic: string): string =>
  lwkSigner(mnemonic, network).sign(new (loadLwk().Pset)(pset)).toString();

function changed(pset: string, change: (pset: Pset) => void): string {
  const parsed = parsePset(pset);
  change(parsed);
  return serializePset(parsed);
}

async function full(kind: Kind): Promise<string> {
  const signed = await sign(made[kind].pset, OWNER);
  return kind === 'single' || kind === 'wrapped' ? signed : sign(signed, SERVER);
}

function lwkFinal(kind: Kind, pset: string): string {
  const { policy } = made[kind];
  const lwk = loadLwk();
  const tx = lwkWollet(policy.descriptor, network).finalize(new lwk.Pset(pset)).extractTx();
  return toHex(tx.bytes());
}

describe('a payment of our own making', () => {
  it.each(KINDS)('is signed and finished as LWK does it: %s', async (kind) => {
    const signed = await full(kind);
    const others = kind === 'single' || kind === 'wrapped' ? [OWNER] : [OWNER, SERVER];
    const theirs = others.reduce(byLwk, made[kind].pset);
    const list = async (pset: string): Promise<unknown> =>
      (await liquid.signaturesOf(pset)).map(({ input, pubkey, signature, valid }) => [
        input,
        pubkey,
        signature,
        valid,
      ]);
    expect(await list(signed)).toEqual(await list(theirs));
    expect((await liquid.signaturesOf(signed)).every(({ valid }) => valid)).toBe(true);
    expect(await liquid.finalize(signed)).toBe(lwkFinal(kind, signed));
  });

  it.each(KINDS)('is read by LWK as what it is: %s', async (kind) => {
    const { policy, pset } = made[kind];
    const lwk = loadLwk();
    const details = lwkWollet(policy.descriptor, network).psetDetails(new lwk.Pset(pset));
    const balance = details.balance();
    expect(balance.fee()).toBe(100n);
    const effects = balance.balances().entries() as [string, bigint][] | Map<string, bigint>;
    expect(new Map(effects)).toEqual(
      new Map([
        [ASSET, -1_000n],
        [LBTC, -100n],
      ]),
    );
    expect(balance.recipients()).toHaveLength(1);
  });

  it.each(KINDS)('opens its change with the wallet’s own blinding: %s', async (kind) => {
    const { policy, pset } = made[kind];
    const { blinding } = await liquid.readDescriptor(policy.descriptor, network);
    const opened = await liquid.unblindOwn(pset, [0, 1, 2], blinding);
    expect(opened.map((one) => one?.value ?? null)).toEqual([null, 4_000n, 1_900n]);
    const wrong = await liquid.unblindOwn(pset, [1], {
      kind: blinding.kind === 'view' ? 'slip77' : 'view',
      key: blinding.key,
    });
    expect(wrong).toEqual([null]);
  });

  it.each(KINDS)(
    'has a transaction id that its signatures do not change, but for what P2SH adds: %s',
    async (kind) => {
      const hex = await liquid.finalize(await full(kind));
      expect(await liquid.sameTransaction({ pset: made[kind].pset }, { hex })).toBe(true);
      const { scriptSigs } = transactionFromHex(hex);
      const wrapped = kind === 'amp0' || kind === 'wrapped';
      expect(scriptSigs.map(({ length }) => length > 0)).toEqual([wrapped, wrapped]);
    },
  );

  it.each(KINDS)('is verified when it is final already: %s', async (kind) => {
    const signed = await full(kind);
    const lwk = loadLwk();
    const final = lwkWollet(made[kind].policy.descriptor, network).finalize(new lwk.Pset(signed)).toString();
    expect((await liquid.signaturesOf(final)).every(({ valid }) => valid)).toBe(true);
    expect(await liquid.finalize(final)).toBe(lwkFinal(kind, signed));
  });
});

describe('a coin wrapped in P2SH', () => {
  const withRedeem = (change: (script: Uint8Array) => Uint8Array | undefined): string =>
    changed(made.amp0.pset, ({ inputs }) => {
      const [first] = inputs;
      const next = change(first?.get(INPUT.redeemScript) ?? new Uint8Array());
      if (next) first?.set(INPUT.redeemScript, next);
      else first?.delete(INPUT.redeemScript);
    });

  it('is not signed without what it wraps', async () => {
    const failed = await refusal(
      sign(
        withRedeem(() => undefined),
        OWNER,
      ),
    );
    expect(failed.message).toMatch(/Input 0 does not show the script/);
  });

  it('is not signed for another script than its own', async () => {
    const other = (script: Uint8Array): Uint8Array => script.with(5, (script[5] ?? 0) ^ 1);
    for (const change of [other, () => new Uint8Array(), (script: Uint8Array) => script.subarray(1)]) {
      expect((await refusal(sign(withRedeem(change), OWNER))).message).toMatch(/another script/);
    }
    const witness = changed(made.amp0.pset, ({ inputs }) => {
      const script = inputs[0]?.get(INPUT.witnessScript) ?? new Uint8Array();
      inputs[0]?.set(INPUT.witnessScript, script.with(5, (script[5] ?? 0) ^ 1));
    });
    expect((await refusal(sign(witness, OWNER))).message).toMatch(/another script/);
  });

  it('is shown to its signer by the PSET that makes it', async () => {
    const parent = changed(made.amp0.pset, ({ outputs }) => {
      outputs[1]?.set(OUTPUT.redeemScript, fromHex('0020'));
    });
    const { txid } = await liquid.inspectPset(parent);
    const [coin] = made.amp0.coins;
    const next = await liquid.newPset(
      [{ ...(coin as SpentCoin), txid, vout: 1, redeemScript: null }],
      [{ script: '', assetId: ASSET, value: amount(4_000n), blindingPubkey: null }],
    );
    const shown = await liquid.showCoins(next, [{ input: 0, from: parent, vout: 1 }]);
    expect(parsePset(shown).inputs[0]?.get(INPUT.redeemScript)).toEqual(fromHex('0020'));
  });
});

describe('newPset', () => {
  const [good, bad] = ['0'.repeat(64), '0'.repeat(63)];
  const coin: SpentCoin = {
    txid: good,
    vout: 0,
    utxo: { asset: `01${good}`, value: '010000000000000064', nonce: '00', script: '' },
    witnessScript: null,
    redeemScript: null,
    keys: [],
  };
  const output = { script: '', assetId: good, value: amount(100n), blindingPubkey: null };

  it('writes what it is given and nothing else', async () => {
    const facts = await liquid.factsOf(made.amp0.pset);
    expect(facts.inputs.map(({ txid, vout, script }) => ({ txid, vout, script }))).toEqual(
      made.amp0.coins.map(({ txid, vout, utxo }) => ({ txid, vout, script: utxo.script })),
    );
    expect(facts.inputs[0]?.keys).toHaveLength(2);
    expect(facts.outputs.map(({ keys }) => keys.length)).toEqual([0, 2, 2, 0]);
  });

  it('refuses what is no coin, no output, or the same coin twice', async () => {
    const coins: SpentCoin[][] = [
      [{ ...coin, txid: bad }],
      [{ ...coin, vout: -1 }],
      [{ ...coin, vout: 2 ** 31 }],
      [{ ...coin, utxo: { ...coin.utxo, asset: '00' } }],
      [{ ...coin, utxo: { ...coin.utxo, value: '00' } }],
      [{ ...coin, utxo: { ...coin.utxo, nonce: '05' } }],
      [{ ...coin, redeemScript: '0' }],
      [{ ...coin, keys: [{ pubkey: '04', fingerprint: OWN, path: [] }] }],
      [{ ...coin, keys: [{ pubkey: `02${good}`, fingerprint: OWN, path: [2 ** 32] }] }],
      [coin, coin],
    ];
    for (const inputs of coins) {
      expect((await refusal(liquid.newPset(inputs, [output]))).code).toBe('PSET_INVALID');
    }
    for (const wrong of [
      { ...output, assetId: bad },
      { ...output, value: amount(0n) },
      { ...output, blindingPubkey: `02${good}` },
      { ...output, script: 'x' },
    ]) {
      expect((await refusal(liquid.newPset([coin], [wrong]))).code).toBe('PSET_INVALID');
    }
  });

  it('takes coins out of a raw transaction', async () => {
    const hex = await liquid.finalize(await full('amp0'));
    const { txid } = await liquid.decodeTransaction(hex);
    const { outputs } = transactionFromHex(hex);
    const taken = await liquid.coinOf(hex, 1);
    expect(taken).toMatchObject({ txid, asset: toHex(outputs[1]?.asset ?? new Uint8Array()) });
    expect(taken.nonce).toMatch(/^0[23][0-9a-f]{64}$/);
    const next = await liquid.newPset(
      [{ ...coin, txid, vout: 1, utxo: taken }],
      [{ ...output, assetId: ASSET, value: amount(4_000n) }],
    );
    expect((await liquid.factsOf(next)).inputs[0]?.valueCommitment).toBe(taken.value);
    expect((await refusal(liquid.coinOf(hex, 4))).code).toBe('PSET_INVALID');
    expect((await refusal(liquid.coinOf('00', 0))).code).toBe('PSET_INVALID');
  });
});

describe('finalize', () => {
  it.each(KINDS)('lacks signatures in words: %s', async (kind) => {
    const failed = await refusal(liquid.finalize(made[kind].pset));
    expect(failed.code).toBe('SIGNING_FAILED');
    expect(failed.message).toMatch(/Input 0 lacks/);
  });

  it('lacks the second signature of two', async () => {
    const failed = await refusal(liquid.finalize(await sign(made.amp2.pset, OWNER)));
    expect(failed.message).toBe('Input 0 lacks a signature.');
  });

  it('takes no signature that is not of this transaction', async () => {
    const [signed, other] = await Promise.all([full('amp2'), full('amp0')]);
    const [stranger] = (await liquid.signaturesOf(other)).map(({ signature }) => signature);
    const mixed = changed(signed, ({ inputs }) => {
      const [map] = inputs;
      const key = [...(map?.keys() ?? [])].find((name) => name.startsWith(INPUT.partialSignature)) ?? '';
      map?.set(key, fromHex(stranger ?? ''));
    });
    expect((await refusal(liquid.finalize(mixed))).code).toBe('SIGNING_FAILED');
  });
});

describe('greenForm', () => {
  it('has the witness that LWK sends to Green: a placeholder for it, the owner’s signature, the script', async () => {
    const { outputs, pset } = made.amp0;
    const signed = await sign(pset, OWNER);
    const form = await liquid.greenForm(signed, outputs);
    const { witnesses, scriptSigs } = transactionFromHex(form.tx);
    const owner = (await liquid.signaturesOf(signed)).map(({ signature }) => signature);
    const placeholder = `30440220${'7f'.repeat(32)}0220${'7f'.repeat(32)}01`;
    witnesses.forEach((witness, i) => {
      expect(witness.map(toHex)).toEqual(['', placeholder, owner[i], form.scripts[i]]);
      expect(toHex(scriptSigs[i] ?? new Uint8Array())).toBe(`22${made.amp0.coins[i]?.redeemScript ?? ''}`);
    });
    expect(form.scripts).toEqual(made.amp0.coins.map(({ witnessScript }) => witnessScript));
    // As LWK does it: the placeholder as a partial signature of whoever has not signed, then finalized.
    const lwk = loadLwk();
    const dummied = changed(signed, ({ inputs }) => {
      for (const map of inputs) {
        for (const key of [...map.keys()].filter(
          (name) => name.length > 1 && name.startsWith(INPUT.bip32Derivation),
        )) {
          const partial = INPUT.partialSignature + key.slice(1);
          if (!map.has(partial)) map.set(partial, fromHex(placeholder));
        }
      }
    });
    const theirs = lwkWollet(made.amp0.policy.descriptor, network)
      .finalize(new lwk.Pset(dummied))
      .extractTx();
    expect(toHex(theirs.bytes())).toBe(form.tx);
  });

  it('gives nonces that open each output to Green, and LWK the same', async () => {
    const { outputs, pset } = made.amp0;
    const signed = await sign(pset, OWNER);
    const { nonces, tx } = await liquid.greenForm(signed, outputs);
    expect(nonces.map((nonce) => nonce.length)).toEqual([64, 64, 64, 0]);
    const lwk = loadLwk();
    expect(new lwk.Amp0Pset(new lwk.Pset(signed), nonces).blindingNonces()).toEqual(nonces);
    const raw = transactionFromHex(tx);
    outputs.forEach(({ vout, value, assetId }) => {
      const output = raw.outputs[vout];
      const [asset, , , opened] = wally.asset_unblind_with_nonce(
        fromHex(nonces[vout] ?? ''),
        raw.proofs[vout]?.range ?? null,
        output?.value ?? null,
        output?.script ?? null,
        output?.asset ?? null,
      );
      expect(BigInt(opened)).toBe(value);
      expect(toHex(new Uint8Array(asset).reverse())).toBe(assetId);
    });
  });

  it('is not made without the owner’s signature, for other wallets, or with false secrets', async () => {
    const { outputs, pset } = made.amp0;
    expect((await refusal(liquid.greenForm(pset, outputs))).message).toMatch(/owner’s signature/);
    const single = await sign(made.single.pset, OWNER);
    expect((await refusal(liquid.greenForm(single, made.single.outputs))).code).toBe('SIGNING_FAILED');
    const signed = await sign(pset, OWNER);
    for (const lie of [
      outputs.slice(1),
      outputs.map((one) => ({ ...one, value: amount(one.value + 1n) })),
      outputs.map((one) => ({ ...one, ephemeralKey: outputs[0]?.ephemeralKey ?? '' })),
    ]) {
      expect((await refusal(liquid.greenForm(signed, lie))).code).toBe('PROOF_INVALID');
    }
  });
});

describe('takeCosignature', () => {
  /** What Green returns: the transaction with its own signature in the place of the placeholder. */
  async function byGreen(): Promise<{ ours: string; hex: string }> {
    const ours = await sign(made.amp0.pset, OWNER);
    return { ours, hex: await liquid.finalize(await sign(ours, SERVER)) };
  }
  const verdicts = async (pset: string): Promise<boolean[]> =>
    (await liquid.signaturesOf(pset)).map(({ valid }) => valid);

  it('takes Green’s signatures out of a raw transaction', async () => {
    const { ours, hex } = await byGreen();
    const taken = await liquid.takeCosignature(ours, { hex }, OWN);
    expect(await verdicts(taken)).toEqual([true, true, true, true]);
    expect(await liquid.finalize(taken)).toBe(hex);
  });

  it('takes AMP2’s signatures out of a PSET, before ours or behind, partial or final', async () => {
    const { pset } = made.amp2;
    const first = await liquid.takeCosignature(pset, { pset: byLwk(pset, SERVER) }, OWN);
    expect(await verdicts(first)).toEqual([true, true]);
    const ours = await sign(pset, OWNER);
    const behind = await liquid.takeCosignature(ours, { pset: byLwk(ours, SERVER) }, OWN);
    expect(await liquid.finalize(behind)).toBe(await liquid.finalize(await sign(first, OWNER)));
    const lwk = loadLwk();
    const final = lwkWollet(made.amp2.policy.descriptor, network).finalize(new lwk.Pset(behind)).toString();
    expect(await liquid.takeCosignature(ours, { pset: final }, OWN)).toBe(behind);
    expect(await liquid.takeCosignature(behind, { pset: behind }, OWN)).toBe(behind);
  });

  it('does not take our own signature for the cosigner’s', async () => {
    const ours = await sign(made.amp2.pset, OWNER);
    for (const answer of [ours, made.amp2.pset]) {
      const failed = await refusal(liquid.takeCosignature(ours, { pset: answer }, OWN));
      expect(failed.code).toBe('COSIGNER_ALTERED');
      expect(failed.message).toBe('The cosigner has not signed input 0.');
    }
  });

  it('refuses the placeholder as a signature', async () => {
    const ours = await sign(made.amp0.pset, OWNER);
    const { tx } = await liquid.greenForm(ours, made.amp0.outputs);
    const failed = await refusal(liquid.takeCosignature(ours, { hex: tx }, OWN));
    expect(failed).toMatchObject({ code: 'COSIGNER_ALTERED' });
    expect(failed.message).toMatch(/not valid/);
  });

  it('refuses another transaction, raw or as a PSET', async () => {
    const other = await custodyPayment(liquid, made.amp0.policy, LBTC);
    const hex = await liquid.finalize(await sign(await sign(other.pset, OWNER), SERVER));
    const ours = await sign(made.amp0.pset, OWNER);
    for (const answer of [{ hex }, { pset: await sign(other.pset, SERVER) }]) {
      const failed = await refusal(liquid.takeCosignature(ours, answer, OWN));
      expect(failed).toMatchObject({ code: 'COSIGNER_ALTERED' });
      expect(failed.message).toMatch(/another transaction/);
    }
  });

  it('refuses signatures that do not cover the whole transaction', async () => {
    const { ours, hex } = await byGreen();
    const taken = await liquid.takeCosignature(ours, { hex }, OWN);
    const [theirs] = (await liquid.signaturesOf(taken)).filter(({ fingerprint }) => fingerprint !== OWN);
    const signature = theirs?.signature ?? '';
    const loose = hex.replace(signature, `${signature.slice(0, -2)}83`);
    expect(loose).not.toBe(hex);
    expect((await refusal(liquid.takeCosignature(ours, { hex: loose }, OWN))).code).toBe('COSIGNER_ALTERED');
  });

  const fields: [string, (pset: Pset) => void][] = [
    ['an amount', ({ outputs }) => outputs[1]?.set(OUTPUT.amount, new Uint8Array(8).fill(1))],
    ['a range proof', ({ outputs }) => outputs[1]?.set(OUTPUT.valueRangeproof, new Uint8Array(9))],
    ['a missing range proof', ({ outputs }) => outputs[1]?.delete(OUTPUT.valueRangeproof)],
    ['a missing surjection proof', ({ outputs }) => outputs[1]?.delete(OUTPUT.assetSurjectionProof)],
    [
      'a blinding key',
      ({ outputs }) => outputs[0]?.set(OUTPUT.blindingPubkey, fromHex(`02${'11'.repeat(32)}`)),
    ],
    ['a spent output', ({ inputs }) => inputs[0]?.set(INPUT.witnessUtxo, new Uint8Array(5))],
    ['a script', ({ inputs }) => inputs[0]?.set(INPUT.witnessScript, new Uint8Array(5))],
    ['a sequence', ({ inputs }) => inputs[0]?.set(INPUT.sequence, new Uint8Array(4))],
    ['a recipient', ({ outputs }) => outputs[0]?.set(OUTPUT.script, fromHex(`0014${'11'.repeat(20)}`))],
    ['fewer outputs', ({ outputs }) => outputs.pop()],
  ];
  it.each(fields)('refuses a PSET with %s changed', async (_, change) => {
    const { pset } = made.amp2;
    const answer = changed(await sign(pset, SERVER), change);
    const failed = await refusal(liquid.takeCosignature(pset, { pset: answer }, OWN));
    expect(['COSIGNER_ALTERED', 'COSIGNER_ANSWER_INVALID']).toContain(failed.code);
    expect(failed.next).toMatch(/Nothing of/);
  });

  it('refuses proofs that were changed or left out of a raw transaction', async () => {
    const { ours, hex } = await byGreen();
    const proof = toHex(transactionFromHex(hex).proofs[1]?.range ?? new Uint8Array());
    const at = hex.indexOf(proof) + 2_000;
    const wrong = `${hex.slice(0, at)}${hex[at] === '0' ? '1' : '0'}${hex.slice(at + 1)}`;
    const failed = await refusal(liquid.takeCosignature(ours, { hex: wrong }, OWN));
    expect(failed.message).toMatch(/changed proofs or scripts/);
  });

  it('never lets an unverified signature in, whatever is flipped in an answer', async () => {
    const green = await byGreen();
    const amp2 = {
      ours: made.amp2.pset,
      bytes: new Uint8Array(Buffer.from(byLwk(made.amp2.pset, SERVER), 'base64')),
    };
    const raw = { ours: green.ours, bytes: fromHex(green.hex) };
    // Signatures are few among the proofs: half of the flips are made in the first and the last bytes.
    const place = (length: number): fc.Arbitrary<number> =>
      fc.oneof(fc.nat(length - 1), fc.nat(1_500), fc.integer({ min: length - 14_000, max: length - 1 }));
    const attempt = async (of: typeof raw, bytes: Uint8Array, isPset: boolean): Promise<void> => {
      const answer = isPset ? { pset: Buffer.from(bytes).toString('base64') } : { hex: toHex(bytes) };
      try {
        const taken = await liquid.takeCosignature(of.ours, answer, OWN);
        expect((await verdicts(taken)).every(Boolean)).toBe(true);
        expect(await liquid.sameTransaction({ pset: taken }, { pset: of.ours })).toBe(true);
        // Only what means nothing may differ.
        expect(isPset).toBe(true);
      } catch (error) {
        expect(['COSIGNER_ALTERED', 'COSIGNER_ANSWER_INVALID']).toContain((error as { code?: string }).code);
      }
    };
    const flips = (of: typeof raw, isPset: boolean): Promise<void> =>
      fc.assert(
        fc.asyncProperty(place(of.bytes.length), fc.integer({ min: 1, max: 255 }), (at, mask) => {
          const i = Math.max(0, Math.min(at, of.bytes.length - 1));
          return attempt(of, of.bytes.with(i, (of.bytes[i] ?? 0) ^ mask), isPset);
        }),
        { numRuns: 150 },
      );
    await flips(raw, false);
    await flips(amp2, true);
  });
});
