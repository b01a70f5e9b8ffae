import { SluiceError, type ErrorCode } from '../../shared/errors.ts';
import type { ReviewCheck } from '../../shared/contract/index.ts';
import type { Words } from './review-words.ts';

/** Every rule that is checked before signing, in the order in which a person reads them. */
export function rules({ owner, payee }: Words) {
  const plain = payee === 'recipient';
  return {
    network: `Network, chain and policy asset are those of this ${owner}`,
    treasury: `The request is for a ${owner} that is known here`,
    consistent: 'The request agrees with itself',
    readable: 'Every transaction can be read and is of an ordinary kind',
    sighash: 'Signatures will cover the whole transaction (SIGHASH_ALL)',
    issuance: 'Nothing is issued and nothing is pegged in',
    'inputs-ours': `Every coin spent is the ${owner}’s`,
    'inputs-opened': 'Amount and asset of every coin spent are proven',
    transactions: 'No coin is spent twice',
    again: `No ${plain ? 'payment' : 'batch'} was signed here before as another payment`,
    allocation: plain
      ? 'Each payment names a confidential address of this network'
      : 'The approved allocation names an address for each payment',
    recipients: plain
      ? 'Outputs match the payments shown one to one'
      : 'Recipients match the approved allocation one to one',
    'recipient-keys': plain
      ? 'Each payment is blinded for the address shown'
      : 'Each payment is blinded for the holder who is approved',
    declared: 'What the transactions declare is what is approved',
    amounts: 'Amount and asset of every payment are proven',
    strangers: 'No output goes to anybody else',
    change: `Change is the ${owner}’s by script and by blinding key`,
    'change-opened': `Change was opened with the ${owner}’s own blinding key`,
    proofs: 'Every proof is there',
    fee: 'One fee per transaction, in L-BTC, below the ceiling',
    balance: 'What goes in comes out, asset by asset',
  } as const satisfies Record<string, string>;
}
export type Rule = keyof ReturnType<typeof rules>;

/** So many faults of one rule are told in words; the rest are counted. */
const TOLD = 5;

/** Collects what is wrong, rule by rule, and what is right and yet has to be seen. */
export interface Faults {
  add(rule: Rule, fault: string): void;
  /** What whoever approves should look at; the rule holds, and asks for attention. */
  note(rule: Rule, remark: string): void;
  /**
   * Runs a step that a malformed request can make fail: what it says about the request becomes a fault, anything else
   * (a worker that is late, a bug) is thrown on. Null when it failed.
   */
  attempt<T>(rule: Rule, where: string, step: () => Promise<T>): Promise<T | null>;
  /** One line per rule; `evidence` says what a rule that holds was found by. */
  checks(evidence: Record<Rule, string>): ReviewCheck[];
}

/** Failures that are about what was given, not about this machine. */
const ABOUT_THE_REQUEST: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'INVALID_ARGUMENT',
  'PSET_INVALID',
  'PROOF_INVALID',
  'SIGNING_FAILED',
]);

export function createFaults(words: Words): Faults {
  const titles = rules(words);
  const found = new Map<Rule, string[]>();
  const remarks = new Map<Rule, string[]>();
  const collect = (into: Map<Rule, string[]>) => (rule: Rule, said: string) => {
    const known = into.get(rule);
    if (known) known.push(said);
    else into.set(rule, [said]);
  };
  const add = collect(found);
  return {
    add,
    note: collect(remarks),
    async attempt(rule, where, step) {
      try {
        return await step();
      } catch (error) {
        if (!(error instanceof SluiceError) || !ABOUT_THE_REQUEST.has(error.code)) throw error;
        add(rule, `${where}: ${error.message}`);
        return null;
      }
    },
    checks: (evidence) =>
      (Object.keys(titles) as Rule[]).map((code) => {
        const faults = found.get(code) ?? [];
        const notes = remarks.get(code) ?? [];
        const line = { code, title: titles[code] };
        if (faults.length > 0) return { ...line, verdict: 'wrong', evidence: told(faults) };
        if (notes.length === 0) return { ...line, verdict: 'good', evidence: evidence[code] };
        return { ...line, verdict: 'attention', evidence: `${evidence[code]} ${told(notes)}` };
      }),
  };
}

function told(faults: readonly string[]): string {
  const shown = faults.slice(0, TOLD).join(' ');
  const rest = faults.length - TOLD;
  return rest > 0 ? `${shown} And ${rest} more.` : shown;
}
