import { RuleViolation, checkTransfer, rememberTransfer, signedBefore } from '../../amp/index.ts';
import type { Context, TransferOutput } from '../../amp/index.ts';
import { EMPTY, serializeTransaction, sha256, toHex, txidOf } from '../../crypto/index.ts';
import { checkInputs } from './inputs.ts';
import type { OwnInput } from './inputs.ts';
import { openOutputs } from './outputs.ts';
import { CosignRefusal, readRequest } from './request.ts';
import type { CosignRequest } from './request.ts';
import { signed } from './sign.ts';
import type { Signing } from './sign.ts';

/** Green's half of a payment from an AMP0 account: what is to be signed is understood completely first. */
export class Cosigner {
  private readonly amp: Context;

  constructor(amp: Context) {
    this.amp = amp;
  }

  /**
   * Signs what `body` asks for and returns the transaction (hex); a request that was signed before gets the same answer
   * whatever has happened since. Throws CosignRefusal with the reason.
   */
  async sign(body: string, signing: Signing): Promise<string> {
    const { db, green } = this.amp;
    const request = readRequest(body);
    const key = identity(request);
    const before = signedBefore(db, key);
    if (before !== null && signing === 'well') return before;
    const inputs = await checkInputs(this.amp, request);
    const outputs = await openOutputs(this.amp, request, inputs);
    const toTreasury = await this.judge(inputs, outputs);
    const tx = signed(green.addresses, request.tx, inputs, signing);
    if (signing === 'well') {
      rememberTransfer(db, { request: key, txid: txidOf(request.tx), tx, outputs, toTreasury });
    }
    return tx;
  }

  private async judge(
    inputs: readonly OwnInput[],
    outputs: readonly TransferOutput[],
  ): Promise<ReadonlySet<number>> {
    try {
      return await checkTransfer(this.amp, {
        senders: new Set(inputs.map(({ address }) => address.gaid)),
        inputs,
        outputs,
      });
    } catch (error) {
      throw error instanceof RuleViolation ? new CosignRefusal(error.message) : error;
    }
  }
}

/** The same for the same request, however it was written. */
function identity({ tx, nonces, scripts }: CosignRequest): string {
  const parts = [serializeTransaction(tx), ...nonces.map((nonce) => nonce ?? EMPTY), ...scripts];
  return toHex(sha256(...parts.map((part) => sha256(part))));
}
