import { formatGrouped } from '../../shared/money.ts';
import type { Reviewed } from './review-types.ts';

/**
 * A review as a sheet of paper: one HTML file that needs nothing else, no script and nothing from a network, to be printed,
 * compared with the signer's screen and signed by hand. Recipients stand largest first. Every text from outside is
 * escaped.
 */
export function signingSheet({ review, rows }: Reviewed): string {
  const { asset } = review;
  const unit = asset.ticker ?? asset.name;
  const shown = (value: bigint) => `${formatGrouped(value, asset.precision)} ${unit}`;
  const lbtc = (value: bigint) => `${formatGrouped(value, 8)} L-BTC`;
  const sorted = [...rows].sort((one, other) =>
    one.amount === other.amount ? one.position - other.position : one.amount < other.amount ? 1 : -1,
  );
  /** Plain payments have no holders. */
  const payee = rows.every(({ gaid }) => gaid === null) ? 'Recipient' : 'Holder';
  const facts: [string, string][] = [
    ['Asset', `${asset.name}${asset.ticker === null ? '' : ` (${asset.ticker})`}`],
    ['Asset id', asset.assetId],
    ['Recipients', String(review.recipients)],
    ['Total', shown(review.total)],
    ['Fees', lbtc(review.fee)],
    ...review.change.map(({ ticker, assetId, amount, precision }): [string, string] => [
      'Comes back',
      `${formatGrouped(amount, precision)} ${ticker ?? assetId}`,
    ]),
  ];
  if (review.comparison) facts.push(['Against the last time', review.comparison.text]);
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escaped(review.title)}</title><style>${STYLE}</style></head><body>`,
    `<header><h1>${escaped(review.title)}</h1>`,
    `<p class="fingerprint">${escaped(review.fingerprint)}</p>`,
    '<p>These eight groups must be the same on the desk, on every signer and here.</p></header>',
    review.ok ? '' : '<p class="wrong">Checks failed: this must not be signed.</p>',
    `<table class="facts"><tbody>${facts.map(fact).join('')}</tbody></table>`,
    section(
      'Transactions',
      ['Batch', 'Transaction', 'Recipients', 'Amount', 'Fee'],
      review.transactions.map(({ batch, txid, recipients, amount, fee }) => [
        String(batch),
        txid,
        String(recipients),
        shown(amount),
        lbtc(fee),
      ]),
    ),
    section(
      'Checks',
      ['', 'Rule', 'Found'],
      review.checks.map(({ verdict, title, evidence }) => [
        verdict === 'wrong' ? 'WRONG' : verdict === 'attention' ? 'look' : 'good',
        title,
        evidence,
      ]),
    ),
    section(
      'Recipients, largest first',
      ['Row', payee, 'GAID', 'Address', 'Amount', 'Batch'],
      sorted.map(({ position, holder, gaid, address, amount, batch, verified }) => [
        String(position + 1),
        holder,
        gaid ?? '',
        address,
        `${shown(amount)}${verified ? '' : ' (not verified)'}`,
        String(batch),
      ]),
    ),
    '<table class="hands"><tbody>',
    '<tr><th>Approved by</th><td></td><th>Date</th><td></td></tr>',
    '<tr><th>Approved by</th><td></td><th>Date</th><td></td></tr>',
    '</tbody></table></body></html>\n',
  ].join('\n');
}

const STYLE = `
@page { margin: 16mm }
body { font: 10pt/1.4 system-ui, sans-serif; color: #000; background: #fff; margin: 2em auto; max-width: 190mm }
h1 { font-size: 16pt; margin: 0 } h2 { font-size: 12pt; margin: 1.5em 0 .4em }
.fingerprint { font: 700 15pt/1.4 ui-monospace, monospace; margin: .4em 0; letter-spacing: .04em }
.wrong { border: 2pt solid #000; padding: .5em; font-weight: 700 }
table { border-collapse: collapse; width: 100% } thead { display: table-header-group } tr { break-inside: avoid }
th, td { text-align: left; vertical-align: top; padding: .2em .6em .2em 0; border-bottom: .5pt solid #999; overflow-wrap: anywhere }
.facts th { width: 12em } .hands td { width: 38%; height: 2.4em } .hands { margin-top: 2em; break-inside: avoid }
`;

function section(title: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map((name) => `<th>${escaped(name)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`);
  return `<h2>${escaped(title)}</h2><table><thead><tr>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table>`;
}

function fact([name, value]: readonly [string, string]): string {
  return `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for HTML; characters that turn the reading direction or cannot be seen are replaced, as they could hide a name. */
function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
