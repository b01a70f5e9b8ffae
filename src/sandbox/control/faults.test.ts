import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openScene } from '../testing/scene.ts';
import type { Scene } from '../testing/scene.ts';
import { Faults } from './faults.ts';
import type { Fault } from './faults.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
});

afterAll(async () => {
  await scene.sandbox.close();
});

afterEach(async () => {
  await scene.control.must('DELETE', '/fault');
});

const spoil = (fault: Record<string, unknown>) => scene.control.must('POST', '/fault', fault);
const names = async (): Promise<string[]> =>
  (await scene.amp.must<{ name: string }[]>('GET', '/registered_users')).map((one) => one.name);
const add = (name: string) => scene.amp.call('POST', '/registered_users/add', { name });

describe('faults of AMP', () => {
  const target = { target: 'amp', method: 'POST', path: '/registered_users/add' };

  it('drop: carried out, not answered', async () => {
    await spoil({ ...target, mode: 'drop' });
    await expect(add('Dropped')).rejects.toThrow();
    expect(await names()).toContain('Dropped');
    expect((await add('After')).status).toBe(201);
  });

  it('refuse: neither', async () => {
    await spoil({ ...target, mode: 'refuse' });
    await expect(add('Refused')).rejects.toThrow();
    expect(await names()).not.toContain('Refused');
  });

  it('duplicate: carried out twice', async () => {
    const GAID = scene.sandbox.gaids[599];
    await spoil({ ...target, mode: 'duplicate' });
    const answer = await scene.amp.call('POST', '/registered_users/add', { name: 'Twice', GAID });
    expect(answer.status).toBe(400);
    expect(answer.json).toHaveProperty('GAID');
    expect((await names()).filter((name) => name === 'Twice')).toHaveLength(1);
  });

  it('delay, garble, error, html', async () => {
    await spoil({ ...target, mode: 'delay', ms: 5 });
    expect((await add('Late')).status).toBe(201);
    await spoil({ ...target, mode: 'garble' });
    const garbled = await add('Garbled');
    expect(garbled.status).toBe(201);
    expect(garbled.json).toBeUndefined();
    expect(await names()).toContain('Garbled');
    await spoil({ ...target, mode: 'error', status: 503 });
    expect(await add('Error')).toMatchObject({ status: 503, json: { detail: 'A server error occurred.' } });
    await spoil({ ...target, mode: 'html' });
    expect((await add('Page')).text).toContain('<html>');
    expect(await names()).not.toContain('Page');
  });

  it('hits as often as told, after as many as told, where told', async () => {
    await spoil({ target: 'amp', path: '/assets/*', mode: 'error', times: 2, after: 1 });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await scene.amp.call('GET', '/assets/none')).status);
    expect(statuses).toEqual([404, 500, 500, 404]);
    expect((await scene.amp.call('GET', '/registered_users')).status).toBe(200);
  });

  it('goes down and comes back', async () => {
    await scene.control.must('POST', '/options', { ampDown: true });
    await expect(scene.amp.call('GET', '/info')).rejects.toThrow();
    await scene.control.must('POST', '/options', { ampDown: false });
    expect((await scene.amp.call('GET', '/info')).status).toBe(200);
  });
});

describe('faults of the node', () => {
  it('hit the desk and not AMP', async () => {
    await spoil({ target: 'elements', method: '*', mode: 'error', code: -1, message: 'broken', times: 0 });
    await expect(scene.wallet.call('getblockcount')).rejects.toThrow('broken');
    expect(await scene.control.must('GET', '/status')).toHaveProperty('height');
    await scene.control.must('DELETE', '/fault');
    expect(await scene.wallet.call('getblockcount')).toBeGreaterThan(0);
  });

  it('drop: the transaction is out, the answer is not', async () => {
    const address = await scene.wallet.call<string>('getnewaddress');
    const { mempool } = await scene.control.must<{ mempool: number }>('GET', '/status');
    await spoil({ target: 'elements', method: 'sendtoaddress', mode: 'drop' });
    await expect(scene.wallet.call('sendtoaddress', address, 0.1)).rejects.toThrow();
    expect(await scene.control.must('GET', '/status')).toMatchObject({ mempool: mempool + 1 });
    await spoil({ target: 'elements', method: 'getblockcount', mode: 'garble' });
    expect((await scene.wallet.raw('getblockcount')).json).toBeUndefined();
    await spoil({ target: 'elements', method: 'getblockcount', mode: 'html', status: 503 });
    expect((await scene.wallet.raw('getblockcount')).status).toBe(503);
  });

  it('warms up, locks its wallet until the passphrase comes, and is gone', async () => {
    const { control, wallet } = scene;
    await control.must('POST', '/options', { elementsWarmup: true });
    expect((await wallet.raw('getblockcount')).json).toMatchObject({ error: { code: -28 } });
    await control.must('POST', '/options', { elementsWarmup: false, walletLocked: true });
    expect((await wallet.raw('signmessage', 'invalidaddress', 'message')).json).toMatchObject({
      error: { code: -13 },
    });
    expect(await wallet.call('getwalletinfo')).toMatchObject({ unlocked_until: 0 });
    expect((await wallet.raw('walletpassphrase', 'wrong', 60)).json).toMatchObject({ error: { code: -14 } });
    await wallet.call('walletpassphrase', 'sandbox', 60);
    expect((await wallet.raw('signmessage', 'invalidaddress', 'message')).json).not.toMatchObject({
      error: { code: -13 },
    });
    await control.must('POST', '/options', { elementsDown: true });
    await expect(wallet.raw('getblockcount')).rejects.toThrow();
    await control.must('POST', '/options', { elementsDown: false });
    expect((await wallet.raw('getblockcount')).status).toBe(200);
  });

  it('keeps others out: a wrong password is the node’s 401', async () => {
    const response = await fetch(scene.sandbox.elements.url, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('user:wrong').toString('base64')}` },
      body: '{"method":"getblockcount","params":[],"id":1}',
    });
    expect(response.status).toBe(401);
  });
});

describe('the control address', () => {
  it('refuses what makes no sense, and browsers', async () => {
    const { control } = scene;
    for (const [path, body] of [
      ['/mine', { blocks: 0 }],
      ['/mine', { blocks: 'many' }],
      ['/fault', { target: 'moon', mode: 'drop' }],
      ['/fault', { target: 'amp', mode: 'explode' }],
      ['/options', { unheardOf: true }],
      ['/options', { ampDown: 'yes' }],
      ['/world/holders', {}],
      ['/world/holders', { count: 1, categories: [999] }],
    ] as const) {
      expect((await control.send('POST', path, body)).status, `${path} ${JSON.stringify(body)}`).toBe(400);
    }
    expect((await control.send('GET', '/nothing')).status).toBe(404);
    const page = await fetch(`${scene.sandbox.control}/mine`, {
      method: 'POST',
      headers: { origin: 'https://x.example' },
    });
    expect(page.status).toBe(403);
  });

  it('registers many holders at once', async () => {
    const { id } = await scene.amp.must<{ id: number }>('POST', '/categories/add', { name: 'Crowd' });
    const added = await scene.control.must<{ added: number; firstId: number; lastId: number }>(
      'POST',
      '/world/holders',
      {
        count: 250,
        categories: [id],
      },
    );
    expect(added.lastId - added.firstId).toBe(249);
    const last = await scene.amp.must<{ GAID: string; categories: number[] }>(
      'GET',
      `/registered_users/${added.lastId}`,
    );
    expect(last.categories).toEqual([id]);
    expect(await scene.amp.must('GET', `/gaids/${last.GAID}/validate`)).toEqual({ is_valid: true });
  });
});

describe('the list of faults', () => {
  const fault: Fault = { target: 'amp', mode: 'drop', times: 1, after: 0, ms: 0 };

  it('takes patterns as whole paths, with or without /api', () => {
    const faults = new Faults();
    faults.add({ ...fault, path: '/api/assets/*/distributions/create/', times: 0 });
    expect(faults.take('amp', 'GET', '/assets/a-1/distributions/create/')).not.toBeNull();
    expect(faults.take('amp', 'GET', '/assets/a-1/distributions')).toBeNull();
    expect(faults.take('elements', 'GET', '/assets/a-1/distributions/create/')).toBeNull();
  });

  it('gives each call the oldest fault that fits', () => {
    const faults = new Faults();
    faults.add(fault);
    faults.add({ ...fault, mode: 'garble' });
    expect(faults.take('amp', 'GET', '/info')?.mode).toBe('drop');
    expect(faults.take('amp', 'GET', '/info')?.mode).toBe('garble');
    expect(faults.take('amp', 'GET', '/info')).toBeNull();
  });
});
