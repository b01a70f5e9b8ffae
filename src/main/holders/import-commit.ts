import { isAmbiguous, SluiceError } from '../../shared/errors.ts';
import type { AmpPort, AmpRegisteredUser } from '../amp/types.ts';
import { exclusive, type Importer, type StagedRow } from '../imports/index.ts';
import type { Emit } from '../../shared/contract/events.ts';
import type { Store } from '../store/types.ts';
import type { HolderRowData } from './import-kind.ts';
import { inLanes } from './lanes.ts';
import type { Mirror } from './mirror.ts';
import { findRegistered } from './registration.ts';
import { settle } from './settle.ts';

const AT_ONCE = 4;
const ROWS_PER_PAGE = 500;
const TELL_EVERY = 50;

interface CommitDeps {
  store: Store;
  amp: AmpPort;
  emit: Emit;
  clock: () => number;
  mirror: Mirror;
  importer: Importer;
}

/**
 * Registers every row of an import at AMP and puts it into its categories. Each row's intent is on disk before AMP is
 * asked and its outcome after, so that a commit that was cut off is carried on by committing again: what AMP has by
 * then is adopted. Rows that AMP refuses are marked; the others are registered all the same.
 */
export async function commitHolders(
  deps: CommitDeps,
  id: string,
  actor: string,
): Promise<{ added: number; alreadyThere: number }> {
  const { store, emit, clock, importer } = deps;
  const { staging } = importer;
  return exclusive(store, id, async () => {
    await importer.refresh(id);
    const head = importer.requireGood(id);
    const { total } = staging.counts(id);
    store.tx(() => {
      staging.setState(id, 'committing');
      store.audit({
        type: 'import.commit-intended',
        subject: `import:${id}`,
        actor,
        data: { kind: 'holders', fileName: head.fileName, rows: total },
      });
    });
    try {
      const refused = await registerRows(deps, id, actor, total, `Registering holders of ${head.fileName}`);
      const outcome = outcomes(store, id);
      if (refused > 0) {
        throw new SluiceError(
          'IMPORT_HAS_ERRORS',
          `AMP refused ${refused} of ${total} rows; the other ${total - refused} are registered.`,
          { next: 'Each refused row says why. Correct them or leave them out, then commit again.' },
        );
      }
      store.tx(() => {
        staging.setState(id, 'committed', clock());
        store.audit({ type: 'import.committed', subject: `import:${id}`, actor, data: { ...outcome } });
      });
      return outcome;
    } finally {
      if (staging.head(id).state === 'committing') store.tx(() => staging.setState(id, 'open'));
      emit('holders.changed', {});
      emit('categories.changed', {});
    }
  });
}

function outcomes(store: Store, id: string): { added: number; alreadyThere: number } {
  const rows = store.db
    .prepare<[string], { outcome: string | null; n: bigint }>(
      `SELECT json_extract(data, '$.outcome') AS outcome, count(*) AS n FROM import_row WHERE import_id = ? GROUP BY 1`,
    )
    .all(id);
  const of = (outcome: string) => Number(rows.find((row) => row.outcome === outcome)?.n ?? 0n);
  return { added: of('added'), alreadyThere: of('existing') };
}

async function registerRows(
  deps: CommitDeps,
  id: string,
  actor: string,
  total: number,
  task: string,
): Promise<number> {
  const { importer, emit } = deps;
  let done = 0;
  let refused = 0;
  try {
    await inLanes(AT_ONCE, rowsOf(importer, id), async (row) => {
      try {
        if (row.journal !== 'done') await registerRow(deps, id, row, actor);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        refused += 1;
      }
      done += 1;
      importer.progress(task, done, total);
      if (done % TELL_EVERY === 0) emit('holders.changed', {});
    });
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    throw new SluiceError(error.code, `The import stopped after ${done} of ${total} rows. ${error.message}`, {
      next: `${error.next} Then commit again: it carries on with what is left.`,
      cause: error,
    });
  }
  return refused;
}

function* rowsOf({ staging }: Importer, id: string): Generator<StagedRow> {
  for (let line = 0; ;) {
    const page = staging.after(id, line, ROWS_PER_PAGE);
    if (page.length === 0) return;
    yield* page;
    line = page.at(-1)?.line ?? line;
  }
}

/** AMP looked at this row and said no: the row is at fault, not the connection or the account. */
function isRefusal(error: unknown): boolean {
  return error instanceof SluiceError && error.code === 'AMP_REFUSED';
}

async function registerRow(deps: CommitDeps, id: string, row: StagedRow, actor: string): Promise<void> {
  const { store, importer } = deps;
  const { staging } = importer;
  const data = JSON.parse(row.data) as HolderRowData;
  try {
    const holderId =
      row.journal === 'registered' ? row.holderId : await haveHolder(deps, id, row, data, actor);
    if (holderId === null) throw new Error(`Row in line ${row.line} is registered without a holder.`);
    await complete(deps, holderId, data, actor);
    store.tx(() => staging.setJournal(id, row, 'done', holderId, JSON.stringify(data)));
  } catch (error) {
    if (!isRefusal(error) || !(error instanceof SluiceError)) throw error;
    const message = `AMP refused this row: ${error.message}`;
    store.tx(() => staging.refuse(id, row.line, [{ column: null, message }]));
    throw error;
  }
}

/** The holder of a row at AMP: the one that is there, the one that an earlier attempt left, or a new one. */
async function haveHolder(
  deps: CommitDeps,
  id: string,
  row: StagedRow,
  data: HolderRowData,
  actor: string,
): Promise<number> {
  const { store, amp, mirror, importer } = deps;
  const { staging } = importer;
  if (data.existing !== null) {
    data.outcome = 'existing';
    store.tx(() => staging.setJournal(id, row, 'registered', data.existing, JSON.stringify(data)));
    return data.existing;
  }
  const holder = { name: data.name, isCompany: data.company, gaid: data.gaid ?? undefined };
  let user: AmpRegisteredUser | null = null;
  if (row.journal === 'intent') {
    user = await findRegistered(amp, holder, new Set(data.before));
  } else {
    data.before = mirror.namesakes(data.name).map((namesake) => namesake.id);
    store.tx(() => {
      staging.setJournal(id, row, 'intent', null, JSON.stringify(data));
      store.audit({
        type: 'holder.registration-intended',
        subject: 'holders',
        actor,
        data: { name: data.name, isCompany: data.company, gaid: data.gaid, import: id, line: row.line },
      });
    });
  }
  const before = new Set(data.before);
  if (user === null) {
    try {
      const { outcome } = await settle(
        `register “${data.name}”`,
        () => amp.registeredUsers.add(holder),
        () => findRegistered(amp, holder, before),
      );
      user = outcome;
    } catch (error) {
      // A clear no leaves nothing behind; after a lost answer the intent stays and is asked about first.
      if (!isAmbiguous(error))
        store.tx(() => staging.setJournal(id, row, 'none', null, JSON.stringify(data)));
      throw error;
    }
  }
  const registered = user;
  data.outcome = 'added';
  store.tx(() => {
    mirror.putHolder(registered);
    staging.setJournal(id, row, 'registered', registered.id, JSON.stringify(data));
    store.audit({
      type: 'holder.added',
      subject: `holder:${registered.id}`,
      actor,
      data: { name: registered.name, gaid: registered.gaid, import: id, line: row.line },
    });
  });
  return registered.id;
}

/** Gives a holder what else its row asks for, as far as AMP does not show it yet. */
async function complete(
  deps: CommitDeps,
  holderId: number,
  data: HolderRowData,
  actor: string,
): Promise<void> {
  const { store, amp, mirror } = deps;
  const { gaid } = data;
  if (data.addGaid && gaid !== null && mirror.holderOfGaid(gaid) !== holderId) {
    await settle(
      `give “${data.name}” the GAID ${gaid}`,
      async () => {
        await amp.registeredUsers.addGaid(holderId, gaid);
        return true;
      },
      async () => ((await amp.registeredUsers.gaids(holderId)).includes(gaid) ? true : null),
    );
    store.tx(() => {
      mirror.putGaid(holderId, gaid, mirror.holder(holderId)?.gaid === null);
      store.audit({ type: 'holder.gaid-added', subject: `holder:${holderId}`, actor, data: { gaid } });
    });
  }
  for (const category of data.categories) {
    const member = mirror.holder(holderId)?.categories.some((item) => item.id === category) ?? false;
    if (!member) await setMembership(deps, category, holderId, true, actor);
  }
}

/** Puts a holder into a category at AMP or takes it out. */
export async function setMembership(
  { store, amp, mirror }: Pick<CommitDeps, 'store' | 'amp' | 'mirror'>,
  category: number,
  holderId: number,
  member: boolean,
  actor: string,
): Promise<void> {
  await settle(
    `${member ? 'put holder' : 'take holder'} ${holderId} ${member ? 'into' : 'out of'} category ${category}`,
    async () => {
      if (member) await amp.categories.addUser(category, holderId);
      else await amp.categories.removeUser(category, holderId);
      return true;
    },
    async () =>
      (await amp.registeredUsers.get(holderId)).categories.includes(category) === member ? true : null,
  );
  store.tx(() => {
    mirror.putMembership(category, holderId, member);
    store.audit({
      type: member ? 'category.member-added' : 'category.member-removed',
      subject: `category:${category}`,
      actor,
      data: { holder: holderId },
    });
  });
}
