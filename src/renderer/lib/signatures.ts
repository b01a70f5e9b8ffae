import type { Operation, Result } from '../../shared/contract/index.ts';
import { counted } from './format.ts';
import { signsElsewhere } from './signer-words.ts';

export type Round = Result<'signing.round'>;
export type RoundBatch = Round['batches'][number];

/** Whether a person has to fetch signatures for some batch of an operation. */
export function awaitsSignatures(operation: Pick<Operation, 'signer' | 'state' | 'batches'>): boolean {
  if (!signsElsewhere(operation.signer)) return false;
  if (operation.state === 'done' || operation.state === 'cancelled' || operation.state === 'cancelling')
    return false;
  return operation.batches.some((batch) => batch.step === 'built' && batch.state === 'waiting');
}

export function given(batch: RoundBatch): number {
  return batch.signatures.filter(({ at }) => at !== null).length;
}

/** Batches that still need signatures. */
export function openBatches(round: Round): RoundBatch[] {
  return round.batches.filter((batch) => given(batch) < batch.needed);
}

/** How many of the waiting batches a key has not signed yet. */
export function missingOf(round: Round, fingerprint: string): number {
  return openBatches(round).filter((batch) =>
    batch.signatures.some((each) => each.fingerprint === fingerprint && each.at === null),
  ).length;
}

/** Who could still sign a batch that waits, each once, in the order of the treasury. */
export function missingNames(round: Round): string[] {
  const names = openBatches(round).flatMap((batch) =>
    batch.signatures.filter(({ at }) => at === null).map(({ name }) => name),
  );
  return [...new Set(names)];
}

/** What is missing, in a sentence. */
export function roundSentence(round: Round): string {
  const open = openBatches(round);
  if (open.length === 0) return 'Every signature is here.';
  const least = Math.min(...open.map((batch) => batch.needed - given(batch)));
  const most = Math.max(...open.map((batch) => batch.needed - given(batch)));
  const lacking = least === most ? counted(most, 'signature') : `${least} to ${counted(most, 'signature')}`;
  const names = missingNames(round);
  const choice = names.length > most ? 'any of ' : '';
  return `${counted(open.length, 'batch waits', 'batches wait')} for ${lacking}${
    open.length === 1 ? '' : ' each'
  }, by ${choice}${listed(names)}.`;
}

export function listed(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? 'nobody';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

/** A way to the missing signatures; the first of the list is the one that is offered first. */
export type SigningAct =
  | { kind: 'ask'; peerId: string; name: string; askedAt: number | undefined }
  | { kind: 'jade'; names: string[]; fingerprints: string[] };

export function signingActs(round: Round): SigningAct[] {
  if (openBatches(round).length === 0) return [];
  const jades = round.jades.filter(({ fingerprint }) => missingOf(round, fingerprint) > 0);
  return [
    ...round.canAsk.map(({ peerId, name, askedAt }): SigningAct => ({ kind: 'ask', peerId, name, askedAt })),
    ...(jades.length === 0
      ? []
      : [
          {
            kind: 'jade' as const,
            names: jades.map(({ name }) => name),
            fingerprints: jades.map(({ fingerprint }) => fingerprint),
          },
        ]),
  ];
}
