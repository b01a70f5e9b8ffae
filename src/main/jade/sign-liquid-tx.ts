import { randomBytes } from 'node:crypto';
import { SluiceError } from '../../shared/errors.ts';
import { fromHex, reversed, toHex } from './bytes.ts';
import { answerInvalid } from './errors.ts';
import type { Command, JadeLink, Params } from './link.ts';
import type {
  AntiExfil,
  JadeChange,
  JadeCommitment,
  JadeLiquidTx,
  JadeNetwork,
  JadeTxInput,
} from './types.ts';

/** Longest contract that the firmware reads, as JSON. */
const MOST_CONTRACT = 767;
const SIGHASH_ALL = 1;

export interface SignLiquidTxOptions {
  link: JadeLink;
  network: JadeNetwork;
  antiExfil: AntiExfil;
  tell(sentence: string): void;
  /** For tests; 32 random bytes otherwise. */
  entropy?: () => Uint8Array;
}

/**
 * `sign_liquid_tx`, then `tx_input` and `get_signature` for every input. For each signature the device first commits to
 * its nonce, given our commitment to an entropy that it learns only afterwards; the signature must show that the entropy
 * went in. So a device cannot leak its key in signatures. Throws JADE_ANSWER_INVALID when that does not check.
 */
export async function signLiquidTx(
  options: SignLiquidTxOptions,
  tx: JadeLiquidTx,
): Promise<(string | null)[]> {
  const { link, antiExfil, tell } = options;
  const entropyOf = options.entropy ?? (() => new Uint8Array(randomBytes(32)));
  requireShape(tx);
  const own = await Promise.all(
    tx.inputs.map(async (input) => {
      if (!input) return null;
      const entropy = entropyOf();
      return { input, entropy, commitment: await antiExfil.commit(entropy) };
    }),
  );
  const answers = await link.flow(async (command) => {
    tell('Check the recipients on the Jade. To stop, reject it there.');
    const { result } = await command('sign_liquid_tx', encodeTx(tx, options));
    if (result !== true) throw answerInvalid('it did not take the transaction');
    const openings: Uint8Array[] = [];
    for (const entry of own) {
      openings.push(
        await bytesOf(command, 'tx_input', entry ? encodeInput(entry.input, entry.commitment) : {}),
      );
    }
    tell('Confirm the fee on the Jade. To stop, reject it there.');
    const signatures: Uint8Array[] = [];
    for (const entry of own) {
      signatures.push(
        await bytesOf(command, 'get_signature', entry ? { ae_host_entropy: entry.entropy } : {}),
      );
    }
    return { openings, signatures };
  });
  const signed: (string | null)[] = [];
  for (const [index, entry] of own.entries()) {
    const signature = answers.signatures[index] ?? new Uint8Array(0);
    const opening = answers.openings[index] ?? new Uint8Array(0);
    if (!entry) {
      if (signature.length > 0) throw answerInvalid('it signed an input that is not its own');
      signed.push(null);
      continue;
    }
    if (signature.length < 9 || signature.at(-1) !== SIGHASH_ALL) {
      throw answerInvalid(`input ${index} has no signature of the whole transaction`);
    }
    const honest =
      opening.length === 33 &&
      (await antiExfil.verify({
        pubkey: fromHex(entry.input.pubkey, 'public key', 33),
        sighash: fromHex(entry.input.sighash, 'signature hash', 32),
        entropy: entry.entropy,
        signerCommitment: opening,
        signature,
      }));
    if (!honest) {
      throw answerInvalid(`the signature of input ${index} does not hold what the Jade had committed to`, {
        next: 'The signature was thrown away. A device that signs like this may give away its key: do not use it, and move its funds.',
      });
    }
    signed.push(toHex(signature));
  }
  return signed;
}

async function bytesOf(command: Command, method: string, params: Params): Promise<Uint8Array> {
  const { result } = await command(method, params);
  if (!(result instanceof Uint8Array)) throw answerInvalid(`it answers “${method}” with something else`);
  return result;
}

function requireShape(tx: JadeLiquidTx): void {
  const sound =
    tx.inputs.some((input) => input !== null) &&
    tx.commitments.length > 0 &&
    tx.change.length === tx.commitments.length;
  if (sound) return;
  throw new SluiceError('SIGNING_FAILED', 'The transaction has nothing for this Jade to sign.', {
    next: 'Check which Jade is attached, and whether its wallet is the one that was registered for this treasury.',
  });
}

function encodeTx(tx: JadeLiquidTx, { network, tell }: SignLiquidTxOptions): Params {
  const known = (tx.assetInfo ?? []).filter(({ assetId, contract }) => {
    const fits = JSON.stringify(contract).length <= MOST_CONTRACT;
    // The firmware would refuse the whole transaction for it.
    if (!fits) tell(`The contract of asset ${assetId} is too long for a Jade: it shows whole units of it.`);
    return fits;
  });
  return {
    network,
    txn: fromHex(tx.txn, 'transaction'),
    num_inputs: tx.inputs.length,
    use_ae_signatures: true,
    change: tx.change.some((change) => change !== null) ? tx.change.map(encodeChange) : null,
    trusted_commitments: tx.commitments.map(encodeCommitment),
    asset_info:
      known.length === 0
        ? undefined
        : known.map(({ assetId, contract, issuancePrevout }) => ({
            asset_id: assetId,
            contract: alphabetical(contract),
            issuance_prevout: { txid: issuancePrevout.txid, vout: issuancePrevout.vout },
          })),
  };
}

function encodeChange(change: JadeChange | null): Params | null {
  if (!change) return null;
  return 'multisigName' in change
    ? {
        multisig_name: change.multisigName,
        paths: change.paths.map((path) => [...path]),
        is_change: true,
      }
    : { variant: change.variant, path: [...change.path], is_change: true };
}

/** Blinders are printed by Elements in reverse; the asset id goes as it is printed. */
function encodeCommitment(commitment: JadeCommitment | null): Params | null {
  if (!commitment) return null;
  return {
    asset_id: fromHex(commitment.assetId, 'asset id', 32),
    value: commitment.value,
    blinding_key: fromHex(commitment.blindingKey, 'blinding key', 33),
    asset_generator: fromHex(commitment.assetGenerator, 'asset commitment', 33),
    value_commitment: fromHex(commitment.valueCommitment, 'value commitment', 33),
    abf: reversed(fromHex(commitment.assetBlinder, 'asset blinder', 32)),
    vbf: reversed(fromHex(commitment.amountBlinder, 'amount blinder', 32)),
  };
}

function encodeInput(input: JadeTxInput, hostCommitment: Uint8Array): Params {
  return {
    is_witness: true,
    script: fromHex(input.script, 'witness script'),
    path: [...input.path],
    sighash: SIGHASH_ALL,
    value_commitment: fromHex(input.valueCommitment, 'value of the spent coin'),
    ae_host_commitment: hostCommitment,
  };
}

/** The firmware writes the contract as JSON in the order it gets and hashes that: the registry's order is alphabetical. */
export function alphabetical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(alphabetical);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, field]) => [key, alphabetical(field)]),
  );
}
