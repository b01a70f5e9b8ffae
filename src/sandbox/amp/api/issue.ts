import { createHash, randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import { ZEROS } from '../books/commitments.ts';
import { enter, note } from '../books/ledger.ts';
import { created, invalid } from '../http/answers.ts';
import type { Answer } from '../http/answers.ts';
import { amountOf, flag, object, text, whole } from '../http/body.ts';
import type { JsonObject } from '../http/body.ts';
import { post } from '../http/router.ts';
import type { AmpRequest, Route } from '../http/router.ts';
import { LEAST_COIN, buildIssuance, mustBlind } from '../issuer/issuance.ts';
import { broadcast } from '../issuer/broadcast.ts';
import { MAX_AMOUNT } from '../../../shared/money.ts';
import { atomically, one, run } from '../store/database.ts';
import { assetRow } from './assets.ts';

interface Wanted {
  name: string;
  amount: bigint;
  destination: string;
  domain: string;
  ticker: string;
  pubkey: string;
  precision: bigint;
  confidential: boolean;
  reissuable: boolean;
  tokens: bigint;
  tokenDestination: string;
  restricted: boolean;
}

function read(body: unknown): Wanted {
  const fields: JsonObject = object(body);
  const reissuable = flag(fields['is_reissuable'], 'is_reissuable', false);
  const wanted: Wanted = {
    // Printable ASCII.
    name: text(fields['name'], 'name', { min: 5, max: 255, pattern: /^[\x20-\x7e]*$/ }),
    amount: amountOf(fields['amount'], 'amount'),
    destination: text(fields['destination_address'], 'destination_address'),
    domain: text(fields['domain'], 'domain', {
      min: 4,
      max: 255,
      pattern: /^(?!www\.)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i,
    }),
    ticker: text(fields['ticker'], 'ticker', { min: 3, max: 5, pattern: /^[a-zA-Z0-9.-]*$/ }),
    pubkey: text(fields['pubkey'], 'pubkey', { pattern: /^0[23][0-9a-f]{64}$/i }),
    precision: whole(fields['precision'] ?? 0n, 'precision', 0n, 8n),
    confidential: flag(fields['is_confidential'], 'is_confidential', false),
    reissuable,
    tokens: whole(fields['reissuance_amount'] ?? 0n, 'reissuance_amount', 0n, MAX_AMOUNT),
    tokenDestination: text(fields['reissuance_address'] ?? '', 'reissuance_address', { min: 0 }),
    restricted: flag(fields['transfer_restricted'], 'transfer_restricted', true),
  };
  if (reissuable && wanted.tokens === 0n) {
    throw invalid('reissuance_amount', 'This field is required for a reissuable asset.');
  }
  if (reissuable && wanted.tokenDestination === '') {
    throw invalid('reissuance_address', 'This field is required for a reissuable asset.');
  }
  if (reissuable && wanted.tokenDestination === wanted.destination) {
    throw invalid('reissuance_address', 'reissuance_address must be different from destination_address.');
  }
  return wanted;
}

/** The registry's contract, members in alphabetical order, whose hash the issuance commits to. */
function contractHash(wanted: Wanted): Uint8Array {
  const contract = JSON.stringify({
    entity: { domain: wanted.domain },
    issuer_pubkey: wanted.pubkey.toLowerCase(),
    name: wanted.name,
    precision: Number(wanted.precision),
    ticker: wanted.ticker,
    version: 0,
  });
  return new Uint8Array(createHash('sha256').update(contract).digest());
}

async function destination(context: Context, address: string, field: string, confidential: boolean) {
  const found = await context.chain.address(address);
  if (!found) throw invalid(field, 'Invalid value');
  if (confidential && found.blindingKey === '') throw invalid(field, 'A confidential address is required.');
  return found;
}

/**
 * Issues an asset to the issuer's address with a transaction of the server's own purse. Everything is on disk before
 * the transaction goes out; one that the node refuses leaves nothing behind.
 */
async function issue(context: Context, request: AmpRequest): Promise<Answer> {
  const { db, purse } = context;
  const wanted = read(request.body);
  const to = await destination(
    context,
    wanted.destination,
    'destination_address',
    wanted.confidential || mustBlind(wanted.amount),
  );
  const tokenTo = wanted.reissuable
    ? await destination(context, wanted.tokenDestination, 'reissuance_address', true)
    : null;
  if (tokenTo && tokenTo.script === to.script) {
    throw invalid('reissuance_address', 'reissuance_address must be different from destination_address.');
  }
  if (!purse.coin(LEAST_COIN)) await context.refillPurse();
  const coin = purse.coin(LEAST_COIN);
  if (!coin) throw invalid('non_field_errors', 'The server has no funds for the issuance.');
  const built = await buildIssuance(
    {
      amount: wanted.amount,
      tokens: wanted.reissuable ? wanted.tokens : 0n,
      confidential: wanted.confidential,
      contractHash: contractHash(wanted),
      destination: to,
      tokenDestination: tokenTo,
    },
    coin,
    purse,
    context.policyAsset,
    context.pool,
  );
  const uuid = randomUUID();
  const asset = atomically(db, () => {
    const seq = one<{ n: bigint }>(db, 'SELECT count(*) AS n FROM assets')?.n ?? 0n;
    run(
      db,
      `INSERT INTO assets (asset_uuid, asset_id, token_id, entropy, seq, creator, name, ticker, precision, domain,
         pubkey, is_confidential, transfer_restricted, issued, tokens, txid, raw_tx)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      uuid,
      built.assetId,
      built.tokenId,
      built.entropy,
      seq,
      request.account?.id ?? 0n,
      wanted.name,
      wanted.ticker,
      wanted.precision,
      wanted.domain,
      wanted.pubkey,
      wanted.confidential ? 1 : 0,
      wanted.restricted ? 1 : 0,
      wanted.amount,
      wanted.reissuable ? wanted.tokens : 0n,
      built.txid,
      built.hex,
    );
    const row = assetRow(db, uuid);
    const forgotten = context.options.forgetIssuanceBlinders;
    const chainTx = {
      txid: built.txid,
      tx: built.tx,
      confirmations: 0,
      blockHash: null,
      height: null,
      time: null,
    };
    enter(
      db,
      row,
      chainTx,
      'issuance',
      built.outputs.map((opening, vout) => ({
        vout,
        opening: forgotten ? { ...opening, assetBlinder: ZEROS, amountBlinder: ZEROS } : opening,
        owner: null,
      })),
    );
    note(db, row, chainTx, {
      type: 'issuance',
      description: 'Issuance',
      vout: 0,
      userId: null,
      gaid: null,
      amount: wanted.amount,
    });
    purse.remove(coin);
    purse.add(built.change);
    return row;
  });
  await broadcast(context, { uuid, hex: built.hex, txid: built.txid, coin, change: built.change });
  const [assetOutput, tokenOutput] = built.outputs;
  return created({
    name: asset.name,
    amount: wanted.amount,
    destination_address: wanted.destination,
    domain: asset.domain,
    ticker: asset.ticker,
    pubkey: asset.pubkey,
    precision: asset.precision,
    is_confidential: wanted.confidential,
    is_reissuable: wanted.reissuable,
    reissuance_amount: wanted.tokens,
    reissuance_address: wanted.tokenDestination,
    transfer_restricted: wanted.restricted,
    investors_restricted: wanted.restricted,
    issuer_authorization_endpoint: '',
    asset_id: built.assetId,
    reissuance_token_id: built.tokenId,
    asset_uuid: uuid,
    txid: built.txid,
    vin: 0,
    asset_vout: 0,
    reissuance_vout: tokenOutput ? 1 : null,
    issuance_assetblinder: assetOutput?.assetBlinder ?? ZEROS,
    issuance_tokenblinder: tokenOutput?.assetBlinder ?? null,
  });
}

export const issueRoutes: readonly Route[] = [post('/assets/issue', 'issuer', issue)];
