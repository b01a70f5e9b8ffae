import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { custodyPayments, KINDS, LBTC, OWN, OWNER, SERVER } from '../../../test/support/custody-pset.ts';
import type { CustodyPset, Kind } from '../../../test/support/custody-pset.ts';
import { lwkSigner, lwkWollet } from '../../../test/support/lwk.ts';
import { ASSET } from '../../../test/support/made-up-pset.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { amount } from '../../shared/money.ts';
import { fromHex, toHex } from './bytes.ts';
import { createLiquid } from './liquid.ts';
import { loadLwk } from './lwk.ts';
import { INPUT, OUTPUT, parsePset, serializePset } from './pset.ts';
import type { Pset } from './pset.ts';
import { transactionFromHex } from './transaction.ts';
import type { SpentCoin } from './types.ts';

const liquid = createLiquid({ workers: 2 });
afterAll(() => liquid.close());

const network = 'regtest' as const;
let made: Record<Kind, CustodyPset>;
beforeAll(async () => {
  made = await custodyPayments(liquid);
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

  it('proves what it spends only when asked to, and only of blinded coins', async () => {
    const { coins, inputs } = made.single;
    const [first, second] = inputs;
    if (!first || !second) throw new Error('the payment has two inputs');
    const explicit = {
      ...second,
      assetBlinder: '00'.repeat(32),
      amountBlinder: '00'.repeat(32),
    };
    const shown = coins.map((coin, i): SpentCoin => {
      if (i === 0) return coin;
      const asset = `01${Buffer.from(second.assetId, 'hex').reverse().toString('hex')}`;
      const value = `01${second.value.toString(16).padStart(16, '0')}`;
      return { ...coin, utxo: { ...coin.utxo, asset, value } };
    });
    const { script = '', blindingPubkey = '' } = made.single.outputs[1] ?? {};
    const pset = await liquid.newPset(shown, [
      { script, blindingPubkey, assetId: first.assetId, value: first.value },
      { script: '', blindingPubkey: null, assetId: second.assetId, value: second.value },
    ]);
    const proven = async (proveInputs: boolean): Promise<boolean[]> => {
      const blinded = await liquid.blind({ pset, inputs: [first, explicit], proveInputs });
      return parsePset(blinded.pset).inputs.map((map) => map.has(INPUT.blindValueProof));
    };
    expect(await proven(true)).toEqual([true, false]);
    expect(await proven(false)).toEqual([false, false]);
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

interface Spend {
  descriptor: string;
  address: string;
  pset: string;
  hex: string;
  txid: string;
}
const recorded = JSON.parse(
  readFileSync(new URL('../../../test/recordings/liquid/custody-spends.json', import.meta.url), 'utf8'),
) as Record<'amp2' | 'amp0', Spend>;

describe.each(['amp2', 'amp0'] as const)('a spend of %s that a real node finished and took', (kind) => {
  it('is finished to the same bytes, by our signatures and with the cosigner’s out of the node’s', async () => {
    const { descriptor, address, pset, hex, txid } = recorded[kind];
    const [place] = await liquid.addresses({ network, descriptor }, 0, 3, 1);
    expect(place?.address).toBe(address);
    const ours = await sign(pset, OWNER);
    expect(await liquid.finalize(await sign(ours, SERVER))).toBe(hex);
    expect(await liquid.finalize(await liquid.takeCosignature(ours, { hex }, OWN))).toBe(hex);
    expect((await liquid.decodeTransaction(hex)).txid).toBe(txid);
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
