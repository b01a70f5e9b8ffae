import type { ProofPool } from '../crypto/index.ts';
import { issuerAccount } from './api/accounts.ts';
import { enterTransfer } from './books/transfers.ts';
import type { Context } from './context.ts';
import { Green } from './green/accounts.ts';
import type { AddressPrefixes } from './green/accounts.ts';
import { derive, rootKey } from './green/keys.ts';
import { Api, serve } from './http/server.ts';
import type { Intercept } from './http/server.ts';
import { rebroadcast } from './issuer/broadcast.ts';
import { IssuerPurse } from './issuer/purse.ts';
import { ChainView } from './node/chain.ts';
import { NodeClient } from './node/client.ts';
import type { NodeAddress } from './node/client.ts';
import { ChainFollower } from './node/follower.ts';
import { DEFAULT_OPTIONS } from './options.ts';
import type { BooksOptions } from './options.ts';
import { chainStore } from './store/chain-store.ts';
import { openDatabase, readMeta, writeMeta } from './store/database.ts';

export type { Context } from './context.ts';
export type { BooksOptions } from './options.ts';
export type { ApiCall, Intercept } from './http/server.ts';
export { Api } from './http/server.ts';
export type { Answer } from './http/answers.ts';
export { Decimal, readJson, writeJson } from './http/json.ts';
export { ChainFollower } from './node/follower.ts';
export type { FollowedBlock, FollowerStore } from './node/follower.ts';
export { NodeClient, NodeRefusal, nodeAddress } from './node/client.ts';
export type { NodeAddress } from './node/client.ts';
export { all, atomically, one, openFile, readMeta, run, writeMeta } from './store/database.ts';
export type { Db } from './store/database.ts';
export { insertUser } from './api/users.ts';
export { joinCategory } from './api/categories.ts';
export { ISSUER_ID } from './api/accounts.ts';
export { assetRows } from './api/assets.ts';
export { enter } from './books/ledger.ts';
export { ZEROS } from './books/commitments.ts';
export type { Opening } from './books/commitments.ts';
export { RuleViolation, checkTransfer } from './books/rules.ts';
export type { TransferOutput } from './books/rules.ts';
export { rememberTransfer, signedBefore } from './books/transfers.ts';
export { Green } from './green/accounts.ts';
export { derive, rootKey } from './green/keys.ts';
export type { AddressPrefixes } from './green/accounts.ts';
export { LEAST_COIN, buildIssuance } from './issuer/issuance.ts';
export { IssuerPurse } from './issuer/purse.ts';
export { ChainView } from './node/chain.ts';
export { isTestXpub } from './green/server-keys.ts';
export { keyHashOf, loginKeyHash, plainAddress } from './green/address.ts';
export { GreenRefusal } from './green/owners.ts';
export type { Owner } from './green/owners.ts';
export type { GreenAddresses, IssuedAddress } from './green/addresses.ts';

export interface AmpServerOptions {
  /** SQLite file of AMP's books; in memory when null. */
  stateFile: string | null;
  /** 0: any free port. */
  port: number;
  /** What the world is derived from; an existing state file keeps its own. */
  seed: number;
  node: NodeAddress;
  prefixes: AddressPrefixes;
  /** L-BTC of this chain, hex in display order. */
  policyAsset: string;
  pool: ProofPool;
  /** Pays L-BTC to an address of this chain; returns the txid. */
  faucet: (address: string, sats: bigint) => Promise<string>;
  intercept: Intercept;
  clock: () => number;
}

export interface AmpServer {
  context: Context;
  api: Api;
  /** `http://127.0.0.1:PORT/api` */
  url: string;
  username: string;
  password: string;
  seed: number;
  close(): Promise<void>;
}

const USERNAME = 'issuer@sluice.example';

/** What the purse gets at a time: enough for hundreds of issuances. Base units. */
const REFILL = 10_000_000n;

/** Opens AMP's books and serves its API. */
export async function startAmp(options: AmpServerOptions): Promise<AmpServer> {
  const db = openDatabase(options.stateFile);
  const seed = Number(readMeta(db, 'seed') ?? options.seed);
  writeMeta(db, 'seed', seed.toString());
  const root = rootKey(seed);
  const node = new NodeClient(options.node);
  const chain = new ChainView(node);
  const from = Number(readMeta(db, 'birthday') ?? Math.max(1, await chain.height()));
  writeMeta(db, 'birthday', from.toString());

  const secret = Buffer.from(derive(root, 'issuer password')).toString('base64url').slice(0, 20);
  const { username, password } = issuerAccount(db, USERNAME, secret);
  const purse = new IssuerPurse(db, root, options.prefixes);
  const green = new Green(db, root, options.prefixes);
  const context: Context = {
    db,
    chain,
    follower: new ChainFollower(
      node,
      chainStore(db, (recorded) => {
        enterTransfer(db, green, recorded);
      }),
      from,
    ),
    green,
    purse,
    pool: options.pool,
    policyAsset: options.policyAsset,
    refillPurse: async () => {
      const txid = await options.faucet(purse.address, REFILL);
      const funded = await chain.transaction(txid);
      if (funded) purse.receive(funded.tx, options.policyAsset);
    },
    options: { ...DEFAULT_OPTIONS, ...savedOptions(readMeta(db, 'options')) },
    clock: options.clock,
    baseUrl: '',
  };
  await rebroadcast(context);
  const api = new Api(context);
  const { server, port } = await serve(api, options.port, options.intercept);
  context.baseUrl = `http://127.0.0.1:${port}/api`;
  return {
    context,
    api,
    url: context.baseUrl,
    username,
    password,
    seed,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      node.close();
      db.close();
    },
  };
}

function savedOptions(text: string | null): Partial<BooksOptions> {
  return text === null ? {} : (JSON.parse(text) as Partial<BooksOptions>);
}
