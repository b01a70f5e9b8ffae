import { SluiceError } from '../../shared/errors.ts';
import type { Store } from '../store/index.ts';
import type { BundleRecords, Claims } from './records.ts';

/** Entries an hour: the audit chain cannot be pruned, and a stuck camera or a script must not fill the disk. */
const AUDITED_PER_HOUR = 60;
const HOUR_MS = 60 * 60 * 1000;

export interface Refusal {
  hash: string;
  bytes: number;
  claims: Claims | null;
  error: unknown;
  actor: string;
}

/** Records refusals: every one in the table of bundles (the newest are kept), and in the audit chain. */
export function createRefusals(store: Store, records: BundleRecords, clock: () => number) {
  let hour = -1;
  let audited = 0;
  let muted = 0;

  /** The same bytes for the same reason are one entry; beyond so many an hour only their number is told. */
  function audit({ hash, bytes, claims, actor }: Refusal, code: string, sentence: string, before: number) {
    if (before > 0) return;
    const now = Math.floor(clock() / HOUR_MS);
    if (now !== hour) {
      if (muted > 0) {
        store.audit({ type: 'bundle.refusals-uncounted', subject: 'bundles', data: { refused: muted } });
      }
      hour = now;
      audited = 0;
      muted = 0;
    }
    if (audited >= AUDITED_PER_HOUR) {
      muted += 1;
      return;
    }
    audited += 1;
    const from = claims === null ? {} : { kind: claims.kind, seq: claims.seq };
    store.audit({
      type: 'bundle.refused',
      subject: claims === null ? `sha256:${hash}` : `peer:${claims.peerId}`,
      actor,
      data: { code, sentence, bytes, sha256: hash, ...from },
    });
  }

  return {
    record(refusal: Refusal): void {
      const known = refusal.error instanceof SluiceError ? refusal.error : null;
      const code = known?.code ?? 'INTERNAL';
      const sentence = known?.message ?? 'A fault of this program kept the bundle from being taken in.';
      const { hash, bytes, claims } = refusal;
      store.tx(() => {
        const before = records.refused({ hash, bytes, claims, code, sentence, at: clock() });
        audit(refusal, code, sentence, before);
      });
    },
  };
}
export type Refusals = ReturnType<typeof createRefusals>;
