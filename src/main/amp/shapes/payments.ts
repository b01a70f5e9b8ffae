import { z } from 'zod';
import { whole, maybeWhole, maybeText, flag, units } from './primitives.ts';

export const assignment = z
  .object({
    id: whole,
    registered_user: maybeWhole,
    investor: maybeWhole,
    amount: units,
    receiving_address: maybeText,
    distribution_uuid: maybeText,
    ready_for_distribution: flag,
    vesting_timestamp: maybeWhole,
    has_vested: z.boolean().nullish(),
    is_distributed: flag,
    creator: maybeWhole,
    GAID: maybeText,
  })
  .transform((one, context) => {
    const user = one.registered_user ?? one.investor;
    if (user === null) context.addIssue({ code: 'custom', path: ['registered_user'], message: 'is missing' });
    return {
      id: one.id,
      registeredUser: user ?? 0,
      amount: one.amount,
      receivingAddress: one.receiving_address,
      distributionUuid: one.distribution_uuid,
      ready: one.ready_for_distribution,
      distributed: one.is_distributed,
      vestingTimestamp: one.vesting_timestamp,
      hasVested: one.has_vested ?? one.vesting_timestamp === null,
      gaid: one.GAID,
      creator: one.creator,
    };
  });

export const assignments = z.array(assignment);

/** `create` answers a list of one; a single object is understood too. */
export const createdAssignments = z.union([z.array(assignment).min(1), assignment.transform((one) => [one])]);

const confirmation = z
  .string()
  .transform((text) =>
    text.toUpperCase() === 'CONFIRMED' ? ('CONFIRMED' as const) : ('UNCONFIRMED' as const),
  );

export const distribution = z
  .object({
    distribution_uuid: z.string(),
    distribution_status: confirmation,
    transactions: z
      .array(
        z.object({
          txid: z.string(),
          transaction_status: confirmation,
          included_blockheight: maybeWhole,
          assignments: z
            .array(
              z.object({
                registered_user: maybeWhole,
                investor: maybeWhole,
                amount: units,
                vout: maybeWhole,
              }),
            )
            .nullish(),
        }),
      )
      .nullish(),
  })
  .transform((one) => ({
    distributionUuid: one.distribution_uuid,
    status: one.distribution_status,
    transactions: (one.transactions ?? []).map((tx) => ({
      txid: tx.txid,
      status: tx.transaction_status,
      height: tx.included_blockheight,
      assignments: (tx.assignments ?? []).map((entry) => ({
        registeredUser: entry.registered_user ?? entry.investor ?? 0,
        amount: entry.amount,
        vout: entry.vout,
      })),
    })),
  }));
