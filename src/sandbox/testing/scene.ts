import { AmpUser, Control, Wallet, testSandbox } from './clients.ts';
import type { HttpAnswer } from './clients.ts';
import type { SandboxHandle } from '../index.ts';
import type { ScriptFile } from './script.ts';

export const PUBKEY = `02${'79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'}`;

/** A sandbox without a past, an issuer who is logged in, and short ways to what most tests begin with. */
export interface Scene {
  sandbox: SandboxHandle;
  amp: AmpUser;
  wallet: Wallet;
  control: Control;
}

export async function openScene(): Promise<Scene> {
  const sandbox = await testSandbox({ world: 'empty' });
  return {
    sandbox,
    amp: await AmpUser.login(sandbox),
    wallet: new Wallet(sandbox),
    control: new Control(sandbox),
  };
}

export interface IssuedAsset {
  asset_uuid: string;
  asset_id: string;
  txid: string;
  reissuance_token_id: string | null;
  issuance_assetblinder: string;
}

export async function issueRequest(wallet: Wallet, more: Record<string, unknown> = {}) {
  return {
    name: 'Test equity',
    amount: 100_000,
    destination_address: await wallet.call<string>('getnewaddress'),
    domain: 'issuer.example',
    ticker: 'TEST',
    pubkey: PUBKEY,
    is_reissuable: true,
    reissuance_amount: 1,
    reissuance_address: await wallet.call<string>('getnewaddress'),
    ...more,
  };
}

/** Issues an asset, waits for its confirmations and authorizes it. */
export async function authorizedAsset(
  { amp, wallet, control }: Scene,
  more: Record<string, unknown> = {},
): Promise<IssuedAsset> {
  const asset = await amp.must<IssuedAsset>('POST', '/assets/issue', await issueRequest(wallet, more));
  await control.mine(3);
  await amp.must('GET', `/assets/${asset.asset_uuid}/register-authorized`);
  return asset;
}

let people = 0;

/** Registers somebody with the next spare GAID; returns the id. */
export async function registered({ amp, sandbox }: Scene): Promise<number> {
  const GAID = sandbox.gaids[people++];
  const { id } = await amp.must<{ id: number }>('POST', '/registered_users/add', {
    name: `Holder ${people}`,
    is_company: false,
    GAID,
  });
  return id;
}

export function assign(
  { amp }: Scene,
  asset: IssuedAsset,
  user: number,
  amount: number,
  ready = true,
): Promise<HttpAnswer> {
  return amp.call('POST', `/assets/${asset.asset_uuid}/assignments/create`, {
    assignments: [{ registered_user: user, amount, ready_for_distribution: ready }],
  });
}

/** Assigns the amounts to people newly registered and asks for the distribution's file. */
export async function pendingDistribution(
  scene: Scene,
  asset: IssuedAsset,
  amounts: readonly number[],
): Promise<ScriptFile> {
  for (const amount of amounts) {
    const answer = await assign(scene, asset, await registered(scene), amount);
    if (answer.status !== 200) throw new Error(answer.text);
  }
  return scene.amp.must<ScriptFile>('GET', `/assets/${asset.asset_uuid}/distributions/create/`);
}

export interface ConfirmBody {
  tx_data: { txid: string; details: Record<string, unknown>[] };
  change_data: Record<string, unknown>[];
}

/** Pays a distribution with the node's `sendmany` and mines; returns what a confirm call would report. */
export async function pay(
  { wallet, control }: Scene,
  file: ScriptFile,
  blocks: number,
): Promise<{ txid: string; body: () => Promise<ConfirmBody> }> {
  const txid = await wallet.call<string>(
    'sendmany',
    '',
    file.map_address_amount,
    0,
    '',
    [],
    false,
    1,
    'UNSET',
    file.map_address_asset,
  );
  if (blocks > 0) await control.mine(blocks);
  return {
    txid,
    body: async () => {
      const { details } = await wallet.call<{ details: Record<string, unknown>[] }>('gettransaction', txid);
      const unspent = await wallet.call<Record<string, unknown>[]>('listunspent', 0);
      return {
        tx_data: { txid, details },
        change_data: unspent.filter((coin) => coin['txid'] === txid && coin['asset'] === file.asset_id),
      };
    },
  };
}

export function confirm({ amp }: Scene, file: ScriptFile, body: unknown): Promise<HttpAnswer> {
  return amp.call('POST', `/assets/${file.asset_uuid}/distributions/${file.distribution_uuid}/confirm`, body);
}
