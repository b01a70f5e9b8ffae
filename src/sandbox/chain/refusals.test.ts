import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../crypto/index.ts';
import {
  NULL_FIELD,
  OP_RETURN,
  OP_TRUE,
  concat,
  explicitValue,
  fromDisplay,
  fromHex,
  newInput,
  parseTransaction,
  serializeTransaction,
  toHex,
  txidOf,
  u64,
} from '../crypto/index.ts';
import { decodePset, encodePset, fieldKey } from '../elements/pset/codec.ts';
import type { Issuer } from '../elements/testkit.ts';
import { issuerNode, refusal, rpc, signedPayment } from '../elements/testkit.ts';
import type { SandboxNode } from '../elements/types.ts';
import { explicitOutput } from './index.ts';

let node: SandboxNode;
let issued: Issuer;
let holder: string;

beforeAll(async () => {
  ({ node, issued } = await issuerNode());
  holder = await rpc<string>(node, 'getnewaddress', [], 'holder');
});
afterAll(() => node.close());

const IN_NE_OUT = { code: -26, message: 'bad-txns-in-ne-out, value in != value out' };

function payment(amount = '1.5'): Promise<string> {
  return signedPayment(node, [{ [holder]: amount, asset: issued.asset }]);
}

function changed(hex: string, change: (tx: Transaction) => void): string {
  const tx = parseTransaction(fromHex(hex));
  change(tx);
  return toHex(serializeTransaction(tx));
}

function send(hex: string): Promise<{ code: number; message: string }> {
  return refusal(node, 'sendrawtransaction', [hex]);
}

async function verdict(hex: string): Promise<Record<string, unknown>> {
  const [answer] = await rpc<Record<string, unknown>[]>(node, 'testmempoolaccept', [[hex]]);
  return answer ?? {};
}

/** The genesis coin at `vout`, which anyone can spend, sent on. */
function fromPurse(vout: number, outputs: Transaction['outputs'], parent?: string): Transaction {
  const genesis = parent ?? genesisTx;
  return { version: 2, locktime: 0, inputs: [newInput(fromDisplay(genesis), vout, 0xffffffff)], outputs };
}

const PURSE = 21_000_000_000_000n;
let genesisTx: string;
beforeAll(async () => {
  const block = await rpc<{ tx: string[] }>(node, 'getblock', [node.chain.genesisHash]);
  genesisTx = block.tx[0] ?? '';
});

function pay(value: bigint, fee: bigint, extra: Transaction['outputs'] = []): Transaction['outputs'] {
  const asset = node.chain.policyAsset;
  return [explicitOutput(asset, value, OP_TRUE), ...extra, explicitOutput(asset, fee, new Uint8Array(0))];
}

describe('the mempool refuses', () => {
  it('an input that does not exist', async () => {
    const hex = changed(await payment(), (tx) => void tx.inputs[0]!.txhash.reverse());
    expect(await send(hex)).toEqual({ code: -25, message: 'bad-txns-inputs-missingorspent' });
    expect(await verdict(hex)).toMatchObject({ allowed: false, 'reject-reason': 'missing-inputs' });
  });

  it('a signature that is not of the key', async () => {
    const hex = changed(await payment(), (tx) => void (tx.inputs[0]!.witness[0]![30]! ^= 1));
    expect((await send(hex)).message).toMatch(/^mempool-script-verify-flag-failed \(/);
  });

  it('a witness that is missing, or of somebody else', async () => {
    const hex = await payment();
    const bare = changed(hex, (tx) => void (tx.inputs[0]!.witness = []));
    expect((await send(bare)).message).toBe(
      'mempool-script-verify-flag-failed (Witness program was passed an empty witness)',
    );
    const swapped = changed(hex, (tx) => {
      const [a, b] = tx.inputs;
      [a!.witness, b!.witness] = [b!.witness, a!.witness];
    });
    expect((await send(swapped)).message).toBe(
      'mempool-script-verify-flag-failed (Script failed an OP_EQUALVERIFY operation)',
    );
  });

  it('an output that was changed after it was signed', async () => {
    const hex = changed(await payment(), (tx) => void (tx.outputs[0]!.nonce[9]! ^= 1));
    expect((await send(hex)).message).toBe(
      'mempool-script-verify-flag-failed (Signature must be zero for failed CHECK(MULTI)SIG operation)',
    );
  });

  it('amounts that do not balance, well signed', async () => {
    const hex = await signedPayment(node, [{ [holder]: '1', asset: issued.asset }], (pset) => {
      const decoded = decodePset(pset);
      const fee = decoded.outputs.find((fields) => fields.get(fieldKey(0x04))?.length === 0);
      fee?.set(fieldKey(0x03), u64(700n));
      return encodePset(decoded);
    });
    expect(await send(hex)).toEqual(IN_NE_OUT);
    expect(await verdict(hex)).toMatchObject({ allowed: false, 'reject-reason': 'bad-txns-in-ne-out' });
  });

  it('proofs that are missing, wrong or of another output', async () => {
    const hex = await payment();
    const tamper = async (change: (tx: Transaction) => void) =>
      expect(await send(changed(hex, change))).toEqual(IN_NE_OUT);
    await tamper((tx) => void (tx.outputs[0]!.rangeproof = new Uint8Array(0)));
    await tamper((tx) => void (tx.outputs[0]!.rangeproof[3000]! ^= 1));
    await tamper((tx) => void (tx.outputs[0]!.surjectionProof = new Uint8Array(0)));
    await tamper((tx) => void (tx.outputs[0]!.surjectionProof[50]! ^= 1));
    await tamper((tx) => {
      const [a, b] = tx.outputs;
      [a!.rangeproof, b!.rangeproof] = [b!.rangeproof, a!.rangeproof];
    });
  });

  it('an output that somebody forgot to blind', async () => {
    const funded = await rpc<{ psbt: string }>(
      node,
      'walletcreatefundedpsbt',
      [[], [{ [holder]: '1', asset: issued.asset }], 0, {}, true],
      'issuer',
    );
    const decoded = decodePset(funded.psbt);
    const tx = fromPurse(0, pay(PURSE - 100n, 100n));
    tx.outputs[0]!.nonce = concat(Uint8Array.of(2), new Uint8Array(32).fill(7));
    expect(decoded.outputs.length).toBeGreaterThan(1);
    expect(await send(toHex(serializeTransaction(tx)))).toEqual({
      code: -25,
      message:
        'Transaction output has nonce, but is not blinded. Did you forget to call blindrawtransaction, or rawblindrawtransaction?',
    });
  });

  it('bytes that are no transaction', async () => {
    for (const hex of ['00', 'zz', '']) {
      expect(await send(hex)).toEqual({
        code: -22,
        message: 'TX decode failed. Make sure the tx has at least one input.',
      });
    }
  });

  it('a fee below the relay fee, and no fee at all', async () => {
    const low = fromPurse(1, pay(PURSE - 1n, 1n));
    expect((await send(toHex(serializeTransaction(low)))).message).toMatch(
      /^min relay fee not met, 1 < \d+$/,
    );
    const none = fromPurse(1, [explicitOutput(node.chain.policyAsset, PURSE, OP_TRUE)]);
    expect((await send(toHex(serializeTransaction(none)))).message).toMatch(/^min relay fee not met, 0 < /);
    const empty = fromPurse(1, pay(PURSE, 0n));
    expect((await send(toHex(serializeTransaction(empty)))).message).toBe('bad-txns-fee-outofrange');
  });

  it('a transaction beyond 400,000 weight units', async () => {
    const data = concat(OP_RETURN, new Uint8Array(100_000));
    const tx = fromPurse(
      2,
      pay(PURSE - 100_000n, 100_000n, [explicitOutput(node.chain.policyAsset, 0n, data)]),
    );
    expect(await send(toHex(serializeTransaction(tx)))).toEqual({ code: -26, message: 'tx-size' });
  });

  it('a spendable output of zero, more money than there is, and dust', async () => {
    const asset = node.chain.policyAsset;
    const zero = fromPurse(3, pay(PURSE - 100n, 100n, [explicitOutput(issued.asset, 0n, OP_TRUE)]));
    expect(await send(toHex(serializeTransaction(zero)))).toEqual(IN_NE_OUT);
    const rich = fromPurse(3, pay(2_100_000_000_000_001n, 100n));
    expect((await send(toHex(serializeTransaction(rich)))).message).toBe('bad-txns-vout-toolarge');
    const dust = fromPurse(3, pay(PURSE - 101n, 100n, [explicitOutput(asset, 1n, OP_TRUE)]));
    expect((await send(toHex(serializeTransaction(dust)))).message).toBe('dust');
  });

  it('the same input twice, and assets out of nothing', async () => {
    const twice = fromPurse(4, pay(2n * PURSE - 100n, 100n));
    twice.inputs.push(newInput(fromDisplay(genesisTx), 4, 0xffffffff));
    expect((await send(toHex(serializeTransaction(twice)))).message).toBe('bad-txns-inputs-duplicate');
    const magic = fromPurse(4, pay(PURSE - 100n, 100n, [explicitOutput(issued.asset, 5n, OP_TRUE)]));
    expect(await send(toHex(serializeTransaction(magic)))).toEqual(IN_NE_OUT);
  });

  it('a reissuance without the token, and an issuance beyond 21 million', async () => {
    const asset = node.chain.policyAsset;
    const make = (nonce: Uint8Array, entropy: Uint8Array, amount: bigint, id: string) => {
      const tx = fromPurse(5, pay(PURSE - 200n, 200n, [explicitOutput(id, amount, OP_TRUE)]));
      tx.inputs[0]!.issuance = { nonce, entropy, amount: explicitValue(amount), tokens: NULL_FIELD };
      return toHex(serializeTransaction(tx));
    };
    const forged = make(new Uint8Array(32).fill(1), fromDisplay(issued.entropy), 5n, issued.asset);
    expect(await send(forged)).toEqual(IN_NE_OUT);
    const big = make(new Uint8Array(32), new Uint8Array(32), 2_100_000_000_000_001n, asset);
    expect((await send(big)).message).toMatch(/^issuance-out-of-range|bad-txns-vout-toolarge/);
  });

  it('a coinbase before its time, and locks that have not run out', async () => {
    const address = await rpc<string>(node, 'getnewaddress', [], 'holder');
    await rpc(node, 'sendrawtransaction', [await payment('0.25')]);
    const [hash] = await rpc<string[]>(node, 'generatetoaddress', [1, address]);
    const block = await rpc<{ tx: string[] }>(node, 'getblock', [hash]);
    const young = fromPurse(0, pay(100n, 100n), block.tx[0]);
    expect((await send(toHex(serializeTransaction(young)))).message).toBe(
      'bad-txns-premature-spend-of-coinbase, tried to spend coinbase at depth 1',
    );
    const later = fromPurse(6, pay(PURSE - 100n, 100n));
    later.locktime = node.chain.tip().height + 10;
    later.inputs[0]!.sequence = 0xfffffffe;
    expect((await send(toHex(serializeTransaction(later)))).message).toBe('non-final');
    const relative = fromPurse(6, pay(PURSE - 100n, 100n));
    relative.inputs[0]!.sequence = 1_000;
    expect((await send(toHex(serializeTransaction(relative)))).message).toBe('non-BIP68-final');
  });
});

describe('one coin is spent once', () => {
  it('in the mempool, and after a block; the same transaction twice is no error', async () => {
    const first = await payment('2');
    const rival = await payment('3');
    const txid = await rpc<string>(node, 'sendrawtransaction', [first]);
    expect(await send(rival)).toEqual({ code: -26, message: 'txn-mempool-conflict' });
    expect(await rpc(node, 'sendrawtransaction', [first])).toBe(txid);
    expect(await verdict(first)).toMatchObject({ allowed: false, 'reject-reason': 'txn-already-in-mempool' });
    node.chain.mine();
    expect(await send(first)).toEqual({ code: -27, message: 'Transaction already in block chain' });
    expect(await verdict(first)).toMatchObject({ allowed: false, 'reject-reason': 'txn-already-known' });
    expect(await send(rival)).toEqual({ code: -25, message: 'bad-txns-inputs-missingorspent' });
  });
});

describe('chains of unconfirmed transactions', () => {
  it('end after 25, and take up again after a block', async () => {
    let parent = genesisTx;
    let vout = 10;
    let value = PURSE;
    const offer = async () => {
      const tx = fromPurse(vout, pay(value - 100n, 100n), parent);
      await rpc(node, 'sendrawtransaction', [toHex(serializeTransaction(tx))]);
      parent = txidOf(tx);
      vout = 0;
      value -= 100n;
    };
    for (let i = 0; i < 25; i++) await offer();
    const next = fromPurse(vout, pay(value - 100n, 100n), parent);
    expect(await send(toHex(serializeTransaction(next)))).toEqual({
      code: -26,
      message: 'too-long-mempool-chain, too many unconfirmed ancestors [limit: 25]',
    });
    expect(await verdict(toHex(serializeTransaction(next)))).toMatchObject({
      'reject-reason': 'too-long-mempool-chain',
    });
    node.chain.mine();
    await offer();
    node.chain.mine();
  });

  it('end at 101,000 virtual bytes, undiscounted', async () => {
    const asset = node.chain.policyAsset;
    const data = explicitOutput(asset, 0n, concat(OP_RETURN, new Uint8Array(60_000)));
    const first = fromPurse(11, pay(PURSE - 10_000n, 10_000n, [data]));
    const txid = await rpc<string>(node, 'sendrawtransaction', [toHex(serializeTransaction(first))]);
    const second = fromPurse(0, pay(PURSE - 20_000n, 10_000n, [data]), txid);
    expect(await send(toHex(serializeTransaction(second)))).toEqual({
      code: -26,
      message: `too-long-mempool-chain, exceeds descendant size limit for tx ${txid} [limit: 101000]`,
    });
    node.chain.mine();
  });
});
