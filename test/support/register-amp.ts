import { createHash } from 'node:crypto';
import { SluiceError } from '../../src/shared/errors.ts';
import { amount } from '../../src/shared/money.ts';
import type { AmpAsset, AmpCategory, AmpPort, AmpRegisteredUser } from '../../src/main/amp/types.ts';

/** What happens to the next call of a name: the request never arrives, its answer is lost, or AMP says no. */
export type Fault = 'request-lost' | 'answer-lost' | 'refused' | 'unauthorized';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** A GAID of the right shape, one per number. */
export function gaidOf(number: number): string {
  const digest = createHash('sha256').update(String(number)).digest();
  return `GA${Array.from(digest.subarray(0, 28), (byte) => ALPHABET[byte % 58]).join('')}`;
}

interface Held {
  user: AmpRegisteredUser;
  gaids: string[];
}

function notFound(what: string): SluiceError {
  return new SluiceError('AMP_NOT_FOUND', `AMP has no such ${what}.`, { next: 'Read the registers again.' });
}

/** AMP's registers in memory, for tests: its rules as far as the registers meet them, and faults on demand. */
export class RegisterAmp {
  readonly users = new Map<number, Held>();
  readonly categories = new Map<number, AmpCategory>();
  readonly assets = new Map<string, AmpAsset>();
  readonly treasury: string[] = ['lq1treasury'];
  readonly invalidGaids = new Set<string>();
  /** Every call, in order. */
  readonly calls: string[] = [];
  readonly faults: { call: string; fault: Fault; after: number }[] = [];
  ownerships: Awaited<ReturnType<AmpPort['assets']['ownerships']>> = [];
  activities: Awaited<ReturnType<AmpPort['assets']['activities']>> = [];
  /** Called before each answer, to let something else happen meanwhile. */
  meanwhile: ((call: string) => Promise<void> | void) | null = null;
  #next = 1;

  /** The call of this name meets a fault, after `after` of them went well. */
  fail(call: string, fault: Fault, after = 0): void {
    this.faults.push({ call, fault, after });
  }

  count(call: string): number {
    return this.calls.filter((made) => made === call).length;
  }

  addUser(name: string, options: { gaid?: string | null; isCompany?: boolean; categories?: number[] } = {}) {
    const id = this.#next++;
    const gaid = options.gaid === undefined ? gaidOf(id) : options.gaid;
    const user: AmpRegisteredUser = {
      id,
      name,
      gaid,
      isCompany: options.isCompany ?? false,
      categories: options.categories ?? [],
      creator: 1,
    };
    this.users.set(id, { user, gaids: gaid === null ? [] : [gaid] });
    for (const category of user.categories) this.categories.get(category)?.registeredUsers.push(id);
    return user;
  }

  addCategory(name: string, description = ''): AmpCategory {
    const category: AmpCategory = { id: this.#next++, name, description, registeredUsers: [], assets: [] };
    this.categories.set(category.id, category);
    return category;
  }

  addAsset(ticker: string | null, options: Partial<AmpAsset> = {}): AmpAsset {
    const number = this.#next++;
    const asset: AmpAsset = {
      assetUuid: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
      assetId: String(number).padStart(64, '0'),
      name: `Asset ${number}`,
      ticker,
      precision: 2,
      domain: 'example.com',
      pubkey: null,
      reissuanceTokenId: null,
      requirements: [],
      isRegistered: true,
      isAuthorized: true,
      isLocked: false,
      transferRestricted: true,
      issuerAuthorizationEndpoint: null,
      ...options,
    };
    this.assets.set(asset.assetUuid, asset);
    for (const category of asset.requirements) this.categories.get(category)?.assets.push(asset.assetUuid);
    return asset;
  }

  async #call<T>(name: string, work: () => T): Promise<T> {
    this.calls.push(name);
    const index = this.faults.findIndex((fault) => fault.call === name);
    const planned = this.faults[index];
    let fault: Fault | null = null;
    if (planned) {
      if (planned.after === 0) {
        this.faults.splice(index, 1);
        fault = planned.fault;
      } else planned.after -= 1;
    }
    if (fault === 'refused')
      throw new SluiceError('AMP_REFUSED', 'AMP refused: not today.', { next: 'Ask AMP.' });
    if (fault === 'unauthorized') {
      throw new SluiceError('AMP_UNAUTHORIZED', 'AMP does not accept the token.', { next: 'Log in again.' });
    }
    if (fault === 'request-lost') {
      throw new SluiceError('AMP_UNREACHABLE', 'AMP cannot be reached.', { next: 'Check the connection.' });
    }
    const result = structuredClone(work());
    await this.meanwhile?.(name);
    if (fault === 'answer-lost') {
      throw new SluiceError('AMP_TIMEOUT', 'AMP did not answer in time.', { next: 'Check the connection.' });
    }
    return result;
  }

  #held(id: number): Held {
    const held = this.users.get(id);
    if (!held) throw notFound('registered user');
    return held;
  }

  #category(id: number): AmpCategory {
    const category = this.categories.get(id);
    if (!category) throw notFound('category');
    return category;
  }

  #asset(assetUuid: string): AmpAsset {
    const asset = this.assets.get(assetUuid);
    if (!asset) throw notFound('asset');
    return asset;
  }

  #ownerOf(gaid: string): number | null {
    for (const [id, held] of this.users) if (held.gaids.includes(gaid)) return id;
    return null;
  }

  #refuseGaid(gaid: string): void {
    if (this.invalidGaids.has(gaid)) {
      throw new SluiceError('AMP_REFUSED', 'AMP refused: GAID: Invalid GAID.', { next: 'Correct the GAID.' });
    }
    if (this.#ownerOf(gaid) !== null) {
      throw new SluiceError('AMP_REFUSED', 'AMP refused: GAID: a user with that GAID was already created.', {
        next: 'Look for the GAID in the list of holders.',
      });
    }
  }

  readonly port: AmpPort = this.#makePort();

  #makePort(): AmpPort {
    const unused = (name: string) => () =>
      Promise.reject(new Error(`${name} is none of the registers’ calls.`));
    const { users, categories, assets } = this;
    return {
      info: () => this.#call('info', () => ({ version: '0.1.13', notes: null })),
      registeredUsers: {
        list: () => this.#call('registeredUsers.list', () => [...users.values()].map((held) => held.user)),
        get: (id) => this.#call('registeredUsers.get', () => this.#held(id).user),
        add: ({ name, isCompany, gaid }) =>
          this.#call('registeredUsers.add', () => {
            if (gaid !== undefined) this.#refuseGaid(gaid);
            return this.addUser(name, { gaid: gaid ?? null, isCompany });
          }),
        rename: (id, name) =>
          this.#call('registeredUsers.rename', () => {
            const held = this.#held(id);
            held.user.name = name;
            return held.user;
          }),
        remove: (id) =>
          this.#call('registeredUsers.remove', () => {
            this.#held(id);
            users.delete(id);
          }),
        summary: (id) =>
          this.#call('registeredUsers.summary', () => {
            this.#held(id);
            return [...assets.values()].map((asset) => ({
              assetUuid: asset.assetUuid,
              assetId: asset.assetId,
              assigned: amount(0n),
              distributed: amount(7n),
              balance: amount(7n),
            }));
          }),
        gaids: (id) => this.#call('registeredUsers.gaids', () => this.#held(id).gaids),
        addGaid: (id, gaid) =>
          this.#call('registeredUsers.addGaid', () => {
            const held = this.#held(id);
            this.#refuseGaid(gaid);
            held.gaids.push(gaid);
            held.user.gaid ??= gaid;
          }),
        setDefaultGaid: (id, gaid) =>
          this.#call('registeredUsers.setDefaultGaid', () => {
            const held = this.#held(id);
            if (!held.gaids.includes(gaid)) {
              throw new SluiceError('AMP_REFUSED', 'AMP refused: not a GAID of this user.', {
                next: 'Add it.',
              });
            }
            held.user.gaid = gaid;
          }),
      },
      gaids: {
        validate: (gaid) =>
          this.#call('gaids.validate', () =>
            this.invalidGaids.has(gaid)
              ? { valid: false, error: 'GAID not found' }
              : { valid: true, error: null },
          ),
        registeredUser: (gaid) => this.#call('gaids.registeredUser', () => this.#ownerOf(gaid)),
        balance: unused('gaids.balance'),
      },
      categories: {
        list: () => this.#call('categories.list', () => [...categories.values()]),
        get: (id) => this.#call('categories.get', () => this.#category(id)),
        add: ({ name, description }) =>
          this.#call('categories.add', () => this.addCategory(name, description)),
        edit: (id, change) => this.#call('categories.edit', () => Object.assign(this.#category(id), change)),
        remove: (id) =>
          this.#call('categories.remove', () => {
            this.#category(id);
            categories.delete(id);
            for (const { user } of users.values())
              user.categories = user.categories.filter((one) => one !== id);
            for (const asset of assets.values()) {
              asset.requirements = asset.requirements.filter((one) => one !== id);
            }
          }),
        addUser: (id, userId) =>
          this.#call('categories.addUser', () => {
            const category = this.#category(id);
            const { user } = this.#held(userId);
            if (!user.categories.includes(id)) user.categories.push(id);
            if (!category.registeredUsers.includes(userId)) category.registeredUsers.push(userId);
            return category;
          }),
        removeUser: (id, userId) =>
          this.#call('categories.removeUser', () => {
            const category = this.#category(id);
            const { user } = this.#held(userId);
            user.categories = user.categories.filter((one) => one !== id);
            category.registeredUsers = category.registeredUsers.filter((one) => one !== userId);
            return category;
          }),
        addAsset: (id, assetUuid) =>
          this.#call('categories.addAsset', () => {
            const category = this.#category(id);
            const asset = this.#asset(assetUuid);
            if (!asset.requirements.includes(id)) asset.requirements.push(id);
            if (!category.assets.includes(assetUuid)) category.assets.push(assetUuid);
            return category;
          }),
        removeAsset: (id, assetUuid) =>
          this.#call('categories.removeAsset', () => {
            const category = this.#category(id);
            const asset = this.#asset(assetUuid);
            asset.requirements = asset.requirements.filter((one) => one !== id);
            category.assets = category.assets.filter((one) => one !== assetUuid);
            return category;
          }),
      },
      assets: {
        list: () => this.#call('assets.list', () => [...assets.values()]),
        get: (assetUuid) => this.#call('assets.get', () => this.#asset(assetUuid)),
        summary: (assetUuid) =>
          this.#call('assets.summary', () => ({
            assetId: this.#asset(assetUuid).assetId,
            reissuanceTokenId: null,
            issued: amount(1_000_000n),
            reissued: amount(5n),
            assigned: amount(4n),
            distributed: amount(3n),
            burned: amount(2n),
            blacklisted: amount(1n),
            registeredUsers: users.size,
            activeRegisteredUsers: 1,
            activeGreenSubaccounts: 1,
            reissuanceTokens: amount(0n),
          })),
        balance: (assetUuid) =>
          this.#call('assets.balance', () => {
            this.#asset(assetUuid);
            return {
              confirmed: [],
              lostOutputs: [{ txid: 'a'.repeat(64), vout: 1 }],
              reissuanceLostOutputs: [{ txid: 'b'.repeat(64), vout: 0 }],
            };
          }),
        ownerships: () => this.#call('assets.ownerships', () => this.ownerships),
        activities: (_assetUuid, { start, count, order }) =>
          this.#call('assets.activities', () => {
            const rows = order === 'desc' ? this.activities.toReversed() : this.activities;
            return rows.slice(start - 1, start - 1 + count);
          }),
        lock: (assetUuid) =>
          this.#call('assets.lock', () => Object.assign(this.#asset(assetUuid), { isLocked: true })),
        unlock: (assetUuid) =>
          this.#call('assets.unlock', () => Object.assign(this.#asset(assetUuid), { isLocked: false })),
        registerAuthorized: (assetUuid) =>
          this.#call('assets.registerAuthorized', () =>
            Object.assign(this.#asset(assetUuid), { isAuthorized: true }),
          ),
        treasuryAddresses: () => this.#call('assets.treasuryAddresses', () => this.treasury),
        addTreasuryAddresses: unused('assets.addTreasuryAddresses'),
      },
      assignments: {
        list: unused('assignments.list'),
        create: unused('assignments.create'),
        lock: unused('assignments.lock'),
        unlock: unused('assignments.unlock'),
        remove: unused('assignments.remove'),
      },
      distributions: {
        create: unused('distributions.create'),
        confirm: unused('distributions.confirm'),
        cancel: unused('distributions.cancel'),
        list: unused('distributions.list'),
        get: unused('distributions.get'),
      },
    };
  }
}
