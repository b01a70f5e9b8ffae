import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  DecodeError,
  ProofPool,
  checkAmounts,
  disassemble,
  fromHex,
  issuedBy,
  parseTransaction,
  readPoint,
  serializeTransaction,
  sizeOf,
  spendError,
  toHex,
  txidOf,
} from './index.ts';
import type { Bytes, Transaction, TxOutput } from './index.ts';
import { sha256Midstate } from './midstate.ts';

interface Recorded {
  txid: string;
  weight: number;
  discountWeight: number;
  spent: { asset: string; value: string; script: string }[];
  hex: string;
}

const NAMES = ['issue-explicit', 'issue-blinded', 'sendmany', 'reissue-explicit', 'reissue-blinded', 'burn'];

function recorded(name: string): Recorded {
  const file = new URL(`../../../test/recordings/chain/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Recorded;
}

type Spent = Pick<TxOutput, 'asset' | 'value' | 'script'>;

function spentBy(record: Recorded): Spent[] {
  return record.spent.map(({ asset, value, script }) => ({
    asset: fromHex(asset),
    value: fromHex(value),
    script: fromHex(script),
  }));
}

const pool = new ProofPool(2);
afterAll(() => pool.close());

/** Null when everything holds, else what does not. */
async function fault(tx: Transaction, spent: readonly Spent[]): Promise<string | null> {
  try {
    for (const proof of checkAmounts(tx, spent)) if (!(await pool.verify(proof))) return proof.kind;
  } catch (error) {
    return error instanceof Error ? error.message : 'failed';
  }
  for (const [index, coin] of spent.entries()) {
    const error = spendError(tx, index, coin);
    if (error !== null) return error;
  }
  return null;
}

function flipped(bytes: Bytes, at: number): Bytes {
  const out = Uint8Array.from(bytes);
  out[at] = (out[at] ?? 0) ^ 1;
  return out;
}

describe('transactions that a real node made', () => {
  it.each(NAMES)('%s: is read and written back to the byte, and verifies', async (name) => {
    const record = recorded(name);
    const tx = parseTransaction(fromHex(record.hex));
    expect(toHex(serializeTransaction(tx))).toBe(record.hex);
    expect(txidOf(tx)).toBe(record.txid);
    expect(sizeOf(tx)).toMatchObject({ weight: record.weight, discountWeight: record.discountWeight });
    expect(await fault(tx, spentBy(record))).toBeNull();
  });

  const changes: [string, (tx: Transaction) => void][] = [
    ['a rangeproof', (tx) => void (blinded(tx).rangeproof = flipped(blinded(tx).rangeproof, 2000))],
    [
      'a surjection proof',
      (tx) => void (blinded(tx).surjectionProof = flipped(blinded(tx).surjectionProof, 40)),
    ],
    ['a value commitment', (tx) => void (blinded(tx).value = flipped(blinded(tx).value, 20))],
    ['the sign of a value commitment', (tx) => void (blinded(tx).value = flipped(blinded(tx).value, 0))],
    ['an asset commitment', (tx) => void (blinded(tx).asset = flipped(blinded(tx).asset, 20))],
    ['the script under a rangeproof', (tx) => void (blinded(tx).script = flipped(blinded(tx).script, 10))],
    ['the nonce of an output', (tx) => void (blinded(tx).nonce = flipped(blinded(tx).nonce, 20))],
    ['a signature', (tx) => void (tx.inputs[0]!.witness[0] = flipped(tx.inputs[0]!.witness[0]!, 20))],
    [
      'the key of a signature',
      (tx) => void (tx.inputs[0]!.witness[1] = flipped(tx.inputs[0]!.witness[1]!, 20)),
    ],
    ['the fee', (tx) => void (tx.outputs.at(-1)!.value = flipped(tx.outputs.at(-1)!.value, 8))],
    ['a sequence', (tx) => void (tx.inputs[0]!.sequence -= 1)],
    ['the locktime', (tx) => void (tx.locktime += 1)],
  ];

  function blinded(tx: Transaction): TxOutput {
    const output = tx.outputs.find((one) => one.value.length === 33);
    if (!output) throw new Error('nothing is blinded');
    return output;
  }

  it.each(changes)('are refused with one bit changed in %s', async (_, change) => {
    const record = recorded('sendmany');
    const tx = parseTransaction(fromHex(record.hex));
    change(tx);
    expect(await fault(tx, spentBy(record))).not.toBeNull();
  });

  it('are refused without a rangeproof, without a surjection proof, and with proofs swapped', async () => {
    const record = recorded('sendmany');
    const make = () => parseTransaction(fromHex(record.hex));
    const bare = make();
    blinded(bare).rangeproof = new Uint8Array(0);
    expect(await fault(bare, spentBy(record))).toBe('no rangeproof');
    const unsure = make();
    blinded(unsure).surjectionProof = new Uint8Array(0);
    expect(await fault(unsure, spentBy(record))).toBe('no surjection proof');
    const swapped = make();
    const [a, b] = swapped.outputs.filter((one) => one.value.length === 33);
    [a!.rangeproof, b!.rangeproof] = [b!.rangeproof, a!.rangeproof];
    expect(await fault(swapped, spentBy(record))).toBe('range');
  });

  it('are refused when the issued amount, its proof or the token is another', async () => {
    const record = recorded('reissue-blinded');
    const make = () => parseTransaction(fromHex(record.hex));
    const issuing = (tx: Transaction) => tx.inputs.find((input) => input.issuance)!;
    const proof = make();
    issuing(proof).issuanceRangeproof = flipped(issuing(proof).issuanceRangeproof, 1000);
    expect(await fault(proof, spentBy(record))).toBe('range');
    const amount = make();
    issuing(amount).issuance!.amount = flipped(issuing(amount).issuance!.amount, 20);
    expect(await fault(amount, spentBy(record))).not.toBeNull();
    const token = make();
    issuing(token).issuance!.nonce = flipped(issuing(token).issuance!.nonce, 3);
    expect(await fault(token, spentBy(record))).toBe('input is not the reissuance token');
    const explicit = recorded('issue-explicit');
    const more = parseTransaction(fromHex(explicit.hex));
    issuing(more).issuance!.amount = flipped(issuing(more).issuance!.amount, 8);
    expect(await fault(more, spentBy(explicit))).toBe('value in != value out');
  });

  it('are refused against other spent outputs', async () => {
    const record = recorded('burn');
    const tx = parseTransaction(fromHex(record.hex));
    expect(await fault(tx, spentBy(record).reverse())).not.toBeNull();
  });

  it('name what they issue', () => {
    const tx = parseTransaction(fromHex(recorded('issue-explicit').hex));
    const parts = tx.inputs.flatMap(issuedBy);
    expect(parts.map((part) => part.asset.length)).toEqual([64, 64]);
    const again = parseTransaction(fromHex(recorded('reissue-explicit').hex)).inputs.flatMap(issuedBy);
    expect(again.map((part) => part.asset)).toEqual([parts[0]!.asset]);
  });
});

describe('reading transactions', () => {
  it('takes any bytes and either understands or refuses them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          expect(toHex(serializeTransaction(parseTransaction(bytes)))).toBe(toHex(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('refuses a transaction that is cut short or goes on', () => {
    const bytes = fromHex(recorded('burn').hex);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => {
        expect(() => parseTransaction(bytes.subarray(0, length))).toThrow(DecodeError);
      }),
      { numRuns: 50 },
    );
    expect(() => parseTransaction(Uint8Array.from([...bytes, 0]))).toThrow(DecodeError);
  });
});

describe('small parts', () => {
  it('stops SHA-256 after one block', () => {
    // The hash of 64 bytes is the state after them, compressed with the padding block.
    const block = Uint8Array.from({ length: 64 }, (_, i) => i * 3);
    expect(sha256Midstate(block)).toHaveLength(32);
    expect(toHex(sha256Midstate(block))).not.toBe(createHash('sha256').update(block).digest('hex'));
    expect(() => sha256Midstate(new Uint8Array(63))).toThrow(RangeError);
  });

  it('reads a commitment to the point whose y is a square or is not', () => {
    const x = '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798';
    const square = readPoint(fromHex(`08${x}`));
    const other = readPoint(fromHex(`09${x}`));
    expect(square.add(other).is0()).toBe(true);
    expect(() => readPoint(fromHex(`02${x}`))).toThrow();
    expect(() => readPoint(fromHex(`08${'ff'.repeat(32)}`))).toThrow();
  });

  it('prints scripts as the node does', () => {
    expect(disassemble(fromHex('0014a47745d547057ef912ad0d1722cc0043d62dd892'))).toBe(
      '0 a47745d547057ef912ad0d1722cc0043d62dd892',
    );
    expect(disassemble(fromHex('6a'))).toBe('OP_RETURN');
    expect(disassemble(fromHex('51'))).toBe('1');
  });
});
