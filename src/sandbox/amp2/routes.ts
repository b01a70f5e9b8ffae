import { timingSafeEqual } from 'node:crypto';
import { sha256 } from '../crypto/index.ts';
import type { WebAnswer, WebCall } from '../web/index.ts';
import type { Amp2Asset } from './assets.ts';
import { Amp2Refusal } from './refusal.ts';
import type { Amp2 } from './server.ts';

const json = (status: number, value: unknown): WebAnswer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(value),
});

/** The two forms of one server differ in their paths and in how they refuse. */
const CALLS: Readonly<Record<string, 'register' | 'cosign'>> = {
  '/wallets/register': 'register',
  '/proxy/register': 'register',
  '/wallets/sign': 'cosign',
  '/proxy/cosign': 'cosign',
};

/** Answers both forms: /wallets/… as the server itself, /proxy/… as a venue's proxy; and the issuer, with a bearer token. */
export async function route(amp2: Amp2, call: WebCall): Promise<WebAnswer> {
  try {
    return await dispatch(amp2, call);
  } catch (error) {
    if (!(error instanceof Amp2Refusal)) throw error;
    const proxy = call.path.startsWith('/proxy/');
    return json(
      error.status,
      proxy ? { error: error.code, message: error.message } : { error: error.message },
    );
  }
}

async function dispatch(amp2: Amp2, call: WebCall): Promise<WebAnswer> {
  const { method, path } = call;
  if (method === 'POST') {
    switch (CALLS[path]) {
      case 'register':
        return json(200, { wid: await amp2.register(field(call, 'descriptor', 'invalid_descriptor')) });
      case 'cosign':
        return json(200, { pset: await amp2.cosign(field(call, 'pset', 'invalid_pset')) });
      case undefined:
    }
  }
  if (method === 'GET' && (path === '/info/xpub' || path === '/info/xpub/')) {
    return json(200, { keyorigin_xpub: amp2.server.text });
  }
  if (method === 'GET' && path.startsWith('/assets')) {
    authorize(amp2, call.authorization);
    return issuerView(amp2, path);
  }
  throw new Amp2Refusal('not_found', `There is no ${method} ${path}`);
}

function field(call: WebCall, name: string, code: 'invalid_descriptor' | 'invalid_pset'): string {
  let body: unknown;
  try {
    body = JSON.parse(call.body);
  } catch {
    throw new Amp2Refusal(code, 'The body is not JSON');
  }
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : null;
  if (typeof value !== 'string') throw new Amp2Refusal(code, `“${name}” is missing`);
  return value;
}

function authorize(amp2: Amp2, authorization: string | undefined): void {
  const given = sha256(Buffer.from(authorization ?? ''));
  const right = sha256(Buffer.from(`Bearer ${amp2.issuerToken}`));
  if (!timingSafeEqual(given, right)) throw new Amp2Refusal('unauthorized', 'Bearer token required');
}

async function issuerView(amp2: Amp2, path: string): Promise<WebAnswer> {
  const [, , assetId = '', what = ''] = path.replace(/\/$/, '').split('/');
  if (assetId === '') return json(200, amp2.assets.list().map(details));
  const asset = amp2.assets.find(assetId);
  if (!asset || !['', 'txos'].includes(what)) throw new Amp2Refusal('not_found', 'Asset not found');
  if (what === '') return json(200, details(asset));
  const holdings = await amp2.assets.holdings(assetId);
  return json(
    200,
    holdings.map(({ txid, vout, wid, amount, locked }) => ({
      txid,
      vout,
      wid,
      aid: assetId,
      // At most 21 million coins' worth of base units, which a number holds exactly.
      satoshi: Number(amount),
      locked,
    })),
  );
}

function details(asset: Amp2Asset): Record<string, unknown> {
  return {
    asset_id: asset.assetId,
    issuer: asset.domain,
    name: asset.name,
    contract: {
      name: asset.name,
      ticker: asset.ticker,
      entity: { domain: asset.domain },
      precision: asset.precision,
      version: 0,
      issuer_pubkey: asset.issuerPubkey,
    },
    notes: '',
    locked: asset.locked,
    reissuance_token_locked: false,
  };
}
