import { SluiceError } from '../../shared/errors.ts';
import { MAX_AMOUNT, toElements, type Amount } from '../../shared/money.ts';
import type { Call } from './call.ts';
import * as shapes from './shapes.ts';
import { read } from './shapes.ts';
import type { AssembledInput, AssembledOutput, OutPoint } from './types.ts';

const ADDRESS = /^[A-Za-z0-9]{20,200}$/;
const ASSET = /^[0-9a-f]{64}$/;

interface Request {
  inputs: readonly AssembledInput[];
  outputs: readonly AssembledOutput[];
  fee: Amount;
}

/**
 * Makes an unblinded PSET of exactly these inputs and outputs: `createpsbt`, then `utxoupdatepsbt` with the descriptors of
 * the coins and of the wallet's own outputs, so that whoever signs knows keys and paths. The node chooses nothing: its
 * own funding kills it for some requests and refuses small or no change of an asset for others (Elements 23.3.3).
 * Throws INVALID_ARGUMENT for what a node must never see, INPUTS_SPENT for a coin that is gone.
 */
export async function assemble(
  call: Call,
  rpc: (method: string, params?: readonly unknown[]) => Promise<unknown>,
  request: Request,
): Promise<string> {
  const outputs = outputArguments(request);
  const inputs = request.inputs.map(({ txid, vout }) => ({ txid, vout }));
  if (
    inputs.length === 0 ||
    new Set(inputs.map(({ txid, vout }) => `${txid}:${vout}`)).size < inputs.length
  ) {
    throw refuse('inputs', 'A transaction names each of its coins once; here one is missing or named twice.');
  }
  const created = read(shapes.psetText, 'createpsbt', await call('createpsbt', [inputs, outputs]));
  const addresses = [
    ...(await Promise.all(
      request.inputs.map(async ({ unseenAt, ...point }) => unseenAt ?? addressOf(call, point)),
    )),
    ...request.outputs.filter((output) => output.own).map((output) => output.address),
  ];
  const descriptors = await Promise.all(
    addresses.map(async (address) => {
      const info = read(shapes.addressInfo, 'getaddressinfo', await rpc('getaddressinfo', [address]));
      return info.desc;
    }),
  );
  const known = [...new Set(descriptors.filter((desc) => desc !== undefined))];
  return read(shapes.psetText, 'utxoupdatepsbt', await call('utxoupdatepsbt', [created, known]));
}

async function addressOf(call: Call, point: OutPoint): Promise<string> {
  const output = read(
    shapes.transactionOutput,
    'gettxout',
    await call('gettxout', [point.txid, point.vout, true]),
  );
  if (output === null) {
    throw new SluiceError(
      'INPUTS_SPENT',
      `The coin ${point.txid}:${point.vout} has been spent, or the node never knew it.`,
      {
        next: 'Find out who uses the treasury wallet; cancel the operation and plan again.',
      },
    );
  }
  const address = output.scriptPubKey.address;
  if (address === undefined) {
    throw new SluiceError('WALLET_UNSUITABLE', `The coin ${point.txid}:${point.vout} has no address.`, {
      next: 'Use a treasury wallet of ordinary addresses.',
    });
  }
  return address;
}

function outputArguments({ outputs, fee }: Request): Record<string, string | number>[] {
  if (outputs.length === 0) throw refuse('outputs', 'The transaction has no recipient.');
  const payments = outputs.map((output, index) => {
    const field = `outputs.${index}`;
    // An amount of 0 of an asset to a confidential address aborts elementsd (assertion in blind.cpp).
    if (output.amount < 1n || output.amount > MAX_AMOUNT) {
      throw refuse(`${field}.amount`, `Payment ${index + 1} has an amount of ${output.amount} base units.`);
    }
    if (!ASSET.test(output.assetId)) {
      throw refuse(`${field}.assetId`, `Payment ${index + 1} has no valid asset id.`);
    }
    if (!ADDRESS.test(output.address)) {
      throw refuse(`${field}.address`, `Payment ${index + 1} has no valid address.`);
    }
    return { [output.address]: toElements(output.amount), asset: output.assetId, blinder_index: 0 };
  });
  if (fee < 1n || fee > MAX_AMOUNT) throw refuse('fee', `A fee of ${fee} base units makes no sense.`);
  return [...payments, { fee: toElements(fee) }];
}

function refuse(field: string, message: string): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', message, {
    next: 'Amounts must be between 1 and 2,100,000,000,000,000 base units; every payment needs an address and an asset.',
    field,
  });
}
