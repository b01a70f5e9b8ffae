import { chainAnswerInvalid } from './watch/errors.ts';
import { ByteReader, FormatError, fromHex, sha256d, toDisplay, toHex } from './bytes.ts';
import { parseTransaction, readTransaction } from './transaction.ts';
import type { RawTransaction } from './transaction.ts';

/** What a transaction takes and gives, by place. */
export interface ChainTransaction {
  txid: string;
  /** Outputs that it spends; none for a coinbase. */
  spends: { txid: string; vout: number }[];
  /** scriptPubKey of each output, hex. */
  scripts: string[];
}

export interface ChainBlock {
  height: number;
  /** ms. */
  time: number;
  previous: string;
  transactions: ChainTransaction[];
}

/** Header version bit of dynamic federations (Elements, primitives/block.h). */
const DYNAFED = 0x8000_0000;
const COINBASE_INDEX = 0xffff_ffff;

/** Federation parameters: none, compact (with the root of what is left out), or whole. */
function skipParameters(reader: ByteReader): void {
  const kind = reader.u8();
  if (kind === 0) return;
  if (kind > 2) throw new FormatError(`has federation parameters of an unknown kind (${kind})`);
  reader.sized();
  reader.u32();
  if (kind === 1) {
    reader.take(32);
    return;
  }
  reader.sized();
  reader.sized();
  skipList(reader);
}

function skipList(reader: ByteReader): void {
  for (let count = reader.compactSize(); count > 0; count -= 1) reader.sized();
}

/** `signed`: where what the hash covers ends; the witness (or solution) of the signers stands behind it. */
function readHeader(reader: ByteReader): Omit<ChainBlock, 'transactions'> & { signed: number } {
  const version = reader.u32();
  const previous = toDisplay(reader.take(32));
  reader.take(32);
  const time = reader.u32() * 1000;
  const height = reader.u32();
  if ((version & DYNAFED) !== 0) {
    skipParameters(reader);
    skipParameters(reader);
  } else {
    reader.sized();
  }
  const signed = reader.offset;
  if ((version & DYNAFED) !== 0) skipList(reader);
  else reader.sized();
  return { height, time, previous, signed };
}

function facts({ txid, inputs, outputs }: RawTransaction): ChainTransaction {
  return {
    txid,
    // A peg-in spends an output of another chain.
    spends: inputs
      .filter(({ vout, pegin }) => vout !== COINBASE_INDEX && !pegin)
      .map((input) => ({ txid: input.txid, vout: input.vout })),
    scripts: outputs.map(({ script }) => toHex(script)),
  };
}

function readable<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw chainAnswerInvalid(`${what} cannot be read: it ${error.message}.`, error);
  }
}

/** A block as serialized, hex. Throws CHAIN_ANSWER_INVALID. */
export function readBlock(hex: string): ChainBlock {
  return readable('A block of the desk’s own node', () => {
    const reader = new ByteReader(fromHex(hex));
    const { height, time, previous } = readHeader(reader);
    const transactions: ChainTransaction[] = [];
    for (let count = reader.compactSize(); count > 0; count -= 1)
      transactions.push(facts(readTransaction(reader)));
    if (reader.remaining > 0) throw new FormatError(`goes on for ${reader.remaining} bytes after its end`);
    return { height, time, previous, transactions };
  });
}

/** Hash of a serialized header and nothing behind it, in display order. Throws FormatError. */
export function headerHash(bytes: Uint8Array): string {
  const reader = new ByteReader(bytes);
  const { signed } = readHeader(reader);
  if (reader.remaining > 0) throw new FormatError(`goes on for ${reader.remaining} bytes after its end`);
  return toDisplay(sha256d(bytes.subarray(0, signed)));
}

/** One raw transaction, hex. Throws CHAIN_ANSWER_INVALID. */
export function readChainTransaction(hex: string): ChainTransaction {
  return readable('A transaction of the desk’s own node', () => facts(parseTransaction(fromHex(hex))));
}
