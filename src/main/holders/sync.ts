import type { AreaHandlers } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { AmpAsset, AmpCategory, AmpRegisteredUser } from '../amp/types.ts';
import { breathe } from '../imports/index.ts';
import type { RegisterDeps } from './holders.ts';
import { createMirror, type Mirror } from './mirror.ts';

/** Changes that are applied in one transaction. Beyond, each transaction leaves every holder in it whole. */
const CHANGES_PER_TRANSACTION = 1000;
const ROWS_PER_BREATH = 5000;
const TASK = 'Reading AMP’s registers';

interface Difference<T, K> {
  changed: T[];
  gone: K[];
}

/**
 * Keeps the desk's copy of AMP's registers. AMP's lists come whole and unpaged; they are compared with the copy in
 * slices, and only what differs is written, in one transaction as long as it is not a great deal. What the desk itself
 * changed while the lists were on their way is newer than them and is left alone.
 */
export function createSync(deps: RegisterDeps): AreaHandlers<'sync'> {
  const { store, amp, emit, clock } = deps;
  const mirror = createMirror(store);
  let running: Promise<{ holders: number; categories: number; assets: number; at: number }> | null = null;
  let failure: string | null = null;

  async function read() {
    store.tx(() => mirror.state.forgetTouches());
    const [categories, assets, users] = await Promise.all([
      amp.categories.list(),
      amp.assets.list(),
      amp.registeredUsers.list(),
    ]);
    await breathe();
    const holders = await compareHolders(deps, users);
    await applyHolders(deps, mirror, holders);
    const found = compareSmall(deps, mirror, categories, assets);
    const at = clock();
    store.tx(() => {
      applySmall(deps, mirror, found);
      const changes = {
        holders: holders.changed.length + holders.gone.length,
        categories: found.categories.changed.length + found.categories.gone.length,
        assets: found.assets.changed.length + found.assets.gone.length,
      };
      const any = changes.holders + changes.categories + changes.assets > 0;
      if (any) {
        mirror.state.bump();
        store.audit({ type: 'registers.synced', subject: 'registers', data: changes });
      }
      mirror.state.setSynced(at);
      return any;
    });
    tell(holders, found);
    return { holders: users.length, categories: categories.length, assets: assets.length, at };
  }

  function tell(holders: Difference<unknown, unknown>, found: SmallDifferences): void {
    const differs = (difference: Difference<unknown, unknown>) =>
      difference.changed.length + difference.gone.length > 0;
    if (differs(holders)) emit('holders.changed', {});
    if (differs(holders) || differs(found.categories)) emit('categories.changed', {});
    if (differs(found.assets)) emit('assets.changed', {});
    if (differs(holders) || differs(found.assets)) emit('allocations.changed', { id: null });
  }

  return {
    async run() {
      running ??= (async () => {
        emit('sync.changed', { running: true });
        try {
          const result = await read();
          failure = null;
          return result;
        } catch (error) {
          failure =
            error instanceof SluiceError ? error.message : 'Something unexpected went wrong at the desk.';
          throw error;
        } finally {
          running = null;
          emit('sync.changed', { running: false });
        }
      })();
      return running;
    },
    status: () => ({ at: mirror.state.syncedAt(), running: running !== null, error: failure }),
  };
}

/** What is compared of a holder, as one text. */
function fingerprint(
  name: string,
  gaid: string | null,
  isCompany: boolean,
  categories: readonly number[],
): string {
  return JSON.stringify([name, gaid, isCompany, [...categories].sort((a, b) => a - b)]);
}

/** Finds the holders that differ from the copy, a slice at a time. Nothing is written. */
async function compareHolders(
  { store, emit }: RegisterDeps,
  users: readonly AmpRegisteredUser[],
): Promise<Difference<AmpRegisteredUser, number>> {
  const page = store.db.prepare<
    [number, number],
    { id: bigint; name: string; gaid: string | null; is_company: bigint }
  >(`SELECT id, name, gaid, is_company FROM holder WHERE id > ? ORDER BY id LIMIT ?`);
  const members = store.db.prepare<[number, number], { holder_id: bigint; category_id: bigint }>(
    `SELECT holder_id, category_id FROM holder_category WHERE holder_id > ? AND holder_id <= ?`,
  );
  const incoming = new Map(users.map((user) => [user.id, user]));
  await breathe();
  const gone: number[] = [];
  const same = new Set<number>();
  let compared = 0;
  for (let after = 0; ;) {
    const rows = page.all(after, ROWS_PER_BREATH);
    const last = rows.at(-1);
    if (!last) break;
    const categories = new Map<number, number[]>();
    for (const member of members.all(after, Number(last.id))) {
      const id = Number(member.holder_id);
      const list = categories.get(id);
      if (list) list.push(Number(member.category_id));
      else categories.set(id, [Number(member.category_id)]);
    }
    for (const row of rows) {
      const id = Number(row.id);
      const user = incoming.get(id);
      if (!user) gone.push(id);
      else if (
        fingerprint(user.name, user.gaid, user.isCompany, user.categories) ===
        fingerprint(row.name, row.gaid, row.is_company === 1n, categories.get(id) ?? [])
      ) {
        same.add(id);
      }
    }
    after = Number(last.id);
    compared += rows.length;
    emit('sync.progress', { task: TASK, done: Math.min(compared, users.length), total: users.length });
    await breathe();
  }
  return { changed: users.filter((user) => !same.has(user.id)), gone };
}

function touched({ store }: RegisterDeps) {
  const statement = store.db.prepare<[string, string], { found: bigint }>(
    `SELECT 1 AS found FROM register_touch WHERE kind = ? AND key = ?`,
  );
  return (kind: 'holder' | 'category' | 'asset', key: number | string): boolean =>
    statement.get(kind, String(key)) !== undefined;
}

async function applyHolders(
  deps: RegisterDeps,
  mirror: Mirror,
  { changed, gone }: Difference<AmpRegisteredUser, number>,
): Promise<void> {
  const { store, emit } = deps;
  const isTouched = touched(deps);
  const steps = [
    ...changed.map((user) => ({ id: user.id, write: () => mirror.writeHolder(user) })),
    ...gone.map((id) => ({ id, write: () => mirror.dropHolder(id) })),
  ];
  for (let start = 0; start < steps.length; start += CHANGES_PER_TRANSACTION) {
    store.tx(() => {
      for (const step of steps.slice(start, start + CHANGES_PER_TRANSACTION)) {
        if (!isTouched('holder', step.id)) step.write();
      }
      mirror.state.bump();
    });
    emit('sync.progress', {
      task: TASK,
      done: Math.min(start + CHANGES_PER_TRANSACTION, steps.length),
      total: steps.length,
    });
    await breathe();
  }
}

interface SmallDifferences {
  categories: Difference<AmpCategory, number>;
  assets: Difference<AmpAsset, string>;
}

/** Categories and assets are few: they are compared in one go. */
function compareSmall(
  deps: RegisterDeps,
  mirror: Mirror,
  categories: readonly AmpCategory[],
  assets: readonly AmpAsset[],
): SmallDifferences {
  const isTouched = touched(deps);
  const ours = new Map(mirror.categories().map((category) => [category.id, category]));
  const oursAssets = new Map(mirror.assets().map((asset) => [asset.assetUuid, asset]));
  const theirs = new Set(categories.map((category) => category.id));
  const theirAssets = new Set(assets.map((asset) => asset.assetUuid));
  return {
    categories: {
      changed: categories.filter((category) => {
        const known = ours.get(category.id);
        const same = known?.name === category.name && known.description === category.description;
        return !same && !isTouched('category', category.id);
      }),
      gone: [...ours.keys()].filter((id) => !theirs.has(id) && !isTouched('category', id)),
    },
    assets: {
      changed: assets.filter((asset) => {
        const { requirements, issuerAuthorizationEndpoint: _endpoint, pubkey, ...rest } = asset;
        const known = oursAssets.get(asset.assetUuid);
        const theirs = {
          ...rest,
          issuerPubkey: pubkey,
          requirements: requirements.toSorted((a, b) => a - b),
        };
        return !sameFields(known, theirs) && !isTouched('asset', asset.assetUuid);
      }),
      gone: [...oursAssets.keys()].filter((uuid) => !theirAssets.has(uuid) && !isTouched('asset', uuid)),
    },
  };
}

function sameFields(known: Record<string, unknown> | undefined, found: Record<string, unknown>): boolean {
  return (
    known !== undefined &&
    Object.entries(found).every(([key, value]) => JSON.stringify(known[key]) === JSON.stringify(value))
  );
}

function applySmall({ store }: RegisterDeps, mirror: Mirror, found: SmallDifferences): void {
  for (const category of found.categories.changed) mirror.writeCategory(category);
  for (const id of found.categories.gone) mirror.dropCategory(id);
  for (const asset of found.assets.changed) mirror.writeAsset(asset);
  for (const assetUuid of found.assets.gone) mirror.dropAsset(assetUuid);
  // A category that the desk deleted while the lists were on their way lives on in their memberships.
  for (const table of ['holder_category', 'asset_requirement']) {
    store.db.exec(
      `DELETE FROM ${table} WHERE category_id IN (
         SELECT CAST(key AS INTEGER) FROM register_touch WHERE kind = 'category'
         EXCEPT SELECT id FROM category)`,
    );
  }
}
