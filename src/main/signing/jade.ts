import { SluiceError } from '../../shared/errors.ts';
import {
  sameMultisig,
  takesOtherRoute,
  type JadeChange,
  type JadeCommitment,
  type JadeLiquidTx,
  type JadeMultisig,
  type JadeSession,
  type JadeTxInput,
} from '../jade/index.ts';
import type { DescriptorFacts, Liquid, LiquidNetwork, PsetFacts, TreasuryPolicy } from '../liquid/types.ts';
import { pathSteps } from './path.ts';
import type { GivenSignature } from './signatures.ts';

export type JadeRoute = 'psbt' | 'liquid-tx';

/** A transaction with what opens its outputs: `sign_liquid_tx` shows amounts from these. */
export interface JadeTransaction {
  seq: number;
  /** Blinded, base64. */
  pset: string;
  outputs: readonly {
    vout: number;
    assetId: string;
    value: bigint;
    /** Null for the fee. */
    assetBlinder: string | null;
    amountBlinder: string | null;
    blindingPubkey: string | null;
  }[];
}

/** What a Jade has to know of a treasury or a custody wallet to sign for it. */
export interface JadePolicy extends TreasuryPolicy {
  /** Keys in the order of BIP67, as a treasury's are; false: in the descriptor's. */
  sorted?: boolean;
}

export interface JadeTreasury {
  /** The name that the multisig is registered under where the treasury makes one up itself. */
  name: string;
  policy: JadePolicy;
  genesisHash: string;
}

/**
 * A custody wallet as a Jade knows it: one key, or `elwsh(multi(…/<0;1>/*))` blinded with a SLIP-77 key. Throws NOT_ALLOWED
 * with what it cannot do: the firmware has no view keys, and wants the two chains right below each key.
 */
export function jadePolicy(facts: DescriptorFacts, network: LiquidNetwork): JadePolicy {
  const no = (what: string) =>
    new SluiceError('NOT_ALLOWED', `A Jade cannot sign for this wallet: ${what}.`, {
      next: 'Use a wallet that was made with the Jade’s key, in the form “slip77”.',
    });
  if (facts.script !== 'wpkh' && facts.script !== 'wsh-multi') throw no('it does not know its script');
  if (facts.blinding.kind !== 'slip77') throw no('its outputs are not blinded with a SLIP-77 key');
  if (facts.keys.some(({ branches }) => JSON.stringify(branches) !== '[[0],[1]]'))
    throw no('its keys branch otherwise than 0 for receiving and 1 for change');
  return {
    network,
    threshold: facts.threshold,
    keys: facts.keys.map(({ fingerprint, path, xpub }) => ({ fingerprint, path, xpub })),
    masterBlindingKey: facts.blinding.key,
    sorted: facts.sorted,
  };
}

const LONGEST_NAME = 15;

/** A Jade keeps names of 1 to 15 printable characters without space. */
export function jadeName(name: string): string {
  return name.replace(/[^!-~]/g, '-').slice(0, LONGEST_NAME) || 'treasury';
}

/** The name, or the first like it that is free: a Jade gives up what it knew under a name that is used again. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const end = number === 1 ? '' : `~${number}`;
    const free = `${name.slice(0, LONGEST_NAME - end.length)}${end}`;
    if (!taken.has(free)) return free;
  }
}

/**
 * Teaches a Jade the multisig by which it judges change; one that knows it already is not asked again. Returns the name
 * under which the Jade has it, null for a single key.
 */
export async function registerJade(
  session: JadeSession,
  treasury: Pick<JadeTreasury, 'name' | 'policy'>,
): Promise<string | null> {
  const wanted = jadeMultisig(treasury);
  if (!wanted) return null;
  const records = await session.multisigs();
  const known = records.find((record) => sameMultisig(record, wanted));
  if (known) return known.name;
  const name = freeName(wanted.name, new Set(records.map((record) => record.name)));
  await session.registerMultisig({ ...wanted, name });
  return name;
}

const P2WPKH_SCRIPT = /^0014([0-9a-f]{40})$/;

/** The treasury as a Jade registers it; null for a single key, which it knows by itself. */
export function jadeMultisig({ name, policy }: Pick<JadeTreasury, 'name' | 'policy'>): JadeMultisig | null {
  if (policy.keys.length === 1) return null;
  return {
    name,
    threshold: policy.threshold,
    masterBlindingKey: policy.masterBlindingKey,
    ...(policy.sorted === false ? { sorted: false } : {}),
    signers: policy.keys.map(({ fingerprint, path, xpub }) => ({
      fingerprint,
      derivation: pathSteps(path),
      xpub,
    })),
  };
}

/** The name under which a Jade knows the treasury, blinding key included. Throws NOT_ALLOWED when it does not. */
export async function registeredName(
  session: JadeSession,
  treasury: Pick<JadeTreasury, 'name' | 'policy'>,
): Promise<string | null> {
  const wanted = jadeMultisig(treasury);
  if (!wanted) return null;
  const found = (await session.multisigs()).find((one) => sameMultisig(one, wanted));
  if (found) return found.name;
  throw new SluiceError('NOT_ALLOWED', `This Jade does not know the treasury “${treasury.name}”.`, {
    next: 'Register the treasury on it first; it then recognises change and checks addresses.',
  });
}

/** Throws NOT_ALLOWED for a Jade whose wallet is none of the treasury's. */
export async function requireCosigner(
  session: JadeSession,
  policy: Pick<JadePolicy, 'keys'>,
): Promise<string> {
  const fingerprint = await session.fingerprint();
  if (policy.keys.some((key) => key.fingerprint === fingerprint)) return fingerprint;
  throw new SluiceError('NOT_ALLOWED', `The Jade ${fingerprint} is not a signer of this treasury.`, {
    next: `Attach the Jade with the key ${policy.keys.map((key) => key.fingerprint).join(' or ')}, or unlock it with the wallet (passphrase) that holds it.`,
  });
}

/** Which of the two ways of signing is taken, and why, in a sentence. */
export function chooseRoute(
  wanted: 'auto' | JadeRoute,
  wentAwayBefore: boolean,
): { route: JadeRoute; why: string } {
  if (wanted === 'liquid-tx') {
    return {
      route: 'liquid-tx',
      why: 'sign_liquid_tx, as asked for: every signature is proven to hold no hidden data (anti-exfil).',
    };
  }
  if (wanted === 'psbt') return { route: 'psbt', why: 'sign_psbt, as asked for.' };
  if (wentAwayBefore) {
    return {
      route: 'liquid-tx',
      why: 'sign_liquid_tx, because this Jade went away while it signed the PSET.',
    };
  }
  return {
    route: 'psbt',
    why: 'sign_psbt: the Jade checks the proofs of every output by itself. Details of the asset could only be told by sign_liquid_tx with the asset’s registry contract, which AMP does not give.',
  };
}

/** One transaction signed by the device. What comes back is not verified yet. Throws JADE_*. */
export async function jadeSignatures(
  liquid: Liquid,
  session: JadeSession,
  treasury: JadeTreasury,
  transaction: JadeTransaction,
  fingerprint: string,
  multisigName: string | null,
  route: JadeRoute,
): Promise<GivenSignature[]> {
  if (route === 'psbt') {
    const bare = await liquid.witnessOnly(transaction.pset);
    const answer = await session.signPset(new Uint8Array(Buffer.from(bare, 'base64')));
    const signed = Buffer.from(answer).toString('base64');
    if (!(await liquid.sameTransaction({ pset: transaction.pset }, { pset: signed }))) {
      throw new SluiceError('JADE_ANSWER_INVALID', 'The Jade returned another transaction.', {
        next: 'Do not use it. Nothing of what it returned was kept.',
      });
    }
    const found = await liquid.signaturesOf(signed);
    return found.filter((signature) => signature.fingerprint === fingerprint);
  }
  const tx = await liquidTx(liquid, treasury, transaction, fingerprint, multisigName);
  const signatures = await session.signLiquidTx(tx);
  return signatures.flatMap((signature, input) => {
    const pubkey = tx.inputs[input]?.pubkey;
    return signature === null || pubkey === undefined ? [] : [{ input, pubkey, signature }];
  });
}

/** A transaction as `sign_liquid_tx` takes it. */
export async function liquidTx(
  liquid: Liquid,
  treasury: Pick<JadeTreasury, 'genesisHash'>,
  { pset, outputs }: JadeTransaction,
  fingerprint: string,
  multisigName: string | null,
): Promise<JadeLiquidTx> {
  const [facts, sighashes, txn] = await Promise.all([
    liquid.factsOf(pset),
    liquid.sighashes(pset),
    liquid.unsignedHex(pset),
  ]);
  const secrets = new Map(outputs.map((output) => [output.vout, output]));
  return {
    txn,
    genesisHash: treasury.genesisHash,
    inputs: facts.inputs.map((input, index) => inputOf(input, sighashes[index] ?? '', fingerprint)),
    commitments: facts.outputs.map((output) => commitmentOf(output, secrets.get(output.vout))),
    change: facts.outputs.map((output) => changeOf(output, fingerprint, multisigName)),
  };
}

function inputOf(
  input: PsetFacts['inputs'][number],
  sighash: string,
  fingerprint: string,
): JadeTxInput | null {
  const key = input.keys.find((one) => one.fingerprint === fingerprint);
  const keyHash = P2WPKH_SCRIPT.exec(input.script ?? '')?.[1];
  const script = input.witnessScript ?? (keyHash === undefined ? null : `76a914${keyHash}88ac`);
  if (!key || script === null || input.valueCommitment === null) return null;
  return { path: key.path, script, valueCommitment: input.valueCommitment, pubkey: key.pubkey, sighash };
}

function commitmentOf(
  output: PsetFacts['outputs'][number],
  secrets: JadeTransaction['outputs'][number] | undefined,
): JadeCommitment | null {
  const { assetCommitment, valueCommitment } = output;
  const { assetBlinder, amountBlinder, blindingPubkey } = secrets ?? {};
  if (!assetCommitment || !valueCommitment || !assetBlinder || !amountBlinder || !blindingPubkey || !secrets)
    return null;
  return {
    assetId: secrets.assetId,
    value: secrets.value,
    blindingKey: blindingPubkey,
    assetGenerator: assetCommitment,
    valueCommitment,
    assetBlinder,
    amountBlinder,
  };
}

function changeOf(
  output: PsetFacts['outputs'][number],
  fingerprint: string,
  multisigName: string | null,
): JadeChange | null {
  const key = output.keys.find((one) => one.fingerprint === fingerprint);
  if (!key) return null;
  if (multisigName === null) return { variant: 'wpkh(k)', path: key.path };
  const tail = key.path.slice(-2);
  return { multisigName, paths: output.keys.map(() => tail) };
}

export { takesOtherRoute };

/** Who signed, and how, for the record: `by Jade Plus 4A2F10 (sign_psbt)`. */
export async function signedBy(session: JadeSession, route: JadeRoute): Promise<string> {
  const name = await session.device().then(
    ({ label }) => label,
    () => `the Jade at ${session.port}`,
  );
  return `by ${name} (${route === 'psbt' ? 'sign_psbt' : 'sign_liquid_tx'})`;
}
