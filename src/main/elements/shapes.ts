import { z } from 'zod';
import { SluiceError } from '../../shared/errors.ts';
import { amount, fromElements, type Amount } from '../../shared/money.ts';

/** A figure of eight decimals, as the lossless parser gives it (text, or a whole number) → base units. */
export const figure = z.union([z.string(), z.number()]).transform((value, context): Amount => {
  try {
    return fromElements(value);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not an amount of eight decimals' });
    return amount(0n);
  }
});

/** A fraction where nobody is paid by it. */
const ratio = z.union([z.string(), z.number()]).transform(Number).pipe(z.number());
const decimalText = z.union([z.string(), z.number()]).transform(String);
const hex = z.string().regex(/^([0-9a-f]{2})*$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const whole = z.number().int();

export const outPoint = z.object({ txid: hash, vout: whole });

export const networkInfo = z.object({ version: whole, subversion: z.string(), relayfee: decimalText });

export const chainInfo = z.object({
  chain: z.string(),
  blocks: whole,
  headers: whole,
  bestblockhash: hash,
  verificationprogress: ratio,
  /** Of the tip; nodes before 23 do not give it. */
  time: whole.optional(),
});

export const sidechainInfo = z.object({ pegged_asset: hash });
export const blockHash = hash;
export const blockHeader = z.object({ height: whole, confirmations: whole, time: whole });
export const names = z.array(z.string());
export const walletDirectory = z.object({ wallets: z.array(z.object({ name: z.string() })) });

export const walletInfo = z.object({
  walletname: z.string(),
  private_keys_enabled: z.boolean(),
  descriptors: z.boolean().default(false),
  /** Seconds since 1970; 0 = locked; absent = not encrypted. */
  unlocked_until: whole.optional(),
  scanning: z.union([z.literal(false), z.object({})]).default(false),
});

export const coins = z.array(
  z.object({
    txid: hash,
    vout: whole,
    address: z.string().optional(),
    scriptPubKey: hex,
    amount: figure,
    asset: hash,
    amountblinder: hash,
    assetblinder: hash,
    confirmations: whole,
    spendable: z.boolean(),
    solvable: z.boolean().default(false),
  }),
);

export const lockedCoins = z.array(outPoint);

export const walletTransaction = z.object({
  txid: hash,
  confirmations: whole,
  blockhash: hash.optional(),
  blockheight: whole.optional(),
  hex,
});

const NO_ASSET = '0'.repeat(64);

/** Payments of a transaction as the wallet tells them; null asset where the node does not know (it prints zeros). */
export const sentDetails = z.object({
  details: z.array(
    z.object({
      address: z.string().default(''),
      category: z.string(),
      amount: figure,
      asset: hash.transform((asset) => (asset === NO_ASSET ? null : asset)),
      amountblinder: hash,
      assetblinder: hash,
      vout: whole,
    }),
  ),
});

export const decodedScript = z.object({ address: z.string().optional() });

export const transactionList = z.array(
  z.object({
    txid: hash.optional(),
    confirmations: whole.optional(),
    time: whole.optional(),
    comment: z.string().optional(),
  }),
);

export const descriptorList = z.object({
  descriptors: z.array(
    z.object({ desc: z.string(), active: z.boolean().default(false), internal: z.boolean().default(false) }),
  ),
});

export const descriptorInfo = z.object({
  descriptor: z.string(),
  checksum: z.string(),
  hasprivatekeys: z.boolean(),
  isrange: z.boolean(),
});

export const importResults = z.array(
  z.object({ success: z.boolean(), error: z.object({ code: z.number(), message: z.string() }).optional() }),
);

export const addressInfo = z.object({
  ismine: z.boolean(),
  ischange: z.boolean().default(false),
  scriptPubKey: hex,
  confidential: z.string().optional(),
  desc: z.string().optional(),
});

export const validatedAddress = z.object({
  isvalid: z.boolean(),
  scriptPubKey: hex.optional(),
  unconfidential: z.string().optional(),
  confidential_key: z.string().optional(),
});

export const psetText = z.string().min(1);
export const processedPset = z.object({ psbt: z.string().min(1), complete: z.boolean() });
export const finalizedPset = z.object({
  complete: z.boolean(),
  hex: hex.optional(),
  psbt: z.string().optional(),
});
export const rawTransaction = hex;
export const rawBytes = hex.min(2);
export const txids = z.array(hash);
export const decodedTransaction = z.object({ txid: hash });
export const transactionOutput = z
  .object({ confirmations: whole, scriptPubKey: z.object({ address: z.string().optional() }) })
  .nullable();
export const confirmedTransaction = z.object({ confirmations: whole.optional() });
export const txidAnswer = hash;
export const address = z.string().min(1);
export const key32 = hash;

export const acceptance = z
  .array(
    z.object({
      allowed: z.boolean().optional(),
      vsize: whole.optional(),
      fees: z.object({ base: figure }).optional(),
      'reject-reason': z.string().optional(),
      'package-error': z.string().optional(),
    }),
  )
  .length(1);

/** Parses an answer; what does not fit becomes NODE_ANSWER_INVALID naming the place, without repeating any content. */
export function read<T extends z.ZodType>(schema: T, method: string, answer: unknown): z.output<T> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue && issue.path.length > 0 ? ` at ${issue.path.map(String).join('.')}` : '';
  throw new SluiceError(
    'NODE_ANSWER_INVALID',
    `The node’s answer to ${method} is not what Elements gives${place}.`,
    {
      next: 'Check that the address belongs to an Elements node of version 22 or newer.',
    },
  );
}
