import { createHash } from 'node:crypto';

/** What a fingerprint stands for: everything that a person approves. */
export interface Fingerprinted {
  network: string;
  assetId: string;
  recipients: readonly { address: string; amount: bigint }[];
  transactions: readonly { txid: string; fee: bigint }[];
}

/**
 * The fingerprint of a whole request, as it is compared by eye between desk, signer and printed sheet: the first 16 bytes
 * of a SHA-256 in eight groups of four hex digits.
 *
 * What is hashed is one line of JSON without spaces, UTF-8, which an auditor can write again:
 * `["sluice-review",1,network,assetId,[[address,amount],…],[[txid,fee],…]]`. Amounts and fees are base units as text of
 * digits; recipients are sorted by address, then by amount, and transactions by txid, each as text by code unit, so the
 * order in which a machine holds them does not matter.
 */
export function reviewFingerprint({ network, assetId, recipients, transactions }: Fingerprinted): string {
  const paid = recipients.map(({ address, amount }) => [address, String(amount)]).sort(byText);
  const fees = transactions.map(({ txid, fee }) => [txid, String(fee)]).sort(byText);
  const text = JSON.stringify(['sluice-review', 1, network, assetId, paid, fees]);
  const digest = createHash('sha256').update(text, 'utf8').digest('hex');
  return (digest.slice(0, 32).match(/.{4}/g) ?? []).join(' ');
}

function byText(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((part, index) => part !== other[index]);
  if (at < 0) return 0;
  return (one[at] ?? '') < (other[at] ?? '') ? -1 : 1;
}
