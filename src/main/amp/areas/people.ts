import { z } from 'zod';
import { SluiceError } from '../../../shared/errors.ts';
import type { AmpHttp } from '../http.ts';
import { path } from '../http.ts';
import * as shapes from '../shapes/people.ts';
import type { AmpCategory, AmpPort } from '../types.ts';

/** `null` for what AMP answers with 404. */
export async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'AMP_NOT_FOUND') return null;
    throw error;
  }
}

/** The holders of AMP's register. */
export function registeredUsers(http: AmpHttp): AmpPort['registeredUsers'] {
  const get = (id: number) => http.read(path`registered_users/${id}`, shapes.registeredUser);
  return {
    list: () => http.read('registered_users', z.array(shapes.registeredUser)),
    get,
    add: ({ name, isCompany, gaid }) =>
      http.change('POST', 'registered_users/add', shapes.registeredUser, {
        name,
        is_company: isCompany,
        ...(gaid === undefined ? {} : { GAID: gaid }),
      }),
    async rename(id, name) {
      return (
        (await http.changeMaybe('PUT', path`registered_users/${id}/edit`, shapes.registeredUser, { name })) ??
        get(id)
      );
    },
    remove: (id) => http.changeQuietly('DELETE', path`registered_users/${id}/delete`),
    summary: (id) => http.read(path`registered_users/${id}/summary`, shapes.userSummary),
    gaids: (id) => http.read(path`registered_users/${id}/gaids`, shapes.gaidList),
    // These two take a bare JSON string, not an object.
    addGaid: (id, gaid) => http.changeQuietly('POST', path`registered_users/${id}/gaids/add`, gaid),
    setDefaultGaid: (id, gaid) =>
      http.changeQuietly('POST', path`registered_users/${id}/gaids/set-default`, gaid),
  };
}

export interface Gaids {
  /** A GET that changes something: the Green server hands out another address of that account each time. */
  newAddress(gaid: string): Promise<string>;
  assetBalance(gaid: string, assetUuid: string): ReturnType<AmpPort['gaids']['balance']>;
}

export function gaids(http: AmpHttp): AmpPort['gaids'] & Gaids {
  return {
    validate: (gaid) => http.read(path`gaids/${gaid}/validate`, shapes.gaidValidity),
    registeredUser: (gaid) => orNull(http.read(path`gaids/${gaid}/registered_user`, shapes.gaidOwner)),
    balance: (gaid) => http.read(path`gaids/${gaid}/balance`, shapes.gaidBalance),
    async assetBalance(gaid, assetUuid) {
      return [await http.read(path`gaids/${gaid}/balance/${assetUuid}`, shapes.gaidAssetBalance)];
    },
    async newAddress(gaid) {
      const { address, error } = await http.change('GET!', path`gaids/${gaid}/address`, shapes.gaidAddress);
      if (error !== null || address === null) {
        throw new SluiceError(
          'AMP_REFUSED',
          `AMP has no address for this GAID${error === null ? '' : `: ${error}`}.`,
          {
            next: 'Check the GAID with its holder.',
          },
        );
      }
      return address;
    },
  };
}

export function categories(http: AmpHttp): AmpPort['categories'] {
  const get = (id: number) => http.read(path`categories/${id}`, shapes.category);
  const put = async (id: number, to: string, body?: unknown): Promise<AmpCategory> =>
    (await http.changeMaybe('PUT', to, shapes.category, body)) ?? get(id);
  return {
    list: () => http.read('categories', z.array(shapes.category)),
    get,
    add: ({ name, description }) =>
      http.change('POST', 'categories/add', shapes.category, { name, description }),
    // Both fields always: whether AMP takes a part of them is not known.
    edit: (id, { name, description }) => put(id, path`categories/${id}/edit`, { name, description }),
    remove: (id) => http.changeQuietly('DELETE', path`categories/${id}/delete`),
    addUser: (id, user) => put(id, path`categories/${id}/registered_users/${user}/add`),
    removeUser: (id, user) => put(id, path`categories/${id}/registered_users/${user}/remove`),
    addAsset: (id, assetUuid) => put(id, path`categories/${id}/assets/${assetUuid}/add`),
    removeAsset: (id, assetUuid) => put(id, path`categories/${id}/assets/${assetUuid}/remove`),
  };
}

export type AmpManager = z.output<typeof shapes.manager>;

export interface Managers {
  list(): Promise<AmpManager[]>;
  get(id: number): Promise<AmpManager>;
  /** A new manager is locked until `unlock`. */
  create(login: { username: string; password: string }): Promise<AmpManager>;
  lock(id: number): Promise<void>;
  unlock(id: number): Promise<void>;
  addAsset(id: number, assetUuid: string): Promise<void>;
  removeAsset(id: number, assetUuid: string): Promise<void>;
  changePassword(id: number, password: string): Promise<void>;
  /** The manager whose account this is; AMP_FORBIDDEN or AMP_NOT_FOUND for an issuer. */
  me(): Promise<AmpManager>;
}

export function managers(http: AmpHttp): Managers {
  return {
    list: () => http.read('managers', z.array(shapes.manager)),
    get: (id) => http.read(path`managers/${id}`, shapes.manager),
    create: ({ username, password }) =>
      http.change('POST', 'managers/create', shapes.manager, { username, password }),
    lock: (id) => http.changeQuietly('PUT', path`managers/${id}/lock`),
    unlock: (id) => http.changeQuietly('PUT', path`managers/${id}/unlock`),
    addAsset: (id, assetUuid) => http.changeQuietly('PUT', path`managers/${id}/assets/${assetUuid}/add`),
    // PUT like all its siblings; one client posts, none is known to have run it.
    removeAsset: (id, assetUuid) =>
      http.changeQuietly('PUT', path`managers/${id}/assets/${assetUuid}/remove`),
    changePassword: (id, password) =>
      http.changeQuietly('POST', path`managers/${id}/change-password`, { password }),
    me: () => http.read('managers/me', shapes.manager),
  };
}

export interface Account {
  /** Obtains the token now, unless there is one. */
  login(): Promise<void>;
  /** What changed in each version of AMP's interface. */
  changelog(): Promise<Record<string, string>>;
  /** Has AMP replace the token (a GET that changes something); the old one is dead afterwards. */
  refreshToken(): Promise<void>;
  /** Changes this account's password and keeps the new token. The caller stores the new password. */
  changePassword(password: string): Promise<void>;
  /** Forgets the token on this side. */
  forgetToken(): Promise<void>;
}

export function account(http: AmpHttp): Account {
  return {
    async login() {
      await http.session.token();
    },
    changelog: () => http.read('changelog', shapes.changelog),
    async refreshToken() {
      const { token } = await http.change('GET!', 'user/refresh-token', shapes.token);
      await http.session.adopt(token);
    },
    async changePassword(password) {
      // The answer repeats the password; only the token is read from it.
      const { token } = await http.change('POST', 'user/change-password', shapes.token, { password });
      await http.session.adopt(token);
    },
    forgetToken: () => http.session.forget(),
  };
}
