/** What a refused cosignature is about and what to do, as AMP2's documentation tells its reasons apart. */
export interface Refusal {
  what: string;
  next: string;
}

interface Rule extends Refusal {
  /** Codes of the proxy; only `restriction_violation` is published. */
  codes: RegExp;
  /** Words that the server's own sentences cannot do without. */
  words: RegExp;
}

const RULES: readonly Rule[] = [
  {
    codes: /^(?:utxo|input|coin)s?_(?:is_)?locked$/i,
    words: /\b(?:utxo|input|coin|output)s?\b.*\block/i,
    what: 'AMP2 does not cosign: a coin of this payment is locked',
    next: 'The issuer has locked that coin. Make the payment without it, wait, or ask the issuer.',
  },
  {
    codes: /locked$/i,
    words: /\block(?:ed)?\b/i,
    what: 'AMP2 does not cosign: the asset is locked',
    next: 'Wait until the issuer unlocks the asset, or ask the issuer. Nothing was sent.',
  },
  {
    codes: /sender_not_(?:found|registered)|unknown_sender/i,
    words:
      /(?:sender|sending|input|source)\b.*(?:not (?:found|registered|known)|unknown|unregistered)|not belong to a registered/i,
    what: 'AMP2 does not cosign: it does not know this wallet',
    next: 'Register the wallet with AMP2 again (the same descriptor gives the same wallet), then send again.',
  },
  {
    codes: /(?:recipient|receiver|wallet)_not_(?:found|registered)|unknown_(?:recipient|wallet)/i,
    words:
      /not (?:a wallet )?registered|unregistered|not found|unknown (?:wallet|recipient|address)|no such wallet/i,
    what: 'AMP2 does not cosign: the recipient is not registered',
    next: 'The recipient has to register its wallet with AMP2 first; an asset of AMP2 goes to such wallets only.',
  },
  {
    codes: /(?:limit|amount)_|exceed/i,
    words: /limit|exceed|maximum|too (?:much|large)|\bcap\b/i,
    what: 'AMP2 does not cosign: the amount is over the issuer’s limit',
    next: 'Send a smaller amount, or ask the issuer.',
  },
  {
    codes: /whitelist/i,
    words: /whitelist|restriction group|not in (?:the |any )?.*group|not allowed/i,
    what: 'AMP2 does not cosign: the recipient is not among those whom the issuer allows',
    next: 'Ask the issuer to put the recipient’s wallet into the asset’s group of holders, then send again.',
  },
  {
    codes: /restriction|forbidden|not_allowed|polic/i,
    words: /restrict|polic|rule|forbidden|permitted|burn/i,
    what: 'AMP2 does not cosign: the issuer’s rules forbid this payment',
    next: 'Ask the issuer which rule it is and how to meet it. Nothing was sent.',
  },
  {
    codes: /spent|utxo|input/i,
    words: /spent|missing|conflict|does not exist|unconfirmed|unknown (?:utxo|input|coin)/i,
    what: 'AMP2 does not cosign: a coin of this payment is not there any more',
    next: 'Scan the wallet, then make the payment anew.',
  },
  {
    codes: /pset|invalid|malformed|validation|bad_request/i,
    words: /pset|psbt|malformed|invalid|parse|decode|blind/i,
    what: 'AMP2 does not cosign: it cannot read the payment as one of a registered wallet',
    next: 'Cancel this payment and make it anew. If it is refused again, compare the registered descriptor with the wallet’s.',
  },
];

/** What AMP2's refusal means. A code counts before words. */
export function refusal(code: string, words: string): Refusal {
  const machine = /^[a-z0-9_.-]+$/i.test(code) ? code : '';
  // `restriction_violation` covers several rules, others several things; only the sentence tells them apart.
  const general = machine === '' || /^restriction|wallet|utxo|locked$/i.test(machine);
  // Names of groups and assets may hold any word.
  const sentence = words.replace(/['"‘“][^'"’”]*['"’”]/g, '');
  const rule =
    (general ? undefined : RULES.find((one) => one.codes.test(machine))) ??
    RULES.find((one) => one.words.test(sentence)) ??
    RULES.find((one) => machine !== '' && one.codes.test(machine));
  return (
    rule ?? {
      what: 'AMP2 does not cosign',
      next: 'Ask the issuer of the asset, or the operator of AMP2, with these words. Nothing was sent.',
    }
  );
}
