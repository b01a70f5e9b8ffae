import { z } from 'zod';
import { NO_BLOB } from './blob.ts';

/** What Green answers, as far as the desk reads it. What else an answer holds is passed over. */

const pointer = z.number().int().min(0).max(0x7fffffff);

/** AMP0 accounts are of this type; an owner may have others, made by other apps. */
export const AMP0_ACCOUNT = '2of2_no_recovery';

export const loginAnswer = z.object({
  gait_path: z.string(),
  wo_blob_key: z.string().nullish(),
  client_blob_hmac: z
    .string()
    .nullish()
    .transform((mac) => (mac === null || mac === undefined || mac === '' ? NO_BLOB : mac)),
  subaccounts: z.array(
    z.object({
      pointer,
      type: z.string(),
      receiving_id: z.string().nullish(),
      required_ca: z
        .number()
        .int()
        .min(0)
        .nullish()
        .transform((count) => count ?? 0),
    }),
  ),
});
export type LoginAnswer = z.output<typeof loginAnswer>;

/** Also what a change of the blob brings when another app was faster: the blob that is there now. */
export const blobAnswer = z.object({ blob: z.string() });

/** Witness script of a 2-of-2. */
const WITNESS_SCRIPT = /^5221(?:02|03)[0-9a-f]{64}21(?:02|03)[0-9a-f]{64}52ae$/;

export const fundAnswer = z.object({
  branch: z.literal(1),
  subaccount: pointer,
  pointer: pointer.min(1),
  script: z.string().toLowerCase().regex(WITNESS_SCRIPT),
  addr_type: z.literal('p2wsh'),
});

/** A page of addresses, newest first. */
export const addressesAnswer = z.array(z.object({ pointer }));

export const ampId = z.string().regex(/^GA[0-9A-Za-z]{10,60}$/);

/** The challenge becomes part of the message that the owner's key signs: nothing but letters and digits. */
export const challenge = z.string().regex(/^[0-9A-Za-z]{1,64}$/);
