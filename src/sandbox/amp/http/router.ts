import type { Context } from '../context.ts';
import type { Account } from '../api/accounts.ts';
import type { Answer } from './answers.ts';

/**
 * Who may call: `anyone` without a token; `issuer` only; `manager` as well; `manager-asset` also a manager, but only
 * for the assets that the issuer gave him (the path must then have `:asset`).
 */
export type Role = 'anyone' | 'issuer' | 'manager' | 'manager-asset';

export interface AmpRequest {
  params: Record<string, string>;
  query: URLSearchParams;
  /** Parsed JSON (see `readJson`); undefined when the body was empty. */
  body: unknown;
  account: Account | null;
}

export type Handler = (context: Context, request: AmpRequest) => Answer | Promise<Answer>;

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api`, `:name` for a part that varies. */
  path: string;
  role: Role;
  handler: Handler;
  /** Changes something: such calls run one after the other. All but plain GETs do. */
  mutates: boolean;
}

export function get(path: string, role: Role, handler: Handler): Route {
  return { method: 'GET', path, role, handler, mutates: false };
}

/** A GET that changes something: `register`, `register-authorized`, `distributions/create/`, `gaids/…/address`. */
export function mutatingGet(path: string, role: Role, handler: Handler): Route {
  return { method: 'GET', path, role, handler, mutates: true };
}

export function post(path: string, role: Role, handler: Handler): Route {
  return { method: 'POST', path, role, handler, mutates: true };
}

export function put(path: string, role: Role, handler: Handler): Route {
  return { method: 'PUT', path, role, handler, mutates: true };
}

export function del(path: string, role: Role, handler: Handler): Route {
  return { method: 'DELETE', path, role, handler, mutates: true };
}

/** A distribution's place takes nothing else, so that `create` is never taken for one. */
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

interface Compiled {
  route: Route;
  pattern: RegExp;
  names: string[];
}

export type Match =
  | { kind: 'found'; route: Route; params: Record<string, string> }
  | { kind: 'wrong-method' }
  | { kind: 'add-slash' }
  | { kind: 'none' };

/**
 * Paths match with and without a slash at the end, except those that are declared with one: these are redirected, as
 * the framework behind AMP does.
 */
export class Router {
  private readonly compiled: Compiled[];

  constructor(routes: readonly Route[]) {
    this.compiled = routes.map((route) => {
      const names: string[] = [];
      const slash = route.path.endsWith('/');
      const parts = route.path.split('/').filter((part) => part !== '');
      const pattern = parts
        .map((part) => {
          if (!part.startsWith(':')) return part.replaceAll('.', '\\.');
          names.push(part.slice(1));
          return part === ':distribution' ? `(${UUID})` : '([^/]+)';
        })
        .join('/');
      return { route, names, pattern: new RegExp(`^/${pattern}${slash ? '/' : '/?'}$`) };
    });
  }

  match(method: string, path: string): Match {
    let known = false;
    for (const { route, pattern, names } of this.compiled) {
      const found = pattern.exec(path);
      if (!found) continue;
      known = true;
      if (route.method !== method) continue;
      const params: Record<string, string> = {};
      names.forEach((name, i) => (params[name] = decodeURIComponent(found[i + 1] ?? '')));
      return { kind: 'found', route, params };
    }
    if (method === 'GET' && !path.endsWith('/')) {
      const slashed = this.compiled.some(
        ({ route, pattern }) =>
          route.path.endsWith('/') && route.method === 'GET' && pattern.test(`${path}/`),
      );
      if (slashed) return { kind: 'add-slash' };
    }
    return known ? { kind: 'wrong-method' } : { kind: 'none' };
  }
}
