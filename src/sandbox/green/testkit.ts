import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { startAmp } from '../amp/index.ts';
import type { AmpServer } from '../amp/index.ts';
import {
  EMPTY,
  NULL_FIELD,
  ProofPool,
  SIGHASH_ALL,
  WALLY,
  ZERO32,
  concat,
  explicitAsset,
  explicitValue,
  fromDisplay,
  fromHex,
  generatorOf,
  multisigScript,
  newInput,
  p2sh,
  p2wsh,
  hash160,
  segwitSighash,
  serializeTransaction,
  sha256d,
  toDisplay,
  toHex,
  valueOf,
  wally,
} from '../crypto/index.ts';
import type { Bytes, Transaction, TxOutput } from '../crypto/index.ts';
import { AmpUser, Wallet } from '../testing/clients.ts';
import type { Control } from '../testing/clients.ts';
import type { Scene } from '../testing/scene.ts';
import type { SandboxHandle } from '../types.ts';
import { REGTEST_PREFIXES, nodeBackend, simulatedBackend } from '../world/backend.ts';
import type { Backend } from '../world/backend.ts';
import { spareGaids } from '../world/gaids.ts';
import { TREASURY_WALLET, fundTreasury, openTreasury } from '../world/treasury.ts';
import type { GreenFault } from './faults.ts';
import { startGreen } from './index.ts';
import type { GreenServer } from './index.ts';

/**
 * A chain, AMP and Green, without a past (`SANDBOX_ELEMENTS_URL` puts them on a real Elements regtest node); and a client
 * of Green that shares nothing with the server or the desk.
 */
export interface World {
  backend: Backend;
  pool: ProofPool;
  amp: AmpServer;
  green: GreenServer;
  /** For the helpers of the sandbox's other tests. */
  scene: Scene;
  /** Each call takes the first that is meant for it. */
  faults: (GreenFault & { call: string })[];
  mine(blocks: number): Promise<void>;
  /** Closes AMP and Green and opens them again over the same books; needs a state file. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openWorld(stateFile: string | null = null): Promise<World> {
  const elementsUrl = process.env['SANDBOX_ELEMENTS_URL'];
  const backend =
    elementsUrl === undefined ? await simulatedBackend(null, 1) : await nodeBackend(elementsUrl);
  const pool = new ProofPool();
  const faults: World['faults'] = [];
  const take = (call: string): GreenFault | null => {
    const at = faults.findIndex((fault) => fault.call === call);
    return at < 0 ? null : (faults.splice(at, 1)[0] ?? null);
  };
  const start = async (): Promise<{ amp: AmpServer; green: GreenServer; scene: Scene }> => {
    const amp = await startAmp({
      stateFile,
      port: 0,
      seed: 1,
      node: backend.node,
      prefixes: REGTEST_PREFIXES,
      policyAsset: backend.policyAsset,
      pool,
      faucet: (address, sats) => backend.faucet(address, sats),
      intercept: (_call, carryOut) => carryOut(),
      clock: Date.now,
    });
    const green = await startGreen({ amp: amp.context, intercept: take });
    const scene: Scene = {
      sandbox: { gaids: spareGaids(amp.context) } as SandboxHandle,
      amp: await AmpUser.login({ amp }),
      wallet: new Wallet({ elements: { ...backend.node, wallet: TREASURY_WALLET } }),
      control: { mine: (blocks: number) => backend.mine(blocks) } as unknown as Control,
    };
    return { amp, green, scene };
  };
  const parts = await start();
  await openTreasury(backend);
  await fundTreasury(backend);
  await backend.mine(1);
  const world: World = {
    backend,
    pool,
    ...parts,
    faults,
    mine: async (blocks) => {
      await backend.mine(blocks);
    },
    restart: async () => {
      await world.green.close();
      await world.amp.close();
      Object.assign(world, await start());
    },
    close: async () => {
      await world.green.close();
      await world.amp.close();
      await pool.close();
      await backend.close();
    },
  };
  return world;
}

/** Green said no. */
export class Refused extends Error {}

/** One connection. */
export class Client {
  private readonly socket: WebSocket;
  private readonly waiting: { resolve: (text: string) => void; reject: (error: Error) => void }[] = [];
  private id = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    const end = (): void => {
      for (const one of this.waiting.splice(0)) one.reject(new Error('closed'));
    };
    socket.on('message', (data) => this.waiting.shift()?.resolve((data as Buffer).toString('utf8')));
    socket.on('close', end);
    socket.on('error', end);
  }

  static async open(world: Pick<World, 'green'>, protocol = 'wamp.2.json', path = ''): Promise<Client> {
    const socket = new WebSocket(world.green.url + path, protocol);
    const client = new Client(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  static async welcomed(world: Pick<World, 'green'>): Promise<Client> {
    const client = await Client.open(world);
    await client.exchange([1, 'realm1', { roles: { caller: { features: {} } } }]);
    return client;
  }

  /** Sends a text and answers with the next one. Rejects when the connection ends. */
  text(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.socket.readyState !== WebSocket.OPEN) {
        reject(new Error('closed'));
        return;
      }
      this.waiting.push({ resolve, reject });
      this.socket.send(text);
    });
  }

  async exchange(message: unknown): Promise<unknown[]> {
    return JSON.parse(await this.text(JSON.stringify(message))) as unknown[];
  }

  async call<T>(procedure: string, ...args: unknown[]): Promise<T> {
    const id = ++this.id;
    const answer = await this.exchange([48, id, {}, `com.greenaddress.${procedure}`, args]);
    if (answer[0] === 8) throw new Refused(String((answer[5] as unknown[])[1] ?? answer[4]));
    if (answer[0] !== 50 || answer[1] !== id) throw new Error(`unexpected ${JSON.stringify(answer)}`);
    return (answer[3] as [T])[0];
  }

  close(): void {
    this.socket.close();
  }
}

type Key = ReturnType<typeof wally.bip32_key_from_seed>;

export interface LoginData {
  gait_path: string;
  wo_blob_key?: string;
  subaccounts: { pointer: number; type: string; receiving_id: string; required_ca: number }[];
  client_blob_hmac: string;
}

/** Somebody with a seed. */
export class TestOwner {
  readonly root: Key;
  readonly masterBlindingKey: Bytes;

  constructor(seed: Bytes = new Uint8Array(randomBytes(32))) {
    this.root = wally.bip32_key_from_seed(seed, WALLY.TEST_PRIVATE, 0);
    this.masterBlindingKey = Uint8Array.from(wally.asset_blinding_key_from_seed(concat(seed, seed))).slice(
      32,
    );
  }

  get pubkey(): Bytes {
    return Uint8Array.from(wally.bip32_key_get_pub_key(this.root));
  }

  get loginAddress(): string {
    return wally.base58_from_bytes(concat(Uint8Array.of(235), hash160(this.pubkey)), 1);
  }

  key(...path: number[]): Key {
    return wally.bip32_key_from_parent_path(this.root, path, WALLY.KEY_PRIVATE);
  }

  secret(...path: number[]): Bytes {
    return Uint8Array.from(wally.bip32_key_get_priv_key(this.key(...path)));
  }

  xpub(pointer: number): string {
    return wally.bip32_key_to_base58(this.key(HARD + 3, HARD + pointer), WALLY.KEY_PUBLIC);
  }

  register(client: Client): Promise<boolean> {
    const gait = toHex(sha256d(this.pubkey));
    return client.call(
      'login.register',
      toHex(this.pubkey),
      toHex(wally.bip32_key_get_chain_code(this.root)),
      'test',
      gait + gait,
    );
  }

  answer(challenge: string): string {
    const message = Buffer.from(`greenaddress.it      login ${challenge}`);
    const head = Buffer.from('\x18Bitcoin Signed Message:\n', 'latin1');
    const hash = sha256d(head, Uint8Array.of(message.length), message);
    const compact = wally.ec_sig_from_bytes(this.secret(1_195_487_518), hash, WALLY.ECDSA);
    return toHex(wally.ec_sig_to_der(compact));
  }

  async login(client: Client): Promise<LoginData> {
    await this.register(client);
    const challenge = await client.call<string>('login.get_trezor_challenge', this.loginAddress, true);
    const data = await client.call<LoginData | false>(
      'login.authenticate',
      this.answer(challenge),
      true,
      'GA',
      '',
      'test',
    );
    if (data === false) throw new Refused('login');
    return data;
  }

  blindingKey(script: Bytes): Bytes {
    return Uint8Array.from(
      wally.asset_blinding_key_to_ec_private_key(concat(ZERO32, this.masterBlindingKey), script),
    );
  }
}

const HARD = 0x8000_0000;

export interface TestAddress {
  index: number;
  witnessScript: Bytes;
  script: Bytes;
  address: string;
}

export interface TestCoin {
  txid: string;
  vout: number;
  at: TestAddress;
  output: TxOutput;
  asset: string;
  value: bigint;
  assetBlinder: Bytes;
  amountBlinder: Bytes;
}

/** One account of an owner: what a wallet would do, by hand. */
export class TestAccount {
  readonly owner: TestOwner;
  readonly pointer: number;
  readonly gaid: string;
  readonly client: Client;
  readonly addresses: TestAddress[] = [];

  constructor(owner: TestOwner, pointer: number, gaid: string, client: Client) {
    this.owner = owner;
    this.pointer = pointer;
    this.gaid = gaid;
    this.client = client;
  }

  /** A new owner with an account, logged in. */
  static async create(world: World, owner = new TestOwner(), pointer = 1): Promise<TestAccount> {
    const client = await Client.welcomed(world);
    await owner.login(client);
    const gaid = await client.call<string>(
      'txs.create_subaccount_v2',
      pointer,
      '',
      '2of2_no_recovery',
      [owner.xpub(pointer)],
      [''],
    );
    return new TestAccount(owner, pointer, gaid, client);
  }

  async address(): Promise<TestAddress> {
    const issued = await this.client.call<{ pointer: number; script: string }>(
      'vault.fund',
      this.pointer,
      true,
      'p2wsh',
    );
    const address = this.addressOf(issued.pointer, fromHex(issued.script));
    this.addresses.push(address);
    return address;
  }

  addressOf(index: number, witnessScript: Bytes): TestAddress {
    const script = p2sh(hash160(p2wsh(witnessScript)));
    const pubkey = wally.ec_public_key_from_private_key(this.owner.blindingKey(script));
    const plainAddress = wally.scriptpubkey_to_address(script, 4);
    const address = wally.confidential_addr_from_addr(plainAddress, 4, pubkey);
    return { index, witnessScript, script, address };
  }

  /** As many new addresses for issuers. */
  async upload(count: number): Promise<TestAddress[]> {
    const made: TestAddress[] = [];
    for (let i = 0; i < count; i++) made.push(await this.address());
    await this.client.call(
      'txs.upload_authorized_assets_confidential_address',
      this.pointer,
      made.map((one) => one.address),
    );
    return made;
  }

  /** What a transaction paid to this account. */
  async received(world: World, txid: string): Promise<TestCoin[]> {
    const found = await world.amp.context.chain.transaction(txid);
    const coins: TestCoin[] = [];
    for (const [vout, output] of (found?.tx.outputs ?? []).entries()) {
      const at = this.addresses.find((one) => toHex(one.script) === toHex(output.script));
      if (!at) continue;
      const value = valueOf(output.value);
      if (value !== null) {
        const asset = toDisplay(output.asset.slice(1));
        coins.push({ txid, vout, at, output, asset, value, assetBlinder: ZERO32, amountBlinder: ZERO32 });
        continue;
      }
      const opened = await world.pool.open({ ...output, blindingKey: this.owner.blindingKey(at.script) });
      if (!opened) throw new Error('cannot open what was received');
      coins.push({ txid, vout, at, output, ...opened, asset: toDisplay(opened.asset) });
    }
    return coins;
  }
}

export interface Payment {
  /** Confidential address of this chain. */
  to: string;
  asset: string;
  value: bigint;
  /** Left unblinded. */
  explicit?: boolean;
}

export interface CosignForm {
  tx: string;
  blinding_nonces: string[];
  scripts: string[];
}

/** Base units. */
export const FEE = 500n;

/**
 * A payment signed by its owner and ready for Green: what is left over goes to a new address of the account, `change`
 * false leaves that out.
 */
export async function prepare(
  world: World,
  account: TestAccount,
  coins: readonly TestCoin[],
  payments: readonly Payment[],
): Promise<CosignForm> {
  const lbtc = world.backend.policyAsset;
  const left = new Map<string, bigint>();
  for (const coin of coins) left.set(coin.asset, (left.get(coin.asset) ?? 0n) + coin.value);
  for (const one of [...payments, { asset: lbtc, value: FEE }]) {
    left.set(one.asset, (left.get(one.asset) ?? 0n) - one.value);
  }
  const all: Payment[] = [...payments];
  for (const [asset, value] of left) {
    if (value > 0n) all.push({ to: (await account.address()).address, asset, value });
  }
  const { outputs, nonces } = await blinded(world, coins, all);
  outputs.push(plain(lbtc, FEE, EMPTY));
  nonces.push('');
  const tx: Transaction = {
    version: 2,
    locktime: 0,
    inputs: coins.map((coin) => newInput(fromDisplay(coin.txid), coin.vout, 0xfffffffe)),
    outputs,
  };
  signAsOwner(account, tx, coins);
  return {
    tx: toHex(serializeTransaction(tx)),
    blinding_nonces: nonces,
    scripts: coins.map((coin) => toHex(coin.at.witnessScript)),
  };
}

const DUMMY = concat(
  Uint8Array.of(0x30, 0x44, 0x02, 0x20),
  new Uint8Array(32).fill(0x7f),
  Uint8Array.of(0x02, 0x20),
  new Uint8Array(32).fill(0x7f),
  Uint8Array.of(SIGHASH_ALL),
);

/** Puts the owner's signatures in, and a place for Green's. */
export function signAsOwner(account: TestAccount, tx: Transaction, coins: readonly TestCoin[]): void {
  coins.forEach((coin, index) => {
    const input = tx.inputs[index];
    if (!input) return;
    const { witnessScript } = coin.at;
    const hash = segwitSighash(tx, index, witnessScript, coin.output.value, SIGHASH_ALL);
    const secret = account.owner.secret(HARD + 3, HARD + account.pointer, 1, coin.at.index);
    const compact = wally.ec_sig_from_bytes(secret, hash, WALLY.ECDSA | WALLY.GRIND_R);
    const signature = concat(wally.ec_sig_to_der(compact), Uint8Array.of(SIGHASH_ALL));
    input.script = concat(Uint8Array.of(34), p2wsh(witnessScript));
    input.witness = [EMPTY, DUMMY, signature, witnessScript];
  });
}

async function blinded(
  world: World,
  coins: readonly TestCoin[],
  payments: readonly Payment[],
): Promise<{ outputs: TxOutput[]; nonces: string[] }> {
  const tags = {
    assets: concat(...coins.map((coin) => fromDisplay(coin.asset))),
    blinders: concat(...coins.map((coin) => coin.assetBlinder)),
    generators: concat(...coins.map((coin) => generatorOf(coin.output.asset))),
  };
  const drafts = await Promise.all(
    payments.map(async (payment) => {
      const known = await world.amp.context.chain.address(payment.to);
      if (!known) throw new Error(`no address: ${payment.to}`);
      const hidden = payment.explicit !== true;
      return {
        ...payment,
        hidden,
        script: fromHex(known.script),
        blindingPubkey: fromHex(known.blindingKey),
        assetBlinder: hidden ? scalar() : ZERO32,
        amountBlinder: hidden ? scalar() : ZERO32,
      };
    }),
  );
  const hidden = drafts.filter((one) => one.hidden);
  const last = hidden.at(-1);
  if (last) {
    last.amountBlinder = Uint8Array.from(
      wally.asset_final_vbf(
        BigUint64Array.from([...coins, ...hidden].map((one) => one.value)),
        coins.length,
        concat(...[...coins, ...hidden].map((one) => one.assetBlinder)),
        concat(...[...coins, ...hidden.slice(0, -1)].map((one) => one.amountBlinder)),
      ),
    );
  }
  const outputs: TxOutput[] = [];
  const nonces: string[] = [];
  for (const one of drafts) {
    if (!one.hidden) {
      outputs.push(plain(one.asset, one.value, one.script));
      nonces.push('');
      continue;
    }
    const ephemeral = scalar();
    const { asset, value, nonce, rangeproof, surjectionProof } = await world.pool.blind({
      ...one,
      asset: fromDisplay(one.asset),
      ephemeral,
      seed: scalar(),
      tags,
    });
    outputs.push({ asset, value, nonce, script: one.script, rangeproof, surjectionProof });
    nonces.push(toHex(wally.ecdh_nonce_hash(one.blindingPubkey, ephemeral)));
  }
  return { outputs, nonces };
}

function plain(asset: string, value: bigint, script: Bytes): TxOutput {
  return {
    asset: explicitAsset(asset),
    value: explicitValue(value),
    nonce: NULL_FIELD,
    script,
    surjectionProof: EMPTY,
    rangeproof: EMPTY,
  };
}

/** Below the curve's order. */
function scalar(): Bytes {
  const bytes = new Uint8Array(randomBytes(32));
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes;
}

export interface CosignAnswer {
  result: boolean;
  error: string;
  tx: string | null;
}

export async function cosign(world: Pick<World, 'green'>, form: CosignForm): Promise<CosignAnswer> {
  const response = await fetch(`${world.green.cosignUrl}/delayed_signature`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(form),
  });
  if (response.status !== 200) throw new Error(`HTTP ${response.status} ${await response.text()}`);
  return (await response.json()) as CosignAnswer;
}

/** The address's keys as its owner works them out from the server's root key alone. */
export function expectedScript(
  green: Pick<GreenServer, 'serverPubkey' | 'serverChainCode'>,
  gaitPath: string,
  account: Pick<TestAccount, 'owner' | 'pointer'>,
  index: number,
): Bytes {
  const gait = Buffer.from(gaitPath, 'hex');
  const steps = Array.from({ length: 32 }, (_, i) => gait.readUInt16BE(2 * i));
  const root = wally.bip32_key_init(
    0x043587cf,
    0,
    0,
    fromHex(green.serverChainCode),
    fromHex(green.serverPubkey),
    null,
    null,
    null,
  );
  const server = wally.bip32_key_from_parent_path(
    root,
    [3, ...steps, account.pointer, index],
    WALLY.KEY_PUBLIC,
  );
  const owner = wally.bip32_key_from_parent_path(
    wally.bip32_key_from_base58(account.owner.xpub(account.pointer)),
    [1, index],
    WALLY.KEY_PUBLIC,
  );
  return multisigScript(2, [wally.bip32_key_get_pub_key(server), wally.bip32_key_get_pub_key(owner)]);
}
