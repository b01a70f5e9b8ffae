import { settings as schema, type Args, type Settings } from '../../shared/contract/index.ts';
import { amount } from '../../shared/money.ts';
import type { Store } from '../store/index.ts';

/**
 * Seventy-five recipients leave room below the relay limit of 400,000 weight units (80 to 81 confidential outputs);
 * 0.1 sat/vB is the least that Elements relays; a full batch costs about 10,000 base units at that rate.
 */
const DEFAULT_SETTINGS: Settings = {
  recipientsPerBatch: 75,
  feeRate: '0.1',
  lanes: 8,
  feeCeiling: amount(100_000n),
  lowFeeFunds: amount(50_000n),
};

/** The settings of an open profile: what was set, and the defaults for the rest. */
export function getSettings(store: Store): Settings {
  const rows = store.db.prepare<[], { key: string; value: string }>('SELECT key, value FROM setting').all();
  const known = Object.keys(schema.shape);
  const stored = rows.filter(({ key }) => known.includes(key));
  const encoded = { ...schema.encode(DEFAULT_SETTINGS) };
  Object.assign(
    encoded,
    Object.fromEntries(stored.map(({ key, value }) => [key, JSON.parse(value) as unknown])),
  );
  return schema.decode(encoded);
}

/** Changes settings, with an audit entry of what was and what is. Nothing is written when nothing changes. */
export function setSettings(store: Store, change: Args<'settings.set'>, actor: string): Settings {
  return store.tx(() => {
    const before = schema.encode(getSettings(store));
    const given = Object.entries(schema.partial().encode(change)).filter(([, value]) => value !== undefined);
    const changed = given.filter(([key, value]) => before[key as keyof typeof before] !== value);
    if (changed.length === 0) return getSettings(store);
    const write = store.db.prepare(
      'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
    for (const [key, value] of changed) write.run(key, JSON.stringify(value));
    const from = Object.fromEntries(changed.map(([key]) => [key, before[key as keyof typeof before]]));
    store.audit({
      type: 'settings.changed',
      subject: 'settings',
      actor,
      data: { from, to: Object.fromEntries(changed) },
    });
    return getSettings(store);
  });
}
