/**
 * Green's reasons not to cosign are sentences without a code. What each means for the sender, by the words that it
 * cannot do without; the first that fits counts.
 */
const RULES: readonly (readonly [RegExp, string])[] = [
  [
    /two.?factor|2fa/i,
    'This account asks for a second factor, which the desk does not have. Turn it off in the app that made the account.',
  ],
  [
    /nonce|unblind|blinding/i,
    'Green could not open every output. Cancel this payment and make it anew; the desk sends the blinding nonces with it.',
  ],
  [
    /not (?:pay )?an (?:amp )?account|unregistered|(?:recipient|receiver|holder|user|gaid)\b.*(?:not (?:a )?(?:registered|known)|unknown)|unknown (?:recipient|receiver|holder|user|gaid)/i,
    'Pay to an address of an AMP account, and ask the issuer to register its AMP ID first.',
  ],
  [
    /categor|requirement|transfer restricted|whitelist|not (?:authori[sz]ed|allowed|permitted)/i,
    'Ask the issuer to put the recipient into the asset’s categories, or pay somebody who is in them.',
  ],
  [
    /\b(?:frozen|froze|freeze)\b/i,
    'The issuer has frozen this holder or these coins. Ask the issuer; nothing was sent.',
  ],
  [
    /\block(?:ed)?\b/i,
    'The issuer has locked the asset or these coins. Wait, or ask the issuer; nothing was sent.',
  ],
  [/limit|exceed|maximum|too (?:much|large|many)/i, 'Send a smaller amount, or ask the issuer.'],
  [
    /\bspent\b|missing|conflict|not known|(?:unknown|no such) (?:utxo|coin|input|output|tx|transaction)/i,
    'A coin of this payment is not there any more, or Green has not seen it yet. Scan the wallet, then make the payment anew.',
  ],
  [
    /\bsign(?:ed|ature)|finali[sz]ed/i,
    'The owner’s signature is missing or not valid. Sign again with the key of this account.',
  ],
  [
    /script|address|not issued/i,
    'A coin lies at an address that Green did not issue, and cannot be moved with it. Make the payment without that coin.',
  ],
  [/\bfee\b/i, 'Raise the fee rate, then make the payment anew.'],
  [
    /restrict|polic|\brules?\b/i,
    'The issuer’s rules forbid this payment. Ask the issuer which one; nothing was sent.',
  ],
];

/** What a person can do about a refused cosignature. */
export function whatToDo(words: string): string {
  return (
    RULES.find(([pattern]) => pattern.test(words))?.[1] ??
    'Nothing was sent. Ask the issuer of the asset, with these words; the same payment can be tried again.'
  );
}
