import type { AreaHandlers } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { AmpCategory } from '../amp/types.ts';
import type { RegisterDeps } from './holders.ts';
import { setMembership } from './import-commit.ts';
import { inLanes } from './lanes.ts';
import type { CategoryRow } from './mirror-categories.ts';
import { createMirror } from './mirror.ts';
import { requireConfirmation, settle } from './settle.ts';

const AT_ONCE = 4;

/** Named sets of holders. AMP keeps them; the desk lists them from its copy. */
export function createCategories(deps: RegisterDeps): AreaHandlers<'categories'> {
  const { store, amp, emit } = deps;
  const mirror = createMirror(store);

  function known(id: number): CategoryRow {
    const category = mirror.category(id);
    if (category) return category;
    throw new SluiceError('NOT_FOUND', `There is no category with the number ${id}.`, {
      next: 'Read AMP’s registers again and choose from the list.',
      field: 'id',
    });
  }

  function record(
    type: string,
    category: AmpCategory,
    actor: string,
    data: Record<string, unknown>,
  ): CategoryRow {
    store.tx(() => {
      mirror.putCategory(category);
      store.audit({ type, subject: `category:${category.id}`, actor, data });
    });
    emit('categories.changed', {});
    return known(category.id);
  }

  return {
    list: () => ({ categories: mirror.categories() }),

    async add({ name, description = '' }, { actor }) {
      const before = new Set(mirror.categories().map((category) => category.id));
      store.tx(() =>
        store.audit({ type: 'category.intended', subject: 'categories', actor, data: { name, description } }),
      );
      const { outcome, adopted } = await settle(
        `make the category “${name}”`,
        () => amp.categories.add({ name, description }),
        async () =>
          (await amp.categories.list()).find(
            (category) =>
              category.name === name && category.description === description && !before.has(category.id),
          ) ?? null,
      );
      return record('category.added', outcome, actor, { name, description, adopted });
    },

    async edit({ id, name, description }, { actor }) {
      const from = known(id);
      store.tx(() =>
        store.audit({
          type: 'category.edit-intended',
          subject: `category:${id}`,
          actor,
          data: { from: { name: from.name, description: from.description }, to: { name, description } },
        }),
      );
      const { outcome } = await settle(
        `change the category “${from.name}”`,
        () => amp.categories.edit(id, { name, description }),
        async () => {
          const category = await amp.categories.get(id);
          return category.name === name && category.description === description ? category : null;
        },
      );
      return record('category.edited', outcome, actor, {
        name: outcome.name,
        description: outcome.description,
      });
    },

    async remove({ id, confirm }, { actor }) {
      const category = known(id);
      requireConfirmation(confirm, category.name, 'the category’s name');
      store.tx(() =>
        store.audit({
          type: 'category.removal-intended',
          subject: `category:${id}`,
          actor,
          data: { name: category.name, holders: category.holders, assets: category.assets },
        }),
      );
      await settle(
        `delete the category “${category.name}”`,
        async () => {
          await amp.categories.remove(id);
          return true;
        },
        async () => ((await amp.categories.list()).some((item) => item.id === id) ? null : true),
      );
      store.tx(() => {
        mirror.forgetCategory(id);
        store.audit({
          type: 'category.removed',
          subject: `category:${id}`,
          actor,
          data: { name: category.name },
        });
      });
      emit('categories.changed', {});
      emit('holders.changed', {});
      emit('assets.changed', {});
      emit('allocations.changed', { id: null });
      return {};
    },

    async setMembers({ id, add, remove }, { actor }) {
      known(id);
      const both = add.filter((holder) => remove.includes(holder));
      if (both.length > 0) {
        throw new SluiceError('INVALID_ARGUMENT', `Holder ${both[0]} is to be added and removed at once.`, {
          next: 'Name each holder in one of the two lists only.',
          field: 'remove',
        });
      }
      const steps = [
        ...[...new Set(add)].map((holder) => ({ holder, member: true })),
        ...[...new Set(remove)].map((holder) => ({ holder, member: false })),
      ];
      for (const { holder, member } of steps) {
        if (mirror.holder(holder)) continue;
        throw new SluiceError('NOT_FOUND', `There is no holder with the number ${holder}.`, {
          next: 'Read AMP’s registers again and choose from the list.',
          field: member ? 'add' : 'remove',
        });
      }
      let done = 0;
      try {
        await inLanes(AT_ONCE, steps, async ({ holder, member }) => {
          await setMembership({ store, amp, mirror }, id, holder, member, actor);
          done += 1;
        });
      } catch (error) {
        if (!(error instanceof SluiceError)) throw error;
        const words = `${done} of ${steps.length} changes were made. ${error.message}`;
        throw new SluiceError(error.code, words, { next: error.next, cause: error });
      } finally {
        emit('categories.changed', {});
        emit('holders.changed', {});
        emit('allocations.changed', { id: null });
      }
      return known(id);
    },
  };
}
