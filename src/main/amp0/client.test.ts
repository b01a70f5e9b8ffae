import { afterEach, describe, expect, it } from 'vitest';
import {
  madeUpScript,
  scriptedGreen,
  type GreenReply,
  type GreenScript,
  type ScriptedGreen,
} from '../../../test/support/scripted-green.ts';
import { isAmbiguous, SluiceError } from '../../shared/errors.ts';
import { createAmp0Client } from './client.ts';
import type { Amp0Connection, Amp0Deadlines, Amp0OwnerKeys } from './types.ts';

const KEYS: Amp0OwnerKeys = {
  masterXpub:
    'tpubD6NzVbkrYhZ4XYa9MoLt4BiMZ4gkt2faZ4BcmKu2a9te4LDpQmvEz2L2yDERivHxFPnxXXhqDRkUNnQCpZggCyEZLBktV7VaSmwayqMJy1s',
  loginAddress: '2dofAJ9jV6MjS2NLMp17nVYVZL4Z5s8Sm47',
  masterPubkey: `02${'11'.repeat(32)}`,
  masterChainCode: '22'.repeat(32),
  registerPubkey: `03${'33'.repeat(32)}`,
  registerChainCode: '44'.repeat(32),
  blobPubkey: `02${'55'.repeat(32)}`,
  masterBlindingKey: '66'.repeat(32),
};
/** Of account 1 of LWK's test words. */
const XPUB =
  'tpubDA9GDAo3JyS2TaEikypKnu21N8sjLfTawM5te2jy9poCbFvYmRwSCz7Hk3YQiuMyStm1suBGTEW21ztSkisovDnyqo5nK1CgSY3LJesEci7';
const SIGNATURE = '3044'.padEnd(140, 'a');
const ALICE = { username: 'alice', password: 'correct horse battery' };

const greens: ScriptedGreen[] = [];
const connections: Amp0Connection[] = [];
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close();
  await Promise.all(greens.splice(0).map((green) => green.close()));
});

async function start(script: GreenScript = {}): Promise<ScriptedGreen> {
  const green = await scriptedGreen(script);
  greens.push(green);
  return green;
}

async function connect(url: string, deadlines: Amp0Deadlines = {}): Promise<Amp0Connection> {
  const endpoint = { url, cosignUrl: 'http://127.0.0.1:9' };
  const connection = await createAmp0Client({ endpoint, network: 'regtest', deadlines }).connect();
  connections.push(connection);
  return connection;
}

async function owner(connection: Amp0Connection) {
  expect(await connection.challenge(KEYS)).toBe('BZVE6');
  return connection.login(KEYS, SIGNATURE);
}

async function failure(work: Promise<unknown>): Promise<SluiceError> {
  const error = await work.then(
    (value) => {
      throw new Error(`did not fail but gave ${JSON.stringify(value)}`);
    },
    (reason: unknown) => reason,
  );
  if (!(error instanceof SluiceError)) throw error;
  expect(error.next).not.toBe('');
  const shown = JSON.stringify([error.toShape(), error.stack, String(error.cause)]);
  for (const secret of [SIGNATURE, ALICE.password, KEYS.masterBlindingKey, KEYS.blobPubkey]) {
    expect(shown).not.toContain(secret);
  }
  return error;
}

describe('an owner', () => {
  it('registers, logs in, makes an account and watch-only credentials, which then do the daily work', async () => {
    const green = await start();
    const session = await owner(await connect(green.url));
    expect(session.accounts).toEqual([]);
    expect(session.nextPointer).toBe(1);

    const ampId = await session.createAccount(1, XPUB);
    expect(ampId).toMatch(/^GA/);
    expect(session.accounts).toEqual([{ pointer: 1, ampId, xpub: XPUB, wantsAddresses: 20 }]);
    expect(session.nextPointer).toBe(2);
    await session.createWatchOnly(ALICE);

    const watching = await (await connect(green.url)).watchOnly(ALICE);
    expect(watching.accounts).toEqual([{ pointer: 1, ampId, xpub: XPUB, wantsAddresses: 20 }]);
    expect(watching.masterBlindingKey).toBe(KEYS.masterBlindingKey);
    expect(watching.fingerprint).toMatch(/^[0-9a-f]{8}$/);
    expect(watching.gaitPath).toEqual(Array.from({ length: 32 }, () => 0x0102));

    expect(await watching.lastIndex(1)).toBe(0);
    expect(await watching.fund(1)).toEqual({ index: 1, witnessScript: madeUpScript(1) });
    expect(await watching.fund(1)).toEqual({ index: 2, witnessScript: madeUpScript(2) });
    expect(await watching.lastIndex(1)).toBe(2);
    await watching.upload(1, ['an address', 'another']);
    expect(watching.accounts[0]?.wantsAddresses).toBe(18);
    const last = green.calls.at(-1);
    expect(last?.args).toEqual([1, ['an address', 'another']]);
  });

  it('sends no word of the credentials, only what is worked out of them', async () => {
    const green = await start();
    await (await owner(await connect(green.url))).createWatchOnly(ALICE);
    await (await connect(green.url)).watchOnly(ALICE);
    expect(green.frames.join()).not.toContain(ALICE.username);
    expect(green.frames.join()).not.toContain(ALICE.password);
  });

  it('who comes back finds the blob as it was', async () => {
    const green = await start();
    await (await owner(await connect(green.url))).createAccount(1, XPUB);
    const again = await owner(await connect(green.url));
    expect(again.accounts[0]?.xpub).toBe(XPUB);
    expect(again.nextPointer).toBe(2);
    expect(green.calls.filter((call) => call.procedure === 'login.set_client_blob')).toHaveLength(2);
  });

  it('whose account lacks its xpub takes it up instead of making another', async () => {
    let broken = true;
    const green = await start({
      answer: ({ procedure }) => {
        const calls = green.calls.filter((call) => call.procedure === 'login.set_client_blob').length;
        return broken && procedure === 'login.set_client_blob' && calls > 1 ? 'break' : undefined;
      },
    });
    const first = await owner(await connect(green.url));
    expect((await failure(first.createAccount(1, XPUB))).code).toBe('COSIGNER_UNREACHABLE');
    broken = false;
    const again = await owner(await connect(green.url));
    expect(again.accounts[0]).toMatchObject({ pointer: 1, xpub: null });
    expect(await again.createAccount(1, XPUB)).toBe(again.accounts[0]?.ampId);
    expect(again.accounts[0]?.xpub).toBe(XPUB);
    expect(green.calls.filter((call) => call.procedure === 'txs.create_subaccount_v2')).toHaveLength(1);
  });

  it('takes an account of GDK’s for its own: the key is the same, its text is not', async () => {
    const green = await start();
    // XPUB, which GDK made, as an app writes it that tells the parent’s fingerprint.
    const other =
      'tpubDAGy2MWiUfbKmL5NdiVK2nYDRrYemrYDiL3MAsTHUPxe7CE337jNR6JMN8o2YDGnoSJRN69N4xdBhXAUyAMTQmuZv2RUxq7JpQNJ66vki3N';
    await (await owner(await connect(green.url))).createAccount(1, other);
    const again = await owner(await connect(green.url));
    expect(again.accounts[0]?.xpub).toBe(other);
    expect(await again.createAccount(1, XPUB)).toBe(again.accounts[0]?.ampId);
    expect(green.calls.filter((call) => call.procedure === 'txs.create_subaccount_v2')).toHaveLength(1);
  });

  it('cannot take another account’s pointer', async () => {
    const green = await start();
    const session = await owner(await connect(green.url));
    await session.createAccount(1, XPUB);
    expect((await failure(session.createAccount(1, KEYS.masterXpub))).code).toBe('CONFLICT');
    expect((await failure(session.createAccount(0, XPUB))).code).toBe('INVALID_ARGUMENT');
  });

  it('writes into the blob that another app left in the meantime', async () => {
    const green = await start();
    const [one, other] = [await owner(await connect(green.url)), await owner(await connect(green.url))];
    await one.createAccount(1, XPUB);
    await other.createWatchOnly(ALICE);
    const watching = await (await connect(green.url)).watchOnly(ALICE);
    expect(watching.accounts[0]?.xpub).toBe(XPUB);
  });

  it('whose data lie elsewhere is told so', async () => {
    const green = await start({
      answer: ({ procedure }) =>
        procedure === 'login.authenticate'
          ? {
              value: {
                gait_path: 'ab'.repeat(64),
                client_blob_hmac: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=',
                subaccounts: [],
              },
            }
          : undefined,
    });
    const error = await failure(owner(await connect(green.url)));
    expect(error.code).toBe('COSIGNER_REFUSED');
    expect(green.calls.map((call) => call.procedure)).not.toContain('login.set_client_blob');
  });
});

describe('logging in', () => {
  it('with the wrong watch-only password fails in words', async () => {
    const green = await start();
    await (await owner(await connect(green.url))).createWatchOnly(ALICE);
    const connection = await connect(green.url);
    const error = await failure(connection.watchOnly({ ...ALICE, password: 'wrong' }));
    expect(error.code).toBe('COSIGNER_UNAUTHORIZED');
    expect(error.message).toBe(
      'Green does not know this watch-only name, or its password is wrong: User not found or invalid password.',
    );
    expect(connection.open).toBe(false);
  });

  it.each<[string, GreenReply]>([
    ['refuses', { error: 'Invalid signature' }],
    ['says no', { value: false }],
  ])('with a signature that Green %s fails in words', async (_name, reply) => {
    const green = await start({
      answer: ({ procedure }) => (procedure === 'login.authenticate' ? reply : undefined),
    });
    const error = await failure(owner(await connect(green.url)));
    expect(error.code).toBe('COSIGNER_UNAUTHORIZED');
    expect(error.next).toContain('network');
  });

  it('with empty credentials is refused here', async () => {
    const green = await start();
    const connection = await connect(green.url);
    expect((await failure(connection.watchOnly({ username: '', password: 'x' }))).code).toBe(
      'INVALID_ARGUMENT',
    );
    expect(green.calls).toEqual([]);
  });

  it('never signs a challenge that is more than letters and digits', async () => {
    for (const value of ['', 'pay 5 to mallory\n', 'x'.repeat(65), 7, null]) {
      const green = await start({
        answer: ({ procedure }) => (procedure.includes('challenge') ? { value } : undefined),
      });
      const error = await failure((await connect(green.url)).challenge(KEYS));
      expect(error.code).toBe('COSIGNER_ANSWER_INVALID');
    }
  });

  it('without a blob, or without its key, watches less', async () => {
    const green = await start({
      answer: ({ procedure }) =>
        procedure === 'login.watch_only_v2'
          ? {
              value: {
                gait_path: 'ab'.repeat(64),
                wo_blob_key: null,
                client_blob_hmac: 'abc=',
                subaccounts: [
                  { pointer: 1, type: '2of2_no_recovery', receiving_id: 'GAabcdefghijkl', required_ca: 3 },
                  { pointer: 2, type: '2of2', receiving_id: null },
                ],
              },
            }
          : undefined,
    });
    const session = await (await connect(green.url)).watchOnly(ALICE);
    expect(session.masterBlindingKey).toBeNull();
    expect(session.fingerprint).toBeNull();
    expect(session.accounts).toEqual([
      { pointer: 1, ampId: 'GAabcdefghijkl', xpub: null, wantsAddresses: 3 },
    ]);
    expect((await failure(session.fund(2))).code).toBe('NOT_FOUND');
  });

  it('takes no repeated secret over into its words', async () => {
    const green = await start({
      answer: ({ procedure, args }) =>
        procedure === 'login.watch_only_v2' ? { error: `No: ${JSON.stringify(args)}` } : undefined,
    });
    const error = await failure((await connect(green.url)).watchOnly(ALICE));
    const { username, password } = green.calls[0]?.args[1] as Record<string, string>;
    expect(error.message).toContain('•••');
    expect(error.message).not.toContain(username);
    expect(error.message).not.toContain(password);
  });
});

describe('a Green that does not answer', () => {
  const soon = { call: 300 };

  it('at all: the connection is given up', async () => {
    const green = await start({ hello: 'silence' });
    expect((await failure(connect(green.url, soon))).code).toBe('COSIGNER_TIMEOUT');
  });

  it('where nothing listens: at once', async () => {
    const green = await scriptedGreen();
    await green.close();
    const error = await failure(connect(green.url));
    expect(error.code).toBe('COSIGNER_UNREACHABLE');
    expect(error.message).toContain('Nothing answers');
  });

  const steps: [string, (connection: Amp0Connection) => Promise<unknown>][] = [
    ['login.register', (connection) => connection.challenge(KEYS)],
    ['login.get_trezor_challenge', (connection) => connection.challenge(KEYS)],
    ['login.authenticate', owner],
    ['login.set_client_blob', owner],
    ['txs.create_subaccount_v2', async (connection) => (await owner(connection)).createAccount(1, XPUB)],
    ['addressbook.sync_custom', async (connection) => (await owner(connection)).createWatchOnly(ALICE)],
    ['vault.fund', async (connection) => funded(await owner(connection))],
    ['login.watch_only_v2', (connection) => connection.watchOnly(ALICE)],
  ];
  const funded = async (session: Awaited<ReturnType<typeof owner>>) => {
    await session.createAccount(1, XPUB);
    return session.fund(1);
  };

  it.each(steps)('to %s: in time, and the connection is closed', async (step, run) => {
    const green = await start({
      answer: ({ procedure }) => (procedure === step ? 'silence' : undefined),
    });
    const connection = await connect(green.url, soon);
    const error = await failure(run(connection));
    expect(error.code).toBe('COSIGNER_TIMEOUT');
    expect(isAmbiguous(error)).toBe(true);
    expect(connection.open).toBe(false);
  });

  it.each(steps)('but closes during %s: at once', async (step, run) => {
    for (const reply of ['close', 'break'] as const) {
      const green = await start({ answer: ({ procedure }) => (procedure === step ? reply : undefined) });
      const connection = await connect(green.url, { call: 3_600_000 });
      const reasons: string[] = [];
      connection.onClose((reason) => reasons.push(reason));
      expect((await failure(run(connection))).code).toBe('COSIGNER_UNREACHABLE');
      expect(connection.open).toBe(false);
      expect(reasons).toHaveLength(1);
      expect((await failure(run(connection))).code).toBe('COSIGNER_UNREACHABLE');
    }
  });

  it.each(steps)('but refuses %s: in its words, cleaned', async (step, run) => {
    const green = await start({
      answer: ({ procedure }) =>
        procedure === step ? { error: `no \u202e way\n\u0007 ${'x'.repeat(2000)}` } : undefined,
    });
    const error = await failure(run(await connect(green.url)));
    expect(error.code).toMatch(/^COSIGNER_(?:REFUSED|UNAUTHORIZED|ANSWER_INVALID)$/);
    expect(error.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(error.message.length).toBeLessThan(500);
  });
});

describe('an answer', () => {
  it('of 12 kB is read, which LWK does not', async () => {
    const green = await start({
      answer: ({ procedure }) =>
        procedure === 'login.get_trezor_challenge'
          ? undefined
          : procedure === 'login.watch_only_v2'
            ? {
                value: {
                  gait_path: 'ab'.repeat(64),
                  subaccounts: Array.from({ length: 200 }, (_, index) => ({
                    pointer: index + 1,
                    type: '2of2_no_recovery',
                    receiving_id: `GA${String(index).padStart(28, '1')}`,
                    required_ca: 0,
                  })),
                },
              }
            : undefined,
    });
    const session = await (await connect(green.url)).watchOnly(ALICE);
    expect(session.accounts).toHaveLength(200);
  });

  it('of more than 1 MB is refused and the connection closed', async () => {
    const green = await start({
      answer: ({ procedure }) =>
        procedure === 'login.get_trezor_challenge' ? { value: 'x'.repeat(1_000_100) } : undefined,
    });
    const connection = await connect(green.url);
    const error = await failure(connection.challenge(KEYS));
    expect(error.code).toBe('COSIGNER_ANSWER_INVALID');
    expect(error.message).toContain('1 MB');
    expect(connection.open).toBe(false);
  });

  const garbage: [string, GreenReply][] = [
    ['no JSON', { frame: 'hello' }],
    ['half a frame', { frame: '[50,1,{},[tr' }],
    ['no array', { frame: '{"a":1}' }],
    ['an empty array', { frame: '[]' }],
    ['a kind that is no number', { frame: '["50",1,{},[true]]' }],
    ['a result of nothing', { frame: '[50]' }],
    ['bytes', { bytes: new Uint8Array([1, 2, 3]) }],
  ];
  it.each(garbage)('that is %s closes the connection', async (_name, reply) => {
    const green = await start({ answer: () => reply });
    const connection = await connect(green.url);
    expect((await failure(connection.challenge(KEYS))).code).toBe('COSIGNER_ANSWER_INVALID');
    expect(connection.open).toBe(false);
    const early = await start({ hello: reply });
    expect((await failure(connect(early.url))).code).toBe('COSIGNER_ANSWER_INVALID');
  });

  it('to another request, an event or a kind unknown here is passed over', async () => {
    const green = await start({
      answer: ({ procedure }) => {
        if (procedure === 'login.get_trezor_challenge') {
          const socket = [...green.sockets][0];
          socket?.send('[50,999,{},["WRONG"]]');
          socket?.send('[8,48,998,{},"com.greenaddress.error",["x","WRONG"]]');
          socket?.send('[36,1,2,{},[{"event":"block"}]]');
          socket?.send('[4711]');
        }
        return undefined;
      },
    });
    expect(await (await connect(green.url)).challenge(KEYS)).toBe('BZVE6');
  });

  it.each([
    ['another branch', { branch: 0 }],
    ['another account', { subaccount: 7 }],
    ['index 0', { pointer: 0 }],
    ['another kind of address', { addr_type: 'p2sh' }],
    ['no script', { script: 'zz' }],
    ['a script that is no 2-of-2', { script: '51' }],
  ])('for an address with %s is refused', async (_name, change) => {
    const green = await start({
      answer: ({ procedure, args }) =>
        procedure === 'vault.fund'
          ? {
              value: {
                branch: 1,
                subaccount: args[0],
                pointer: 1,
                script: madeUpScript(1),
                addr_type: 'p2wsh',
                ...change,
              },
            }
          : undefined,
    });
    const connection = await connect(green.url);
    const session = await owner(connection);
    await session.createAccount(1, XPUB);
    expect((await failure(session.fund(1))).code).toBe('COSIGNER_ANSWER_INVALID');
    expect(connection.open).toBe(false);
  });

  it('with a blob that does not open is refused, and nothing is written over it', async () => {
    const green = await start({
      answer: ({ procedure }) =>
        procedure === 'login.authenticate'
          ? { value: { gait_path: 'ab'.repeat(64), client_blob_hmac: 'abc=', subaccounts: [] } }
          : procedure === 'login.get_client_blob'
            ? { value: { blob: Buffer.alloc(200, 7).toString('base64') } }
            : undefined,
    });
    expect((await failure(owner(await connect(green.url)))).code).toBe('COSIGNER_ANSWER_INVALID');
    expect(green.calls.map((call) => call.procedure)).not.toContain('login.set_client_blob');
  });
});

describe('the last index', () => {
  it('is found by issuing an address where Green lists none, and asks for the list once only', async () => {
    const green = await start({
      answer: ({ procedure }) =>
        procedure === 'addressbook.get_my_addresses' ? { error: 'no such procedure' } : undefined,
    });
    const session = await owner(await connect(green.url));
    await session.createAccount(1, XPUB);
    expect(await session.lastIndex(1)).toBe(1);
    expect(await session.lastIndex(1)).toBe(2);
    expect(green.calls.filter((call) => call.procedure.endsWith('get_my_addresses'))).toHaveLength(1);
  });
});

describe('a login that waits', () => {
  it('is kept alive by pings', async () => {
    const green = await start();
    const connection = await connect(green.url, { ping: 10 });
    await expect.poll(() => green.pings()).toBeGreaterThan(2);
    expect(connection.open).toBe(true);
    expect(await connection.challenge(KEYS)).toBe('BZVE6');
  });

  it('is given up when Green does not answer them', async () => {
    const green = await start({ autoPong: false });
    const connection = await connect(green.url, { ping: 10 });
    const reason = await new Promise<string>((resolve) => connection.onClose(resolve));
    expect(reason).toContain('sign of life');
    expect(connection.open).toBe(false);
  });

  it('says so once when Green closes it, and to who asks later', async () => {
    const green = await start();
    const connection = await connect(green.url);
    const reasons: string[] = [];
    const over = new Promise<void>((resolve) =>
      connection.onClose((reason) => {
        reasons.push(reason);
        resolve();
      }),
    );
    for (const socket of green.sockets)
      socket.send('[6,{"message":"restarting"},"wamp.close.system_shutdown"]');
    await over;
    connection.onClose((reason) => reasons.push(reason));
    expect(reasons).toHaveLength(2);
    expect((await failure(connection.challenge(KEYS))).code).toBe('COSIGNER_UNREACHABLE');
  });
});

describe('what is no Green', () => {
  it('refuses the session in words', async () => {
    const green = await start({
      hello: { frame: '[3,{"message":"no such realm"},"wamp.error.no_such_realm"]' },
    });
    const error = await failure(connect(green.url));
    expect([error.code, error.message]).toEqual([
      'COSIGNER_REFUSED',
      'Green refuses the session: no such realm.',
    ]);
  });

  it('speaks another protocol', async () => {
    const green = await start({ protocol: false });
    expect((await failure(connect(green.url))).code).toBe('COSIGNER_ANSWER_INVALID');
  });

  it('has an address that is none', async () => {
    for (const url of ['', 'green', 'https//x', 'ftp://green.example']) {
      expect((await failure(connect(url))).code).toBe('INVALID_ARGUMENT');
    }
  });
});
