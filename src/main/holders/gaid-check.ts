import { SluiceError } from '../../shared/errors.ts';
import type { AmpPort } from '../amp/types.ts';
import type { Store } from '../store/types.ts';
import { inLanes } from './lanes.ts';

/** Files with more GAIDs than this are checked by shape only; AMP checks each again when it is registered. */
const MOST_QUESTIONS = 1000;
const AT_ONCE = 8;
/** How long AMP's word on a GAID is taken for granted. A no may be mended soon: the wallet was just being set up. */
const KEEP_YES_MS = 24 * 60 * 60 * 1000;
const KEEP_NO_MS = 5 * 60 * 1000;

/** Asks AMP about GAIDs that were not asked about lately. AMP being away is no fault of the file: those stay unknown. */
export async function askAboutGaids(
  deps: { store: Store; amp: AmpPort; clock: () => number },
  gaids: Iterable<string>,
  onAnswer: (done: number, total: number) => void,
): Promise<Map<string, { valid: boolean; reason: string | null }>> {
  const { store, amp, clock } = deps;
  const known = store.db.prepare<[string], { valid: bigint; reason: string | null; at: bigint }>(
    `SELECT valid, reason, at FROM gaid_verdict WHERE gaid = ?`,
  );
  const keep = store.db.prepare(
    `INSERT INTO gaid_verdict (gaid, valid, reason, at) VALUES (?, ?, ?, ?)
     ON CONFLICT (gaid) DO UPDATE SET valid = excluded.valid, reason = excluded.reason, at = excluded.at`,
  );
  const verdicts = new Map<string, { valid: boolean; reason: string | null }>();
  const open: string[] = [];
  for (const gaid of new Set(gaids)) {
    const found = known.get(gaid);
    const age = found ? clock() - Number(found.at) : 0;
    if (found && age < (found.valid === 1n ? KEEP_YES_MS : KEEP_NO_MS))
      verdicts.set(gaid, { valid: found.valid === 1n, reason: found.reason });
    else open.push(gaid);
  }
  if (open.length > MOST_QUESTIONS) return verdicts;

  try {
    await inLanes(AT_ONCE, open, async (gaid) => {
      const { valid, error } = await amp.gaids.validate(gaid);
      verdicts.set(gaid, { valid, reason: error });
      onAnswer(verdicts.size, open.length);
    });
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
  }
  store.tx(() => {
    for (const gaid of open) {
      const verdict = verdicts.get(gaid);
      if (verdict) keep.run(gaid, verdict.valid ? 1 : 0, verdict.reason, clock());
    }
  });
  return verdicts;
}
