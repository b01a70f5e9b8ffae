import { randomInt } from 'node:crypto';
import { MAX_STANDARD_WEIGHT, explicitOutput, feeAt } from '../chain/index.ts';
import type { Bytes, Issuance, Transaction, TxOutput } from '../crypto/index.ts';
import { EMPTY, ZERO32, newInput, sizeOf } from '../crypto/index.ts';
import type { Wallet, WalletCoin } from './wallet.ts';

export interface Recipient {
  script: Bytes;
  asset: string;
  value: bigint;
  /** Null for an output that stays explicit. */
  blindingPubkey: Bytes | null;
}

export interface FundedOutput extends Recipient {
  kind: 'recipient' | 'change' | 'fee';
}

export interface Funded {
  coins: WalletCoin[];
  /** In the order of the transaction; the fee comes last. */
  outputs: FundedOutput[];
  fee: bigint;
  /** Where the L-BTC change is, or -1. */
  changePosition: number;
}

export interface FundRequest {
  recipients: readonly Recipient[];
  /** Base units per thousand virtual bytes, undiscounted. */
  feeRate: bigint;
  /** Exactly these coins; absent: the wallet chooses. */
  inputs?: readonly WalletCoin[];
  /** Coins that must be among those chosen. */
  required?: readonly WalletCoin[];
  /** Issued with the first input: its amounts need no coin. */
  issued?: ReadonlyMap<string, bigint>;
  issuance?: { issuance: Issuance; proofs: number };
  /** Scripts for change, asked for when needed. */
  changeScript: () => { script: Bytes; blindingPubkey: Bytes | null };
  includeUnsafe?: boolean;
  sequence?: number;
}

/** Why no transaction can be made; the caller knows the RPC code. */
export class FundingError extends Error {}

const RANGEPROOF_SIZE = 4174;
/** Signature (low R, low S, hash type) and key of a wpkh input. */
const WPKH_WITNESS: readonly Bytes[] = [new Uint8Array(72), new Uint8Array(33)];
/** Below this, L-BTC change is left to the fee. */
const DUST = 20n;

function surjectionSize(tags: number): number {
  return 2 + Math.ceil(tags / 8) + 32 * (1 + Math.min(3, tags));
}

/** The transaction with stand-ins for everything that has yet to be made, to measure it. */
function standIn(
  wallet: Wallet,
  coins: readonly WalletCoin[],
  outputs: readonly FundedOutput[],
  request: FundRequest,
): Transaction {
  const tags = coins.length + (request.issuance?.proofs ?? 0);
  const inputs = coins.map((coin, i) => {
    const input = newInput(ZERO32, coin.vout, 0);
    input.witness = [...witnessStandIn(wallet, coin.script)];
    if (i === 0 && request.issuance) {
      input.issuance = request.issuance.issuance;
      const { amount, tokens } = request.issuance.issuance;
      if (amount.length === 33) input.issuanceRangeproof = new Uint8Array(RANGEPROOF_SIZE);
      if (tokens.length === 33) input.tokenRangeproof = new Uint8Array(RANGEPROOF_SIZE);
    }
    return input;
  });
  const outs = outputs.map((output): TxOutput => {
    if (!output.blindingPubkey) return explicitOutput(output.asset, output.value, output.script);
    return {
      asset: new Uint8Array(33),
      value: new Uint8Array(33),
      nonce: new Uint8Array(33),
      script: output.script,
      surjectionProof: new Uint8Array(surjectionSize(tags)),
      rangeproof: new Uint8Array(RANGEPROOF_SIZE),
    };
  });
  return { version: 2, locktime: 0, inputs, outputs: outs };
}

function witnessStandIn(wallet: Wallet, script: Bytes): readonly Bytes[] {
  const info = wallet.scriptInfo(script);
  const witnessScript = info?.derived.witnessScript;
  if (!info || !witnessScript) return WPKH_WITNESS;
  const signatures = Array.from({ length: info.descriptor.threshold }, () => new Uint8Array(72));
  return [EMPTY, ...signatures, witnessScript];
}

function add(map: Map<string, bigint>, asset: string, value: bigint): void {
  map.set(asset, (map.get(asset) ?? 0n) + value);
}

/** Smallest single coin that suffices, else the largest ones until they do; confirmed coins before own change. */
function choose(coins: readonly WalletCoin[], target: bigint): WalletCoin[] | null {
  for (const pool of [coins.filter((coin) => coin.confirmations > 0), coins]) {
    const single = pool
      .filter((coin) => coin.value >= target)
      .sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0))[0];
    if (single) return [single];
    const chosen: WalletCoin[] = [];
    let sum = 0n;
    for (const coin of [...pool].sort((a, b) => (a.value > b.value ? -1 : a.value < b.value ? 1 : 0))) {
      if (sum >= target) break;
      chosen.push(coin);
      sum += coin.value;
    }
    if (sum >= target) return chosen;
  }
  return null;
}

/**
 * Chooses coins, adds change (one output per asset, at random places) and the fee, which is measured by the undiscounted
 * size of the blinded transaction. Throws FundingError.
 */
export function fund(wallet: Wallet, request: FundRequest): Funded {
  const policy = wallet.chain.policyAsset;
  const targets = new Map<string, bigint>();
  for (const recipient of request.recipients) add(targets, recipient.asset, recipient.value);
  for (const [asset, value] of request.issued ?? []) add(targets, asset, -value);
  const usable = wallet
    .coins()
    .filter((coin) => !coin.locked && (coin.trusted || request.includeUnsafe === true));
  const change = new Map<string, { script: Bytes; blindingPubkey: Bytes | null }>();
  const changeFor = (asset: string): { script: Bytes; blindingPubkey: Bytes | null } => {
    let script = change.get(asset);
    if (!script) {
      script = request.changeScript();
      change.set(asset, script);
    }
    return script;
  };
  const places = new Map<string, number>();
  let fee = 0n;
  for (let round = 0; round < 20; round++) {
    const wanted = new Map(targets);
    add(wanted, policy, fee);
    const coins = request.inputs ? [...request.inputs] : pick(usable, wanted, request.required ?? []);
    const outputs = assemble(coins, wanted, request, policy, fee, changeFor, places);
    const { outputs: all, fee: paid } = outputs;
    const size = sizeOf(standIn(wallet, coins, all, request));
    const needed = feeAt(size.vsize, request.feeRate);
    if (paid >= needed && fee >= needed) {
      if (size.weight > MAX_STANDARD_WEIGHT) throw new FundingError('Transaction too large');
      const changePosition = all.findIndex((one) => one.kind === 'change' && one.asset === policy);
      return { coins, outputs: all, fee: paid, changePosition };
    }
    fee = needed > fee ? needed : fee;
  }
  throw new FundingError('Insufficient funds');
}

function pick(
  usable: readonly WalletCoin[],
  wanted: ReadonlyMap<string, bigint>,
  required: readonly WalletCoin[],
): WalletCoin[] {
  const chosen = [...required];
  const taken = new Set(chosen.map((coin) => `${coin.txid}:${coin.vout}`));
  for (const [asset, target] of wanted) {
    let missing = target;
    for (const coin of chosen) if (coin.asset === asset) missing -= coin.value;
    if (missing <= 0n) continue;
    const candidates = usable.filter(
      (coin) => coin.asset === asset && !taken.has(`${coin.txid}:${coin.vout}`),
    );
    const found = choose(candidates, missing);
    if (!found) throw new FundingError('Insufficient funds');
    for (const coin of found) {
      chosen.push(coin);
      taken.add(`${coin.txid}:${coin.vout}`);
    }
  }
  return chosen;
}

function assemble(
  coins: readonly WalletCoin[],
  wanted: ReadonlyMap<string, bigint>,
  request: FundRequest,
  policy: string,
  fee: bigint,
  changeFor: (asset: string) => { script: Bytes; blindingPubkey: Bytes | null },
  places: Map<string, number>,
): { outputs: FundedOutput[]; fee: bigint } {
  const left = new Map<string, bigint>();
  for (const coin of coins) add(left, coin.asset, coin.value);
  for (const [asset, target] of wanted) add(left, asset, -target);
  const outputs: FundedOutput[] = request.recipients.map((one) => ({ ...one, kind: 'recipient' }));
  let paid = fee;
  for (const [asset, value] of left) {
    if (value < 0n) throw new FundingError('Insufficient funds');
    if (value === 0n) continue;
    if (asset === policy && value < DUST) {
      paid += value;
      continue;
    }
    let place = places.get(asset);
    if (place === undefined) {
      place = randomInt(outputs.length + 1);
      places.set(asset, place);
    }
    outputs.splice(Math.min(place, outputs.length), 0, { ...changeFor(asset), asset, value, kind: 'change' });
  }
  outputs.push({ script: EMPTY, asset: policy, value: paid, blindingPubkey: null, kind: 'fee' });
  return { outputs, fee: paid };
}
