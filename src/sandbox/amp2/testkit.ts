import { randomBytes } from 'node:crypto';
import {
  WALLY,
  assetIdOf,
  fromDisplay,
  fromHex,
  multisigWitness,
  parseTransaction,
  segwitSighash,
  serializeTransaction,
  toDisplay,
  toHex,
  u32,
  u64,
  valueOf,
  wally,
} from '../crypto/index.ts';
import type { Bytes, TxOutput, ProofPool } from '../crypto/index.ts';
import { confidentialAddress, decodeAddress, signHash } from '../elements/index.ts';
import { blindOutputs } from '../elements/blind.ts';
import { newPset } from '../elements/pset/codec.ts';
import {
  ELEMENTS_OUT,
  IN,
  OUT,
  decodePset,
  elementsKey,
  encodePset,
  fieldKey,
  keyed,
  psetTransaction,
} from '../elements/pset/index.ts';
import { http } from '../testing/clients.ts';
import type { HttpAnswer } from '../testing/clients.ts';
import type { Scene } from '../testing/scene.ts';
import type { SandboxAccess } from '../types.ts';
import { readWallet } from './descriptor.ts';
import type { Amp2Wallet } from './descriptor.ts';
import { elip153Steps } from './server-key.ts';
import type { ServerKey } from './server-key.ts';

const HARDENED = 0x80000000;
export const FEE = 500n;

export type Form = 'slip77' | 'view' | 'elip151' | 'elip153';

interface Coin {
  txid: string;
  vout: number;
  branch: number;
  index: number;
  spent: TxOutput;
  asset: string;
  amount: bigint;
  assetBlinder: string;
  amountBlinder: string;
}

export interface Payment {
  /** Confidential or not; empty for a burn. */
  address: string;
  asset: string;
  amount: bigint;
}

/** What a test may do to a payment before it is handed on. */
export interface BuildOptions {
  /** Leaves out the proofs of value and asset. */
  withoutProofs?: boolean;
  /** Declares more than is in the output to this address. */
  lieAbout?: string;
}

/** What knows the public half of the server alone, as a venue does. */
function publicServer(text: string): ServerKey {
  const xpub = text.slice(text.indexOf(']') + 1);
  return {
    text,
    xpub,
    childXpub: (steps: readonly number[]) => {
      if (steps.length === 0) return xpub;
      const root = wally.bip32_key_from_base58(xpub);
      return wally.bip32_key_to_base58(
        wally.bip32_key_from_parent_path(root, [...steps], WALLY.KEY_PUBLIC),
        WALLY.KEY_PUBLIC,
      );
    },
  } as ServerKey;
}

/** A venue's wallet with a key of its own: derives, finds its coins by Esplora, builds, blinds, signs and finishes. */
export class Venue {
  readonly descriptor: string;
  readonly wallet: Amp2Wallet;
  private readonly account: ReturnType<typeof wally.bip32_key_from_base58>;
  private readonly access: SandboxAccess;
  private readonly pool: ProofPool;
  private given = 0;

  constructor(
    access: SandboxAccess,
    pool: ProofPool,
    {
      form = 'slip77',
      userFirst = false,
      seed = new Uint8Array(randomBytes(32)),
    }: {
      form?: Form;
      userFirst?: boolean;
      seed?: Bytes;
    } = {},
  ) {
    this.access = access;
    this.pool = pool;
    const master = wally.bip32_key_from_seed(seed, WALLY.TEST_PRIVATE, 0);
    const path =
      form === 'elip153'
        ? [HARDENED + 1095585842, HARDENED + 1, HARDENED]
        : [HARDENED + 87, HARDENED + 1, HARDENED];
    this.account = wally.bip32_key_from_parent_path(master, path, WALLY.KEY_PRIVATE);
    const fingerprint = toHex(Uint8Array.from(wally.bip32_key_get_fingerprint(master)));
    const xpub = wally.bip32_key_to_base58(this.account, WALLY.KEY_PUBLIC);
    const origin = path.map((step) => `${step - HARDENED}h`).join('/');
    const user = `[${fingerprint}/${origin}]${xpub}/<0;1>/*`;
    const { serverKey } = access.amp2;
    const steps = elip153Steps(Uint8Array.from(wally.bip32_key_get_pub_key(this.account)));
    const server =
      form === 'elip153'
        ? `[${serverKey.slice(1, 9)}/87h/1h/0h/${steps.join('/')}]${publicServer(serverKey).childXpub(steps)}/<0;1>/*`
        : `${serverKey}/<0;1>/*`;
    const secret = toHex(Uint8Array.from(wally.sha256(seed)));
    const blinding = { slip77: `slip77(${secret})`, view: secret, elip151: 'elip151', elip153: secret }[form];
    const keys = userFirst ? `${user},${server}` : `${server},${user}`;
    this.descriptor = `ct(${blinding},elwsh(multi(2,${keys})))`;
    this.wallet = readWallet(this.descriptor, publicServer(serverKey));
  }

  get wid(): string {
    return this.wallet.wid;
  }

  address(index = this.given++, branch = 0): string {
    const { script } = this.wallet.at(branch, index);
    return confidentialAddress(
      script,
      Uint8Array.from(wally.ec_public_key_from_private_key(this.wallet.blindingKey(script))),
    );
  }

  /** `api`: which of the two forms is asked. */
  register(api: 'wallets' | 'proxy' = 'wallets', descriptor = this.descriptor): Promise<HttpAnswer> {
    return this.post(`/${api}/register`, { descriptor });
  }

  cosign(pset: string, api: 'wallets/sign' | 'proxy/cosign' = 'proxy/cosign'): Promise<HttpAnswer> {
    return this.post(`/${api}`, { pset });
  }

  private post(path: string, body: unknown): Promise<HttpAnswer> {
    return http(this.access.amp2.url + path, { method: 'POST', body: JSON.stringify(body) });
  }

  /** Unspent coins, by waterfalls. */
  async coins(): Promise<Coin[]> {
    const descriptor = /^ct\((?:slip77\(.*?\)|[^,]*),(.*)\)$/.exec(this.descriptor)?.[1] ?? '';
    const query = new URLSearchParams({ descriptor, to_index: '40', utxo_only: 'true' });
    const { json } = await http(`${this.access.esplora.url}/v2/waterfalls?${query.toString()}`);
    const { txs_seen: seen } = json as { txs_seen: Record<string, { txid: string; v: number }[][]> };
    const found = Object.values(seen).flatMap((places, branch) =>
      places.flatMap((outputs, index) => outputs.map(({ txid, v }) => this.coin(txid, v - 1, branch, index))),
    );
    return Promise.all(found);
  }

  private async coin(txid: string, vout: number, branch: number, index: number): Promise<Coin> {
    const { text } = await http(`${this.access.esplora.url}/tx/${txid}/hex`);
    const spent = parseTransaction(fromHex(text)).outputs[vout];
    if (!spent) throw new Error('no such output');
    const explicit = { asset: assetIdOf(spent.asset), amount: valueOf(spent.value) };
    if (explicit.asset !== null && explicit.amount !== null) {
      const zero = '0'.repeat(64);
      const { asset, amount } = explicit;
      return { txid, vout, branch, index, spent, asset, amount, assetBlinder: zero, amountBlinder: zero };
    }
    const opened = await this.pool.open({ ...spent, blindingKey: this.wallet.blindingKey(spent.script) });
    if (!opened) throw new Error('the wallet cannot read its own coin');
    return {
      txid,
      vout,
      branch,
      index,
      spent,
      asset: toDisplay(opened.asset),
      amount: opened.value,
      assetBlinder: toDisplay(opened.assetBlinder),
      amountBlinder: toDisplay(opened.amountBlinder),
    };
  }

  /** Spends all its coins: to the payments, the fee, and the rest of each asset to its own change. */
  async build(lbtc: string, payments: readonly Payment[], options: BuildOptions = {}): Promise<string> {
    return this.buildFrom(await this.coins(), lbtc, payments, options);
  }

  async buildFrom(
    coins: readonly Coin[],
    lbtc: string,
    payments: readonly Payment[],
    options: BuildOptions = {},
  ): Promise<string> {
    const rest = new Map<string, bigint>([[lbtc, -FEE]]);
    for (const { asset, amount } of coins) rest.set(asset, (rest.get(asset) ?? 0n) + amount);
    for (const { asset, amount } of payments) rest.set(asset, (rest.get(asset) ?? 0n) - amount);
    let change = 20;
    const all = [
      ...payments,
      ...[...rest].flatMap(([asset, amount]) =>
        amount === 0n ? [] : [{ address: this.address(change++, 1), asset, amount }],
      ),
    ];
    const outputs = all.map((payment) => {
      const decoded = payment.address === '' ? null : decodeAddress(payment.address);
      return {
        ...payment,
        script: decoded?.script ?? Uint8Array.of(0x6a),
        blindingPubkey: decoded?.blindingPubkey ?? null,
      };
    });
    const pset = newPset(coins.length, outputs.length + 1, 0);
    coins.forEach((coin, i) => {
      const fields = pset.inputs[i];
      fields?.set(fieldKey(IN.TXID), fromDisplay(coin.txid));
      fields?.set(fieldKey(IN.VOUT), u32(coin.vout));
      fields?.set(fieldKey(IN.SEQUENCE), u32(0xfffffffd));
    });
    const blinded = await blindOutputs(
      this.pool,
      coins.map((coin) => ({
        asset: coin.asset,
        value: coin.amount,
        assetBlinder: coin.assetBlinder,
        amountBlinder: coin.amountBlinder,
      })),
      outputs.flatMap(({ blindingPubkey, script, asset, amount }, vout) =>
        blindingPubkey ? [{ vout, script, asset, value: amount, blindingPubkey }] : [],
      ),
    );
    outputs.forEach((output, vout) => {
      const fields = pset.outputs[vout];
      const made = blinded.find((one) => one.vout === vout)?.fields;
      const lie = options.lieAbout === output.address ? 1n : 0n;
      fields?.set(fieldKey(OUT.AMOUNT), u64(output.amount - lie));
      fields?.set(fieldKey(OUT.SCRIPT), output.script);
      const set = (type: number, value: Bytes | null): void => {
        if (value) fields?.set(elementsKey(type), value);
      };
      set(ELEMENTS_OUT.ASSET, fromDisplay(output.asset));
      if (!made) return;
      set(ELEMENTS_OUT.VALUE_COMMITMENT, made.value);
      set(ELEMENTS_OUT.ASSET_COMMITMENT, made.asset);
      set(ELEMENTS_OUT.RANGEPROOF, made.rangeproof);
      set(ELEMENTS_OUT.SURJECTION_PROOF, made.surjectionProof);
      set(ELEMENTS_OUT.BLINDING_PUBKEY, output.blindingPubkey);
      set(ELEMENTS_OUT.ECDH_PUBKEY, made.nonce);
      if (options.withoutProofs) return;
      set(ELEMENTS_OUT.VALUE_PROOF, made.valueProof);
      set(ELEMENTS_OUT.ASSET_PROOF, made.assetProof);
    });
    const fee = pset.outputs[outputs.length];
    fee?.set(fieldKey(OUT.AMOUNT), u64(FEE));
    fee?.set(fieldKey(OUT.SCRIPT), new Uint8Array());
    fee?.set(elementsKey(ELEMENTS_OUT.ASSET), fromDisplay(lbtc));
    return encodePset(pset);
  }

  /** Adds the venue's own signatures. */
  async sign(base64: string): Promise<string> {
    const pset = decodePset(base64);
    const tx = psetTransaction(pset);
    const coins = await this.coins();
    tx.inputs.forEach((input, i) => {
      const coin = coins.find((one) => one.txid === toDisplay(input.txhash) && one.vout === input.vout);
      if (!coin) return;
      const key = wally.bip32_key_from_parent_path(
        this.account,
        [coin.branch, coin.index],
        WALLY.KEY_PRIVATE,
      );
      const secret = Uint8Array.from(wally.bip32_key_get_priv_key(key));
      const { witnessScript } = this.wallet.at(coin.branch, coin.index);
      const hash = segwitSighash(tx, i, witnessScript ?? new Uint8Array(), coin.spent.value, 1);
      const pubkey = Uint8Array.from(wally.bip32_key_get_pub_key(key));
      pset.inputs[i]?.set(fieldKey(IN.PARTIAL_SIG, pubkey), signHash(secret, hash, 1));
    });
    return encodePset(pset);
  }

  /** Puts both signatures into the witness and offers it by Esplora; the answer's text is the txid or the refusal. */
  async send(base64: string): Promise<HttpAnswer> {
    const pset = decodePset(base64);
    const tx = psetTransaction(pset);
    const coins = await this.coins();
    tx.inputs.forEach((input, i) => {
      const coin = coins.find((one) => one.txid === toDisplay(input.txhash) && one.vout === input.vout);
      const derived = coin && this.wallet.at(coin.branch, coin.index);
      if (!derived?.witnessScript) return;
      const signatures = new Map(
        keyed(pset.inputs[i] ?? new Map<string, Bytes>(), IN.PARTIAL_SIG).map(([key, value]) => [
          toHex(key),
          value,
        ]),
      );
      const ordered = derived.pubkeys.flatMap((key) => signatures.get(toHex(key)) ?? []);
      input.witness = multisigWitness(ordered, derived.witnessScript);
    });
    return http(`${this.access.esplora.url}/tx`, { method: 'POST', body: toHex(serializeTransaction(tx)) });
  }
}

/** Pays from the treasury, amounts in base units. */
export async function fromTreasury(
  { wallet }: Pick<Scene, 'wallet'>,
  payments: readonly Payment[],
): Promise<string> {
  const amounts: Record<string, string> = {};
  const assets: Record<string, string> = {};
  for (const { address, asset, amount } of payments) {
    amounts[address] = `${amount / 100_000_000n}.${(amount % 100_000_000n).toString().padStart(8, '0')}`;
    assets[address] = asset;
  }
  return wallet.call<string>('sendmany', '', amounts, 0, '', [], false, 1, 'UNSET', assets);
}

/** The signatures of one PSET in another one. */
export function transplant(from: string, to: string): string {
  const source = decodePset(from);
  const target = decodePset(to);
  source.inputs.forEach((input, i) => {
    for (const [pubkey, signature] of keyed(input, IN.PARTIAL_SIG)) {
      target.inputs[i]?.set(fieldKey(IN.PARTIAL_SIG, pubkey), signature);
    }
  });
  return encodePset(target);
}
