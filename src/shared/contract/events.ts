import { z } from 'zod';
import { id } from './common.ts';

/**
 * What the main process tells without being asked. Events carry identities, not data: the page asks again for what it
 * shows, so a lost event costs freshness and never correctness.
 */
export const events = {
  'profile.changed': z.object({ id: id.nullable() }),
  'secrets.changed': z.object({}),
  'health.changed': z.object({}),
  'sync.changed': z.object({ running: z.boolean() }),
  'sync.progress': z.object({ task: z.string(), done: z.number().int(), total: z.number().int() }),
  'holders.changed': z.object({}),
  'categories.changed': z.object({}),
  'assets.changed': z.object({}),
  'allocations.changed': z.object({ id: id.nullable() }),
  'treasury.changed': z.object({}),
  'operations.changed': z.object({ id }),
  /** A custody wallet, or all of them. */
  'custody.changed': z.object({ walletId: id.nullable() }),
  'custody.spend': z.object({ id }),
  /** Something arrived, was confirmed, or failed: the notice is to be shown. */
  'custody.notice': z.object({ id }),
  'audit.changed': z.object({}),
  'settings.changed': z.object({}),
  'pairing.changed': z.object({}),
  'bundles.changed': z.object({}),
  /** A request at a signer, or the signatures of an operation. */
  'signing.changed': z.object({}),
  /** What a Jade does or waits for; the sentence is for the person in front of it. */
  'jade.changed': z.object({ port: z.string(), sentence: z.string() }),
};

export type EventName = keyof typeof events;
export type EventData<E extends EventName> = z.output<(typeof events)[E]>;
export interface EventEnvelope<E extends EventName = EventName> {
  name: E;
  data: EventData<E>;
}
/** Where a service tells that something changed. */
export type Emit = <E extends EventName>(name: E, data: EventData<E>) => void;
