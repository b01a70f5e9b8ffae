import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AmpUser } from '../../testing/clients.ts';
import { openScene } from '../../testing/scene.ts';
import type { Scene } from '../../testing/scene.ts';

let scene: Scene;
let amp: AmpUser;
let spare: string[];

beforeAll(async () => {
  scene = await openScene();
  amp = scene.amp;
  spare = [...scene.sandbox.gaids];
});

afterAll(async () => {
  await scene.sandbox.close();
});

const nextGaid = (): string => spare.shift() ?? '';

async function addUser(fields: Record<string, unknown>): Promise<{ id: number; GAID: string | null }> {
  return amp.must('POST', '/registered_users/add', fields);
}

describe('signing in', () => {
  it('asks for a token, and says in which way one is wrong', async () => {
    const nobody = new AmpUser(scene.sandbox);
    expect(await nobody.call('GET', '/registered_users')).toMatchObject({
      status: 401,
      json: { detail: 'Authentication credentials were not provided.' },
    });
    nobody.useToken('f'.repeat(40));
    expect(await nobody.call('GET', '/assets')).toMatchObject({
      status: 401,
      json: { detail: 'Invalid token.' },
    });
    expect(await nobody.call('GET', '/info')).toMatchObject({ status: 200, json: { version: '0.1.13' } });
    expect((await nobody.obtainToken(scene.sandbox.amp.username, 'wrong')).status).toBe(400);
  });

  it('renews a token; the old one dies', async () => {
    const one = await AmpUser.login(scene.sandbox);
    const renewed = await one.must<{ token: string }>('GET', '/user/refresh-token');
    expect(renewed.token).toMatch(/^[0-9a-f]{40}$/);
    expect((await one.call('GET', '/assets')).status).toBe(401);
    one.useToken(renewed.token);
    expect((await one.call('GET', '/assets')).status).toBe(200);
    await amp.obtainToken(scene.sandbox.amp.username, scene.sandbox.amp.password);
  });

  it('forgets a token after its lifetime when told to', async () => {
    await scene.control.must('POST', '/options', { tokenLifetimeSeconds: 0 });
    expect((await amp.call('GET', '/assets')).status).toBe(401);
    await scene.control.must('POST', '/options', { tokenLifetimeSeconds: null });
    expect((await amp.call('GET', '/assets')).status).toBe(200);
  });

  it('answers an unknown path with a page and a wrong method with 405', async () => {
    const missing = await amp.call('GET', '/registered_users/1/categories/add');
    expect(missing.status).toBe(404);
    expect(missing.text).toContain('<h1>Not Found</h1>');
    expect((await amp.call('DELETE', '/assets')).status).toBe(405);
    expect((await amp.call('POST', '/registered_users/add')).status).toBe(400);
  });
});

describe('registered users', () => {
  it('are added with 201, and both the new and the old names where AMP has both', async () => {
    const GAID = nextGaid();
    const answer = await amp.call('POST', '/registered_users/add', {
      name: 'Anna Adler',
      is_company: true,
      GAID,
    });
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({
      GAID,
      is_company: true,
      name: 'Anna Adler',
      categories: [],
      creator: 23,
    });
    const { id } = answer.json as { id: number };
    expect(await amp.must('GET', `/registered_users/${id}`)).toEqual(answer.json);
    expect(await amp.must<unknown[]>('GET', '/registered_users')).toContainEqual(answer.json);
    const renamed = await amp.must('PUT', `/registered_users/${id}/edit`, {
      name: 'Anna Berg',
      is_company: false,
    });
    expect(renamed).toMatchObject({ name: 'Anna Berg', is_company: true });
    expect(await amp.must('GET', `/gaids/${GAID}/registered_user`)).toMatchObject({ id });
  });

  it('refuse names that are too long or missing, and GAIDs that are unknown or taken', async () => {
    const GAID = nextGaid();
    await addUser({ name: 'First', GAID });
    const refused: [Record<string, unknown>, string][] = [
      [{ name: '' }, 'name'],
      [{ is_company: true }, 'name'],
      [{ name: 'x'.repeat(256) }, 'name'],
      [{ name: 'Second', GAID }, 'GAID'],
      [{ name: 'Third', GAID: `${GAID.slice(0, -1)}${GAID.endsWith('1') ? '2' : '1'}` }, 'GAID'],
      [{ name: 'Fourth', GAID: 'INVALIDZZ6SqZZvEpAeVz9QmfHqhh' }, 'GAID'],
    ];
    for (const [fields, field] of refused) {
      const answer = await amp.call('POST', '/registered_users/add', fields);
      expect(answer.status, JSON.stringify(fields)).toBe(400);
      expect(answer.json).toHaveProperty(field);
    }
  });

  it('take further GAIDs as a bare string, the first of them as the default', async () => {
    const { id } = await addUser({ name: 'No wallet yet' });
    const [first, second] = [nextGaid(), nextGaid()];
    expect((await amp.call('POST', `/registered_users/${id}/gaids/add`, { GAID: first })).status).toBe(400);
    for (const gaid of [first, second]) {
      expect(await amp.call('POST', `/registered_users/${id}/gaids/add`, gaid)).toMatchObject({
        status: 200,
        text: '',
      });
    }
    expect(await amp.must('GET', `/registered_users/${id}/gaids`)).toEqual([first, second]);
    expect(await amp.must('GET', `/registered_users/${id}`)).toMatchObject({ GAID: first });
    expect((await amp.call('POST', `/registered_users/${id}/gaids/set-default`, second)).status).toBe(200);
    expect(await amp.must('GET', `/registered_users/${id}`)).toMatchObject({ GAID: second });
    expect((await amp.call('POST', `/registered_users/${id}/gaids/set-default`, nextGaid())).status).toBe(
      400,
    );
  });

  it('go with 204; a GAID is free again unless its owner was ever in a category', async () => {
    const { id: category } = await amp.must<{ id: number }>('POST', '/categories/add', { name: 'Once' });
    for (const everCategorized of [false, true]) {
      const GAID = nextGaid();
      const { id } = await addUser({ name: 'Goes', GAID });
      if (everCategorized) await amp.must('PUT', `/categories/${category}/registered_users/${id}/add`);
      expect(await amp.call('DELETE', `/registered_users/${id}/delete`)).toMatchObject({
        status: 204,
        text: '',
      });
      expect((await amp.call('GET', `/registered_users/${id}`)).status).toBe(404);
      const again = await amp.call('POST', '/registered_users/add', { name: 'Comes', GAID });
      expect(again.status).toBe(everCategorized ? 400 : 201);
    }
  });
});

describe('GAIDs', () => {
  it('are judged with 200 either way', async () => {
    expect(await amp.call('GET', `/gaids/${nextGaid()}/validate`)).toMatchObject({
      status: 200,
      json: { is_valid: true },
    });
    expect(await amp.call('GET', '/gaids/INVALIDZZ6SqZZvEpAeVz9QmfHqhh/validate')).toMatchObject({
      status: 200,
      json: { is_valid: false, error: 'Invalid GAID' },
    });
  });

  it('give another confidential address each time, with an empty error', async () => {
    const gaid = nextGaid();
    const first = await amp.must<{ address: string; error: string }>('GET', `/gaids/${gaid}/address`);
    const second = await amp.must<{ address: string }>('GET', `/gaids/${gaid}/address`);
    expect(first.error).toBe('');
    expect(second.address).not.toBe(first.address);
    for (const { address } of [first, second]) {
      const known = await scene.wallet.call<{
        isvalid: boolean;
        confidential_key: string;
        isscript: boolean;
      }>('validateaddress', address);
      expect(known.isvalid).toBe(true);
      expect(known.confidential_key).toMatch(/^0[23][0-9a-f]{64}$/);
    }
    expect(await amp.must('GET', '/gaids/GAnobody/address')).toMatchObject({
      address: '',
      error: 'Invalid GAID',
    });
    expect(await amp.must('GET', `/gaids/${gaid}/balance`)).toEqual([]);
    expect((await amp.call('GET', `/gaids/${gaid}/registered_user`)).status).toBe(404);
  });
});

describe('categories', () => {
  it('are added, edited in part, joined, left and deleted', async () => {
    const added = await amp.call('POST', '/categories/add', { name: 'KYC', description: 'checked' });
    expect(added.status).toBe(201);
    const { id } = added.json as { id: number };
    expect(added.json).toEqual({
      id,
      name: 'KYC',
      description: 'checked',
      investors: [],
      registered_users: [],
      assets: [],
    });
    expect(await amp.must('PUT', `/categories/${id}/edit`, { name: 'KYC 2026' })).toMatchObject({
      name: 'KYC 2026',
      description: 'checked',
    });
    const { id: user } = await addUser({ name: 'Member' });
    expect(await amp.must('PUT', `/categories/${id}/registered_users/${user}/add`)).toMatchObject({
      registered_users: [user],
      investors: [user],
    });
    expect(await amp.must('GET', `/registered_users/${user}`)).toMatchObject({ categories: [id] });
    expect(await amp.must('PUT', `/categories/${id}/registered_users/${user}/remove`)).toMatchObject({
      registered_users: [],
    });
    expect((await amp.call('PUT', `/categories/${id}/registered_users/999999/add`)).status).toBe(404);
    expect(
      (await amp.call('POST', '/categories/add', { name: 'x', description: 'y'.repeat(1024) })).status,
    ).toBe(400);
    expect((await amp.call('DELETE', `/categories/${id}/delete`)).status).toBe(204);
    expect((await amp.call('GET', `/categories/${id}`)).status).toBe(404);
  });
});

describe('managers', () => {
  it('begin locked, see users but no asset that they were not given, and nothing of the issuer', async () => {
    const { id } = await amp.must<{ id: number; is_locked: boolean }>('POST', '/managers/create', {
      username: 'registrar',
      password: 'a long password',
    });
    const manager = new AmpUser(scene.sandbox);
    expect((await manager.obtainToken('registrar', 'a long password')).status).toBe(400);
    await amp.must('PUT', `/managers/${id}/unlock`);
    expect((await manager.obtainToken('registrar', 'a long password')).status).toBe(200);
    expect((await manager.call('GET', '/registered_users')).status).toBe(200);
    expect((await manager.call('GET', '/categories')).status).toBe(200);
    expect(await manager.must('GET', '/managers/me')).toMatchObject({ username: 'registrar', assets: [] });
    for (const [method, path] of [
      ['GET', '/assets'],
      ['GET', '/managers'],
      ['POST', '/categories/add'],
      ['GET', '/user/refresh-token'],
      ['GET', '/assets/00000000-0000-4000-8000-000000000000/assignments'],
    ] as const) {
      expect(await manager.call(method, path, method === 'GET' ? undefined : {})).toMatchObject({
        status: 403,
        json: { detail: 'You do not have permission to perform this action.' },
      });
    }
    await amp.must('PUT', `/managers/${id}/lock`);
    expect((await manager.call('GET', '/registered_users')).status).toBe(401);
  });
});
