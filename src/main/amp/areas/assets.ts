import { z } from 'zod';
import { SluiceError } from '../../../shared/errors.ts';
import { MAX_AMOUNT, type Amount } from '../../../shared/money.ts';
import { path, type AmpHttp } from '../http.ts';
import { readBurnFile, readReissueFile, type AmpCoinOrder } from '../script-file.ts';
import * as shapes from '../shapes/assets.ts';
import { asElementsPrints } from '../confirm-body.ts';
import type { AmpAsset, AmpOutPoint, AmpPort } from '../types.ts';

export type AmpIssuance = z.output<typeof shapes.issuance>;
export type AmpAssetTx = z.output<typeof shapes.assetTx>;
export type AmpUtxo = z.output<typeof shapes.utxos>[number];
export type AmpReissuance = z.output<typeof shapes.reissuances>[number];

export interface AmpIssueRequest {
  name: string;
  /** Base units. */
  amount: Amount;
  destinationAddress: string;
  domain: string;
  ticker: string;
  /** 66 hex digits: compressed. */
  pubkey: string;
  precision: number;
  isConfidential: boolean;
  transferRestricted: boolean;
  /** Left out for an asset that can never be reissued. `tokens` are single units. */
  reissuance?: { tokens: Amount; address: string } | undefined;
}

/** Rows of `activities` and `txs`: 1-based, negative `start` counts from the end. */
export interface AmpPage {
  start: number;
  count: number;
  order: 'asc' | 'desc';
  heightStart?: number | undefined;
  heightStop?: number | undefined;
}

/** What AMP wants to know of a reissuance or a burn. Figures as decimal text, keys as Elements prints them. */
export interface AmpReissueReport {
  details: Record<string, unknown>[];
  reissuance_output: { txid: string; vin: number };
  listissuances: Record<string, unknown>[];
}
export interface AmpBurnReport {
  tx_data: { txid: string };
  change_data: Record<string, unknown>[];
}

export interface Assets {
  /** AMP's server builds, funds and broadcasts the issuance. Irreversible; never repeated by this client. */
  issue(request: AmpIssueRequest): Promise<AmpIssuance>;
  /** The only field that can be edited; '' clears it. */
  setAuthorizationEndpoint(assetUuid: string, url: string): Promise<AmpAsset>;
  /** Hides the asset at AMP for good; the chain is untouched. */
  remove(assetUuid: string): Promise<void>;
  /** A GET that changes something: publishes the asset in the Liquid asset registry. */
  register(assetUuid: string): Promise<AmpAsset>;
  lostOutputs(
    assetUuid: string,
  ): Promise<{ lostOutputs: AmpOutPoint[]; reissuanceLostOutputs: AmpOutPoint[] }>;
  transactions(assetUuid: string, page?: AmpPage): Promise<AmpAssetTx[]>;
  transaction(assetUuid: string, txid: string): Promise<AmpAssetTx>;
  utxos(assetUuid: string): Promise<AmpUtxo[]>;
  /** Bars outputs from being spent. */
  blacklist(assetUuid: string, outputs: readonly AmpOutPoint[]): Promise<void>;
  whitelist(assetUuid: string, outputs: readonly AmpOutPoint[]): Promise<void>;
  removeTreasuryAddresses(assetUuid: string, addresses: readonly string[]): Promise<void>;
  memo(assetUuid: string): Promise<string>;
  setMemo(assetUuid: string, memo: string): Promise<void>;
  /** Blinders of one issuance output that AMP lacks; hex in display order. */
  updateBlinders(
    assetUuid: string,
    output: AmpOutPoint & { assetBlinder: string; amountBlinder: string },
  ): Promise<void>;
  reissueRequest(assetUuid: string, amount: Amount): Promise<AmpCoinOrder>;
  reissueConfirm(assetUuid: string, report: AmpReissueReport): Promise<void>;
  /** Confirmed ones only. */
  reissuances(assetUuid: string): Promise<AmpReissuance[]>;
  burnRequest(assetUuid: string, amount: Amount): Promise<AmpCoinOrder>;
  burnConfirm(assetUuid: string, report: AmpBurnReport): Promise<void>;
}

const issueRequest = z.object({
  name: z.string().regex(/^[\x20-\x7e]{5,255}$/, 'must be 5 to 255 ASCII characters'),
  amount: z.bigint().min(1n).max(MAX_AMOUNT),
  destinationAddress: z.string().min(20, 'must be a Liquid address'),
  domain: z
    .string()
    .min(4, 'must have at least 4 characters')
    .max(255)
    .regex(/^(?!www\.)[a-z0-9.-]+$/i, 'must be a bare domain: no scheme, no path, no www'),
  ticker: z.string().regex(/^[A-Za-z0-9.-]{3,5}$/, 'must be 3 to 5 letters, digits, dots or dashes'),
  pubkey: z.string().regex(/^0[23][0-9a-f]{64}$/i, 'must be a compressed public key of 66 hex digits'),
  precision: z.number().int().min(0).max(8),
  reissuance: z
    .object({ tokens: z.bigint().min(1n).max(MAX_AMOUNT), address: z.string().min(20) })
    .optional(),
});

function checkedIssue(request: AmpIssueRequest): void {
  const parsed = issueRequest.safeParse(request);
  const issue = parsed.error?.issues[0];
  if (issue) {
    const field = issue.path.map(String).join('.');
    throw new SluiceError('INVALID_ARGUMENT', `The asset’s ${field} ${issue.message}.`, {
      next: 'Correct it; it cannot be changed after the issuance.',
      field,
    });
  }
  if (request.reissuance?.address === request.destinationAddress) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      'The reissuance tokens must go to another address than the asset.',
      {
        next: 'Take a second address of the treasury.',
        field: 'reissuance.address',
      },
    );
  }
}

function pageQuery(page: AmpPage) {
  return {
    start: page.start,
    count: page.count,
    sortorder: page.order,
    height_start: page.heightStart,
    height_stop: page.heightStop,
  };
}

export function assets(http: AmpHttp): AmpPort['assets'] & Assets {
  const host = http.base.host;
  const get = (assetUuid: string) => http.read(path`assets/${assetUuid}`, shapes.asset);
  const put = async (assetUuid: string, to: string, body?: unknown): Promise<AmpAsset> =>
    (await http.changeMaybe('PUT', to, shapes.asset, body)) ?? get(assetUuid);
  const points = (outputs: readonly AmpOutPoint[]) => outputs.map(({ txid, vout }) => ({ txid, vout }));

  return {
    list: () => http.read('assets', z.array(shapes.asset)),
    get,
    summary: (assetUuid) => http.read(path`assets/${assetUuid}/summary`, shapes.summary),
    balance: (assetUuid) => http.read(path`assets/${assetUuid}/balance`, shapes.balance),
    ownerships: (assetUuid, height) =>
      http.read(path`assets/${assetUuid}/ownerships`, shapes.ownerships, { height }),
    activities: (assetUuid, page) =>
      http.read(path`assets/${assetUuid}/activities`, shapes.activities, pageQuery(page)),
    lock: (assetUuid) => put(assetUuid, path`assets/${assetUuid}/lock`),
    unlock: (assetUuid) => put(assetUuid, path`assets/${assetUuid}/unlock`),
    registerAuthorized: (assetUuid) =>
      http.change('GET!', path`assets/${assetUuid}/register-authorized`, shapes.asset),
    register: (assetUuid) => http.change('GET!', path`assets/${assetUuid}/register`, shapes.asset),
    treasuryAddresses: (assetUuid) =>
      http.read(path`assets/${assetUuid}/treasury-addresses`, shapes.addresses),
    addTreasuryAddresses: (assetUuid, addresses) =>
      http.changeQuietly('POST', path`assets/${assetUuid}/treasury-addresses/add`, [...addresses]),
    removeTreasuryAddresses: (assetUuid, addresses) =>
      http.changeQuietly('DELETE', path`assets/${assetUuid}/treasury-addresses/delete`, [...addresses]),

    async issue(request) {
      checkedIssue(request);
      return http.change('POST', 'assets/issue', shapes.issuance, {
        name: request.name,
        amount: request.amount,
        destination_address: request.destinationAddress,
        domain: request.domain,
        ticker: request.ticker,
        pubkey: request.pubkey,
        precision: request.precision,
        is_confidential: request.isConfidential,
        transfer_restricted: request.transferRestricted,
        is_reissuable: request.reissuance !== undefined,
        reissuance_amount: request.reissuance?.tokens ?? 0n,
        reissuance_address: request.reissuance?.address ?? '',
      });
    },
    setAuthorizationEndpoint: (assetUuid, url) =>
      put(assetUuid, path`assets/${assetUuid}/edit`, { issuer_authorization_endpoint: url }),
    remove: (assetUuid) => http.changeQuietly('DELETE', path`assets/${assetUuid}/delete`),
    lostOutputs: (assetUuid) => http.read(path`assets/${assetUuid}/lost-outputs`, shapes.lostOutputs),
    transactions: (assetUuid, page) =>
      http.read(
        path`assets/${assetUuid}/txs`,
        z.array(shapes.assetTx),
        page === undefined ? {} : pageQuery(page),
      ),
    transaction: (assetUuid, txid) => http.read(path`assets/${assetUuid}/txs/${txid}`, shapes.assetTx),
    utxos: (assetUuid) => http.read(path`assets/${assetUuid}/utxos`, shapes.utxos),
    blacklist: (assetUuid, outputs) =>
      http.changeQuietly('POST', path`assets/${assetUuid}/utxos/blacklist`, points(outputs)),
    whitelist: (assetUuid, outputs) =>
      http.changeQuietly('POST', path`assets/${assetUuid}/utxos/whitelist`, points(outputs)),
    memo: async (assetUuid) => (await http.read(path`assets/${assetUuid}/memo`, shapes.memo)) ?? '',
    setMemo: (assetUuid, memo) => http.changeQuietly('POST', path`assets/${assetUuid}/memo/set`, memo),
    updateBlinders: (assetUuid, output) =>
      http.changeQuietly('POST', path`assets/${assetUuid}/update-blinders`, {
        txid: output.txid,
        vout: output.vout,
        asset_blinder: output.assetBlinder,
        amount_blinder: output.amountBlinder,
      }),

    async reissueRequest(assetUuid, amount) {
      const body = await http.change('POST', path`assets/${assetUuid}/reissue-request`, z.unknown(), {
        amount_to_reissue: amount,
      });
      return readReissueFile(body, { assetUuid, host });
    },
    reissueConfirm: (assetUuid, report) =>
      http.changeQuietly('POST', path`assets/${assetUuid}/reissue-confirm`, asElementsPrints(report)),
    reissuances: (assetUuid) => http.read(path`assets/${assetUuid}/reissuances`, shapes.reissuances),
    async burnRequest(assetUuid, amount) {
      const body = await http.change('POST', path`assets/${assetUuid}/burn-request`, z.unknown(), { amount });
      return readBurnFile(body, { assetUuid, host });
    },
    burnConfirm: (assetUuid, report) =>
      http.changeQuietly('POST', path`assets/${assetUuid}/burn-confirm`, asElementsPrints(report)),
  };
}
