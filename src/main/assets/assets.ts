import type { AreaHandlers, Asset } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { AmpAsset } from '../amp/types.ts';
import { createMirror, requireConfirmation, settle, type RegisterDeps } from '../holders/index.ts';

/** The word that AMP writes where an amount is the issuer's own. */
const TREASURY = 'Treasury';

/** What a person types to confirm a step on an asset: its ticker, or its name where it has none. */
function assetConfirmation(asset: Pick<Asset, 'ticker' | 'name'>): string {
  return asset.ticker ?? asset.name;
}

/** The issuer's assets: listed from the desk's copy, looked into and changed at AMP. */
export function createAssets(deps: RegisterDeps): AreaHandlers<'assets'> {
  const { store, amp, emit } = deps;
  const mirror = createMirror(store);

  function known(assetUuid: string): Asset {
    const asset = mirror.asset(assetUuid);
    if (asset) return asset;
    throw new SluiceError('NOT_FOUND', 'AMP has no such asset, as far as the desk knows.', {
      next: 'Read AMP’s registers again and choose from the list.',
      field: 'assetUuid',
    });
  }

  function confirmed(assetUuid: string, confirm: string): Asset {
    const asset = known(assetUuid);
    requireConfirmation(
      confirm,
      assetConfirmation(asset),
      asset.ticker === null ? 'the asset’s name' : 'the asset’s ticker',
    );
    return asset;
  }

  function intend(type: string, assetUuid: string, actor: string, data: Record<string, unknown>): void {
    store.tx(() => store.audit({ type, subject: `asset:${assetUuid}`, actor, data }));
  }

  function record(type: string, asset: AmpAsset, actor: string, data: Record<string, unknown>): Asset {
    store.tx(() => {
      mirror.putAsset(asset);
      store.audit({ type, subject: `asset:${asset.assetUuid}`, actor, data });
    });
    emit('assets.changed', {});
    return known(asset.assetUuid);
  }

  /** Reads the asset back after a lost answer: it shows whether the change was made. */
  async function readBack(assetUuid: string, isDone: (asset: AmpAsset) => boolean): Promise<AmpAsset | null> {
    const asset = await amp.assets.get(assetUuid);
    return isDone(asset) ? asset : null;
  }

  return {
    list: () => ({ assets: mirror.assets() }),

    async get({ assetUuid }) {
      const before = known(assetUuid);
      const [asset, summary, treasuryAddresses, balance] = await Promise.all([
        amp.assets.get(assetUuid),
        amp.assets.summary(assetUuid),
        amp.assets.treasuryAddresses(assetUuid),
        amp.assets.balance(assetUuid),
      ]);
      const after = store.tx(() => {
        mirror.writeAsset(asset);
        const now = known(assetUuid);
        if (JSON.stringify(now) !== JSON.stringify(before)) mirror.putAsset(asset);
        return now;
      });
      return {
        ...after,
        summary: {
          issued: summary.issued,
          reissued: summary.reissued,
          assigned: summary.assigned,
          distributed: summary.distributed,
          burned: summary.burned,
          locked: summary.blacklisted,
          registeredUsers: summary.registeredUsers,
          activeRegisteredUsers: summary.activeRegisteredUsers,
          reissuanceTokens: summary.reissuanceTokens,
        },
        treasuryAddresses,
        lostOutputs: [...balance.lostOutputs, ...balance.reissuanceLostOutputs],
      };
    },

    async ownerships({ assetUuid, height }) {
      known(assetUuid);
      const owners = await amp.assets.ownerships(assetUuid, height);
      return {
        rows: owners.map(({ owner, gaid, amount }) => {
          if (owner === 'ISSUER') return { holderId: null, holderName: TREASURY, gaid, amount };
          // AMP names no owner for issuer-tracked accounts; the GAID may still be a holder's.
          const id = owner ?? (gaid === null ? null : mirror.holderOfGaid(gaid));
          const holder = id === null ? null : mirror.holder(id);
          return { holderId: id, holderName: holder?.name ?? null, gaid, amount };
        }),
      };
    },

    async activities({ assetUuid, offset, limit }) {
      known(assetUuid);
      const rows = await amp.assets.activities(assetUuid, { start: offset + 1, count: limit, order: 'desc' });
      return {
        rows: rows.map(({ datetime, registeredUser, ...row }) => {
          const at = datetime === null ? NaN : Date.parse(datetime);
          return { ...row, at: Number.isNaN(at) ? null : at, holderId: registeredUser };
        }),
      };
    },

    async setLocked({ assetUuid, locked, confirm }, { actor }) {
      const asset = confirmed(assetUuid, confirm);
      const verb = locked ? 'lock' : 'unlock';
      intend(`asset.${verb}-intended`, assetUuid, actor, { asset: assetConfirmation(asset) });
      const { outcome, adopted } = await settle(
        `${verb} ${assetConfirmation(asset)}`,
        () => (locked ? amp.assets.lock(assetUuid) : amp.assets.unlock(assetUuid)),
        () => readBack(assetUuid, (found) => found.isLocked === locked),
      );
      return record(`asset.${verb}ed`, outcome, actor, { asset: assetConfirmation(asset), adopted });
    },

    async authorize({ assetUuid, confirm }, { actor }) {
      const asset = confirmed(assetUuid, confirm);
      if (asset.isAuthorized) {
        throw new SluiceError('CONFLICT', `${assetConfirmation(asset)} is authorized already.`, {
          next: 'There is nothing left to do.',
        });
      }
      intend('asset.authorization-intended', assetUuid, actor, { asset: assetConfirmation(asset) });
      const { outcome, adopted } = await settle(
        `register ${assetConfirmation(asset)} as authorized`,
        () => amp.assets.registerAuthorized(assetUuid),
        () => readBack(assetUuid, (found) => found.isAuthorized),
      );
      return record('asset.authorized', outcome, actor, { asset: assetConfirmation(asset), adopted });
    },

    async setRequirement({ assetUuid, category, required }, { actor }) {
      const asset = known(assetUuid);
      const found = mirror.category(category);
      if (!found) {
        throw new SluiceError('NOT_FOUND', `There is no category with the number ${category}.`, {
          next: 'Read AMP’s registers again and choose from the list.',
          field: 'category',
        });
      }
      const data = { asset: assetConfirmation(asset), category, name: found.name };
      intend(
        required ? 'asset.requirement-intended' : 'asset.requirement-removal-intended',
        assetUuid,
        actor,
        data,
      );
      await settle(
        `${required ? 'make' : 'no longer make'} “${found.name}” a requirement of ${assetConfirmation(asset)}`,
        async () => {
          if (required) await amp.categories.addAsset(category, assetUuid);
          else await amp.categories.removeAsset(category, assetUuid);
          return true;
        },
        async () =>
          (await readBack(assetUuid, (now) => now.requirements.includes(category) === required))
            ? true
            : null,
      );
      store.tx(() => {
        mirror.putRequirement(assetUuid, category, required);
        store.audit({
          type: required ? 'asset.requirement-added' : 'asset.requirement-removed',
          subject: `asset:${assetUuid}`,
          actor,
          data,
        });
      });
      emit('assets.changed', {});
      emit('categories.changed', {});
      emit('allocations.changed', { id: null });
      return known(assetUuid);
    },
  };
}
