import type { AreaHandlers, Holder } from '../../shared/contract/index.ts';
import type { Emit } from '../../shared/contract/events.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { AmpPort, AmpRegisteredUser } from '../amp/types.ts';
import { createImporter, writeCsv } from '../imports/index.ts';
import type { Store } from '../store/types.ts';
import { exportHolders } from './export.ts';
import { commitHolders } from './import-commit.ts';
import { HOLDER_COLUMNS, holdersImport } from './import-kind.ts';
import { createHolderList } from './list.ts';
import { createMirror } from './mirror.ts';
import { registerHolder } from './registration.ts';
import { requireConfirmation, settle } from './settle.ts';

export interface RegisterDeps {
  store: Store;
  amp: AmpPort;
  emit: Emit;
  clock: () => number;
}

export function holderNotFound(id: number): SluiceError {
  return new SluiceError('NOT_FOUND', `There is no holder with the number ${id}.`, {
    next: 'Read AMP’s registers again and choose from the list.',
    field: 'id',
  });
}

/** The holders of the issuer: AMP's registered users, listed from the desk's copy and changed at AMP. */
export function createHolders(deps: RegisterDeps): AreaHandlers<'holders'> {
  const { store, amp, emit } = deps;
  const mirror = createMirror(store);
  const holders = createHolderList(store, mirror);
  const importer = createImporter(deps, holdersImport(deps));

  function known(id: number): Holder {
    const holder = mirror.holder(id);
    if (!holder) throw holderNotFound(id);
    return holder;
  }

  function intend(type: string, subject: string, actor: string, data: Record<string, unknown>): void {
    store.tx(() => store.audit({ type, subject, actor, data }));
  }

  function changed(): void {
    emit('holders.changed', {});
    emit('categories.changed', {});
    emit('allocations.changed', { id: null });
  }

  /** Records a change that AMP made, with the copy, in one transaction. */
  function record(
    type: string,
    user: AmpRegisteredUser,
    actor: string,
    data: Record<string, unknown>,
  ): Holder {
    store.tx(() => {
      mirror.putHolder(user);
      store.audit({ type, subject: `holder:${user.id}`, actor, data });
    });
    changed();
    return known(user.id);
  }

  async function requireUsableGaid(gaid: string): Promise<void> {
    const { valid, error } = await amp.gaids.validate(gaid);
    if (valid) return;
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `AMP does not accept the GAID ${gaid}${error ? `: ${error}` : '.'}`,
      {
        next: 'Ask the holder for the GAID that the wallet shows, and copy it whole.',
        field: 'gaid',
      },
    );
  }

  return {
    list: (query) => holders.list(query),

    async get({ id }) {
      known(id);
      const [user, gaids, summary] = await Promise.all([
        amp.registeredUsers.get(id),
        amp.registeredUsers.gaids(id),
        amp.registeredUsers.summary(id),
      ]);
      // A page that is opened often must not make every check of allocations and imports start anew.
      store.tx(() => mirror.refreshHolder(user, gaids));
      return { ...known(id), gaids, balances: summary };
    },

    async add({ name, isCompany, gaid }, { actor }) {
      if (gaid !== undefined) await requireUsableGaid(gaid);
      const { user, adopted } = await registerHolder(
        { store, amp, mirror },
        { name, isCompany, gaid },
        actor,
      );
      return record('holder.added', user, actor, { name, isCompany, gaid: user.gaid, adopted });
    },

    async edit({ id, name }, { actor }) {
      const before = known(id);
      intend('holder.rename-intended', `holder:${id}`, actor, { from: before.name, to: name });
      const { outcome } = await settle(
        `rename “${before.name}”`,
        () => amp.registeredUsers.rename(id, name),
        async () => {
          const user = await amp.registeredUsers.get(id);
          return user.name === name ? user : null;
        },
      );
      return record('holder.renamed', outcome, actor, { from: before.name, to: outcome.name });
    },

    async remove({ id, confirm }, { actor }) {
      const holder = known(id);
      requireConfirmation(confirm, holder.name, 'the holder’s name');
      if (mirror.isBeingPaid(id)) {
        throw new SluiceError('NOT_ALLOWED', `“${holder.name}” is being paid by a running operation.`, {
          next: 'Wait until the operation is finished, or cancel it.',
        });
      }
      intend('holder.removal-intended', `holder:${id}`, actor, { name: holder.name });
      await settle(
        `remove “${holder.name}”`,
        async () => {
          await amp.registeredUsers.remove(id);
          return true;
        },
        async () => ((await isGone(amp, id)) ? true : null),
      );
      store.tx(() => {
        mirror.forgetHolder(id);
        store.audit({
          type: 'holder.removed',
          subject: `holder:${id}`,
          actor,
          data: { name: holder.name, gaid: holder.gaid },
        });
      });
      changed();
      return {};
    },

    async validateGaid({ gaid }) {
      const { valid, error } = await amp.gaids.validate(gaid);
      return { valid, reason: error };
    },

    async addGaid({ id, gaid }, { actor }) {
      const holder = known(id);
      await requireUsableGaid(gaid);
      intend('holder.gaid-intended', `holder:${id}`, actor, { gaid });
      await settle(
        `give “${holder.name}” the GAID ${gaid}`,
        async () => {
          await amp.registeredUsers.addGaid(id, gaid);
          return true;
        },
        async () => ((await amp.registeredUsers.gaids(id)).includes(gaid) ? true : null),
      );
      // The first GAID of a holder becomes its default.
      recordGaid(id, gaid, holder.gaid === null, 'holder.gaid-added', actor);
      return {};
    },

    async setDefaultGaid({ id, gaid }, { actor }) {
      const holder = known(id);
      intend('holder.default-gaid-intended', `holder:${id}`, actor, { from: holder.gaid, to: gaid });
      await settle(
        `let “${holder.name}” receive at ${gaid}`,
        async () => {
          await amp.registeredUsers.setDefaultGaid(id, gaid);
          return true;
        },
        async () => ((await amp.registeredUsers.get(id)).gaid === gaid ? true : null),
      );
      recordGaid(id, gaid, true, 'holder.default-gaid-set', actor);
      return {};
    },

    importTemplate: () => ({
      fileName: 'holders.csv',
      content: writeCsv(
        HOLDER_COLUMNS.map((column) => column.name).filter((name) => name !== 'id'),
        [],
      ),
    }),

    importPreview: ({ fileName, content }, { actor }) =>
      importer.preview({ fileName, content, assetUuid: null, actor }),

    importCommit: ({ id }, { actor }) => commitHolders({ ...deps, mirror, importer }, id, actor),

    export: (filter) => exportHolders(holders, filter),
  };

  /** AMP's answer to a GAID call is empty; what it did is known all the same. */
  function recordGaid(id: number, gaid: string, isDefault: boolean, type: string, actor: string): void {
    store.tx(() => {
      mirror.putGaid(id, gaid, isDefault);
      store.audit({ type, subject: `holder:${id}`, actor, data: { gaid } });
    });
    changed();
  }
}

async function isGone(amp: AmpPort, id: number): Promise<boolean> {
  try {
    await amp.registeredUsers.get(id);
    return false;
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'AMP_NOT_FOUND') return true;
    throw error;
  }
}
