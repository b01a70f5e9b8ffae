import { createBundles, type Apply, type Bundles } from '../../src/main/bundles/index.ts';
import type { ProfileSecrets, SecretName } from '../../src/main/keychain/index.ts';
import { openStore, type Store } from '../../src/main/store/index.ts';
import {
  BUNDLE_KINDS,
  type BundleKind,
  type EventEnvelope,
  type Network,
  type Peer,
  type Role,
} from '../../src/shared/contract/index.ts';

/** A secret store in memory. */
export function memorySecrets(): ProfileSecrets & { kept: Map<SecretName, string> } {
  const kept = new Map<SecretName, string>();
  return {
    kept,
    get: (name) => Promise.resolve(kept.get(name) ?? null),
    set(name, secret) {
      kept.set(name, secret);
      return Promise.resolve();
    },
    remove(name) {
      kept.delete(name);
      return Promise.resolve();
    },
  };
}

/** A bundle that a profile took in, as its receiver saw it. */
export interface TakenIn {
  kind: BundleKind;
  payload: unknown;
  from: Peer;
}

export interface TestPost extends Bundles {
  name: string;
  store: Store;
  secrets: ReturnType<typeof memorySecrets>;
  events: EventEnvelope[];
  who: { actor: string };
  /** What was applied, in order. */
  applied: TakenIn[];
  /** Set to have the receivers, or what they do, fail. */
  fail: { receiving?: Error; applying?: Error };
  time: { now: number };
  auditTypes(): string[];
}

export interface TestPostOptions {
  network?: Network;
  /** Kinds that are taken in; all of them if nothing is said. */
  takes?: readonly BundleKind[];
  store?: Store;
  secrets?: ReturnType<typeof memorySecrets>;
}

/** Pairing and bundles of a profile over a database in memory. */
export function openPost(name: string, role: Role, options: TestPostOptions = {}): TestPost {
  const store = options.store ?? openStore(':memory:');
  const secrets = options.secrets ?? memorySecrets();
  const events: EventEnvelope[] = [];
  const time = { now: 1_800_000_000_000 };
  const applied: TakenIn[] = [];
  const fail: TestPost['fail'] = {};
  const made = createBundles({
    store,
    secrets,
    profile: { name, role, network: options.network ?? 'regtest' },
    clock: () => time.now,
    emit: (event, data) => events.push({ name: event, data }),
  });
  for (const kind of options.takes ?? BUNDLE_KINDS) {
    made.onBundle(kind, async (payload, from): Promise<Apply> => {
      await Promise.resolve();
      if (fail.receiving) throw fail.receiving;
      return () => {
        store.db.exec('CREATE TABLE IF NOT EXISTS trace (x)');
        store.db.exec('INSERT INTO trace VALUES (1)');
        if (fail.applying) throw fail.applying;
        applied.push({ kind, payload, from });
        return { sentence: `Took in ${kind}.`, goTo: null };
      };
    });
  }
  return {
    ...made,
    name,
    store,
    secrets,
    events,
    applied,
    fail,
    time,
    who: { actor: 'test' },
    auditTypes: () => [...store.auditAll()].map((entry) => entry.type),
  };
}

/** Pairs two profiles as two people with their screens side by side do; answers what each calls the other. */
export async function pair(a: TestPost, b: TestPost): Promise<{ a: Peer; b: Peer }> {
  const cardOf = (post: TestPost) => post.pairing.identity({}, post.who);
  const [cardA, cardB] = [await cardOf(a), await cardOf(b)];
  return {
    b: await a.pairing.add({ card: cardB.card, words: cardB.words }, a.who),
    a: await b.pairing.add({ card: cardA.card, words: cardA.words }, b.who),
  };
}
