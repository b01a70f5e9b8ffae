import { fromHex, parseTransaction } from '../../crypto/index.ts';
import type { Transaction } from '../../crypto/index.ts';
import { NodeRefusal } from './client.ts';
import type { NodeClient } from './client.ts';

export interface ChainTransaction {
  txid: string;
  tx: Transaction;
  /** 0 while in the mempool. */
  confirmations: number;
  blockHash: string | null;
  height: number | null;
  /** Of its block, seconds since the epoch. */
  time: number | null;
}

const UNKNOWN_TRANSACTION = -5;

/** What a node tells about the chain, transactions parsed here from their bytes. */
export class ChainView {
  readonly node: NodeClient;

  constructor(node: NodeClient) {
    this.node = node;
  }

  async height(): Promise<number> {
    return Number(await this.node.call<bigint>('getblockcount'));
  }

  /** Null when the node knows no such transaction. */
  async transaction(txid: string): Promise<ChainTransaction | null> {
    let answer: { hex: string; confirmations?: bigint; blockhash?: string };
    try {
      answer = await this.node.call('getrawtransaction', [txid, true]);
    } catch (error) {
      if (error instanceof NodeRefusal && error.code === UNKNOWN_TRANSACTION) return null;
      throw error;
    }
    const tx = parseTransaction(fromHex(answer.hex));
    const blockHash = answer.blockhash;
    if (blockHash === undefined || !answer.confirmations || answer.confirmations < 1n) {
      return { txid, tx, confirmations: 0, blockHash: null, height: null, time: null };
    }
    const header = await this.node.call<{ height: bigint; time: bigint }>('getblockheader', [blockHash]);
    return {
      txid,
      tx,
      confirmations: Number(answer.confirmations),
      blockHash,
      height: Number(header.height),
      time: Number(header.time),
    };
  }

  /** scriptPubKey and blinding key (hex; '' when the address is not confidential). Null for a bad address. */
  async address(address: string): Promise<{ script: string; blindingKey: string; plain: string } | null> {
    const answer = await this.node.call<{
      isvalid: boolean;
      scriptPubKey?: string;
      confidential_key?: string;
      unconfidential?: string;
    }>('validateaddress', [address]);
    if (!answer.isvalid || answer.scriptPubKey === undefined) return null;
    return {
      script: answer.scriptPubKey,
      blindingKey: answer.confidential_key ?? '',
      plain: answer.unconfidential ?? address,
    };
  }
}
