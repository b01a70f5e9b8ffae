import { ChainView, IssuerPurse, NodeClient, derive, readMeta, rootKey, writeMeta } from '../amp/index.ts';
import type { AddressPrefixes, NodeAddress } from '../amp/index.ts';
import { fromHex } from '../crypto/index.ts';
import type { ProofPool } from '../crypto/index.ts';
import type { ScriptIndex } from '../esplora/index.ts';
import { serveWeb } from '../web/index.ts';
import type { Spoilers, WebAnswer, WebCall, WebIntercept } from '../web/index.ts';
import { openAmp2 } from './database.ts';
import { broadcastIssuances, issueAsset } from './issue.ts';
import type { Amp2AssetPlan } from './issue.ts';
import { Amp2Refusal } from './refusal.ts';
import { route } from './routes.ts';
import { Amp2 } from './server.ts';
import { ServerKey } from './server-key.ts';

export type { Amp2AssetPlan } from './issue.ts';
export type { Amp2Deed } from './server.ts';

export interface Amp2Server {
  /** Origin. */
  url: string;
  serverKey: string;
  issuerToken: string;
  /** Issues to a confidential address; the transaction is in the mempool then. */
  issue(plan: Amp2AssetPlan, address: string): Promise<void>;
  amp2: Amp2;
  /** Whose a script (hex) is among the registered wallets, with its blinding key; `ready` before that. */
  owners: {
    ready(): Promise<void>;
    ownerOf(script: string): { wid: string; blindingKey: Uint8Array } | null;
  };
  close(): Promise<void>;
}

/** Opens the AMP2 server's books and serves them. `intercept` is given what only this server can do wrong. */
export async function startAmp2(options: {
  stateFile: string | null;
  port: number;
  seed: number;
  node: NodeAddress;
  chain: ScriptIndex;
  prefixes: AddressPrefixes;
  policyAsset: string;
  pool: ProofPool;
  faucet: (address: string, sats: bigint) => Promise<string>;
  intercept: (spoilers: Spoilers) => WebIntercept;
  clock: () => number;
}): Promise<Amp2Server> {
  const db = openAmp2(options.stateFile);
  const seed = Number(readMeta(db, 'seed') ?? options.seed);
  writeMeta(db, 'seed', seed.toString());
  const root = derive(rootKey(seed), 'amp2');
  const node = new NodeClient(options.node);
  const server = new ServerKey(derive(root, 'server key'));
  const issuerToken = Buffer.from(derive(root, 'issuer token')).toString('base64url').slice(0, 32);
  await options.chain.sync();
  const { chain, pool, clock, policyAsset } = options;
  const amp2 = new Amp2({ db, server, issuerToken, chain, pool, clock });
  const issuing = {
    db,
    chain: new ChainView(node),
    purse: new IssuerPurse(db, root, options.prefixes),
    pool,
    policyAsset,
    faucet: options.faucet,
  };
  await broadcastIssuances(issuing);
  const web = await serveWeb({
    name: 'AMP2',
    port: options.port,
    handle: (call) => route(amp2, call),
    intercept: options.intercept(spoilers(amp2)),
  });
  return {
    url: web.url,
    serverKey: server.text,
    issuerToken,
    issue: async (plan, address) => {
      await issueAsset(issuing, plan, address);
    },
    amp2,
    owners: {
      ready: async () => {
        await chain.sync();
        amp2.wallets.keepAhead();
      },
      ownerOf: (script) => {
        const bytes = fromHex(script);
        const place = amp2.wallets.ownerOf(bytes);
        return place && { wid: place.wallet.wid, blindingKey: place.wallet.blindingKey(bytes) };
      },
    },
    close: async () => {
      await web.close();
      node.close();
      db.close();
    },
  };
}

/** What a cosigner can do that nothing on the way to it could. */
function spoilers(amp2: Amp2): Spoilers {
  const instead =
    (member: string, work: (pset: string) => Promise<string>) =>
    async (call: WebCall, carryOut: () => Promise<WebAnswer>): Promise<WebAnswer> => {
      const honest = await carryOut();
      if (honest.status !== 200) return honest;
      const body = JSON.parse(call.body) as { pset?: string };
      try {
        return { ...honest, body: JSON.stringify({ [member]: await work(body.pset ?? '') }) };
      } catch (error) {
        if (error instanceof Amp2Refusal) return honest;
        throw error;
      }
    };
  return {
    badsig: instead('pset', (pset) => amp2.cosignBadly(pset)),
    alter: instead('pset', (pset) => amp2.cosignAnother(pset)),
    wrongwid: instead('wid', () => Promise.resolve(amp2.strangeWid())),
  };
}
