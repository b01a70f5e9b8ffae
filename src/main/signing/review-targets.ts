import type { Liquid } from '../liquid/types.ts';
import type { ApprovedRecipient, SignRequest } from './payloads.ts';
import type { Faults } from './review-rules.ts';

/** An approved recipient with what its address means on this network. */
export interface Target {
  /** Place in the allocation, from 0. */
  position: number;
  approved: ApprovedRecipient;
  script: string;
  blindingPubkey: string;
}

export interface Targets {
  /** By script, of one transaction of the request. Several rows of one script are one holder's. */
  of(seq: number): ReadonlyMap<string, readonly Target[]>;
  /** The transaction that an address was approved for; null for a stranger's. */
  elsewhere(script: string): Target | null;
}

/** “Ann Lee (row 12)”. */
export function rowName(position: number, { holder }: ApprovedRecipient): string {
  return `${holder} (row ${position + 1})`;
}

/**
 * Reads every address of the allocation itself. A holder may stand there more than once: AMP holds one address for each
 * assignment, and a distribution may pay two assignments of one holder. That is said, for whoever approves to see. What
 * never happens is that two holders have one address. A plain payment has no holders: there an address may come again, and
 * that is said.
 */
export async function readTargets(liquid: Liquid, request: SignRequest, faults: Faults): Promise<Targets> {
  const bySeq = new Map<number, Map<string, Target[]>>();
  const byScript = new Map<string, Target>();
  const byHolder = new Map<number, number>();
  const known = new Set(request.transactions.map(({ seq }) => seq));
  const plain = request.kind === 'send';
  for (const [position, approved] of request.allocation.entries()) {
    const name = rowName(position, approved);
    const meant = await faults.attempt('allocation', name, () =>
      liquid.readAddress(approved.address, request.network),
    );
    const before = meant ? byScript.get(meant.script) : undefined;
    const sameHolder = byHolder.get(approved.holderId);
    if (!meant?.blindingPubkey) {
      faults.add('allocation', `${name}: “${approved.address}” is no confidential address of this network.`);
    } else if (before && !plain && before.approved.holderId !== approved.holderId) {
      faults.add(
        'allocation',
        `${name} names the address of ${rowName(before.position, before.approved)} again.`,
      );
    } else if (approved.amount <= 0n) {
      faults.add('allocation', `${name} is to get nothing.`);
    } else if (!known.has(approved.batch)) {
      faults.add(
        'recipients',
        `${name} belongs to transaction ${approved.batch}, which is not in the request.`,
      );
    } else {
      if (plain && before) {
        faults.note(
          'allocation',
          `${name} goes to the same address as ${rowName(before.position, before.approved)}.`,
        );
      } else if (!plain && sameHolder !== undefined) {
        const where = before ? 'the same address' : 'another address';
        faults.note('allocation', `${name} is the same holder as row ${sameHolder + 1}, at ${where}.`);
      }
      const target = { position, approved, script: meant.script, blindingPubkey: meant.blindingPubkey };
      if (!before) byScript.set(meant.script, target);
      if (sameHolder === undefined) byHolder.set(approved.holderId, position);
      const ofBatch = bySeq.get(approved.batch) ?? new Map<string, Target[]>();
      bySeq.set(approved.batch, ofBatch.set(meant.script, [...(ofBatch.get(meant.script) ?? []), target]));
    }
  }
  const none: ReadonlyMap<string, readonly Target[]> = new Map();
  return {
    of: (seq) => bySeq.get(seq) ?? none,
    elsewhere: (script) => byScript.get(script) ?? null,
  };
}
