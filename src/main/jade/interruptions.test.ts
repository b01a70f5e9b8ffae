import { describe, expect, it } from 'vitest';
import {
  fixedPorts,
  INFO,
  portTo,
  recordedDevice,
  recordedJade,
  scriptedJade,
  type ScriptedJade,
} from '../../../test/support/scripted-jade.ts';
import { createJades, takesOtherRoute } from './index.ts';
import { OracleError } from './oracle.ts';
import type { JadeLiquidTx, JadeSession } from './types.ts';

const antiExfil = {
  commit: () => Promise.resolve(new Uint8Array(32)),
  verify: () => Promise.resolve(true),
};
const psbt = (recordedJade('sign_psbt_pset')[0]?.map['params'] as { psbt: Uint8Array }).psbt;
const tx: JadeLiquidTx = {
  txn: '00',
  inputs: [
    { path: [0], script: '51', valueCommitment: '08', pubkey: '02'.repeat(33), sighash: '00'.repeat(32) },
  ],
  commitments: [null],
  change: [null],
  genesisHash: '00'.repeat(32),
};
const oracleAnswer = recordedJade('auth_user_get_pin')[2]?.map['params'];

const flows: Record<
  string,
  { steps: string[]; state?: string; run: (session: JadeSession) => Promise<unknown> }
> = {
  unlock: {
    steps: ['auth_user_get_pin'],
    state: 'LOCKED',
    run: (session) => session.unlock(() => Promise.resolve(oracleAnswer)).then(() => 'unlocked'),
  },
  'get the blinding key': {
    steps: ['get_master_blinding_key'],
    run: (session) => session.masterBlindingKey(),
  },
  'read multisigs': {
    steps: ['get_registered_multisigs', 'get_registered_multisig'],
    run: (session) => session.multisigs(),
  },
  'show an address': {
    steps: ['get_receive_address'],
    run: (session) => session.address({ multisigName: 'treasury', paths: [[0, 0]] }),
  },
  'sign a PSET': {
    steps: ['get_xpub_root', 'sign_psbt_pset'],
    run: (session) => session.signPset(psbt),
  },
  'sign a transaction': {
    steps: ['sign_liquid_tx'],
    run: (session) => session.signLiquidTx(tx),
  },
};

function jadesOn(makeDevice: () => ScriptedJade) {
  return createJades({
    ports: fixedPorts(portTo('jade', makeDevice)),
    network: 'localtest-liquid',
    antiExfil,
  });
}

describe.each(Object.entries(flows))('pulling the cable: %s', (_name, { steps, state = 'READY', run }) => {
  const device = (): ScriptedJade =>
    recordedDevice(
      steps,
      () => undefined,
      () => ({ ...INFO, JADE_STATE: state }),
    );
  const exchanges = steps.flatMap((step) => recordedJade(step)).length / 2;

  it.each(Array.from({ length: exchanges }, (_, at) => at))(
    'before reply %d ends the flow in words, and it can be run again from the start',
    async (at) => {
      let openings = 0;
      const jades = jadesOn(() => {
        openings += 1;
        const made = device();
        if (openings > 1) return made;
        const { write } = made;
        let commands = 0;
        made.write = (bytes) => {
          const before = made.commands.length;
          const written = write(bytes);
          if (made.commands.length > before) {
            commands += 1;
            // The reply is on its way when the device goes.
            if (commands === at + 1) made.unplug();
          }
          return written;
        };
        return made;
      });
      const first = await jades.open('jade');
      await expect(run(first)).rejects.toMatchObject({ code: 'JADE_LOST' });
      await first.close();
      const second = await jades.open('jade');
      expect(await run(second)).toBeTruthy();
      await jades.close();
    },
  );
});

describe('a device that falls over while it signs a PSET', () => {
  const lostAt = async (method: string): Promise<unknown> => {
    const jades = jadesOn(() => {
      const made = recordedDevice(['get_xpub_root', 'sign_psbt_pset'], () => undefined);
      const { write } = made;
      made.write = (bytes) => {
        const written = write(bytes);
        if (made.commands.at(-1)?.method === method) made.unplug();
        return written;
      };
      return made;
    });
    const session = await jades.open('jade');
    return session.signPset(psbt).catch((error: unknown) => error);
  };

  it('makes the caller take the other way of signing', async () => {
    const error = await lostAt('sign_psbt');
    expect(takesOtherRoute(error)).toBe(true);
    expect(error).toMatchObject({ code: 'JADE_LOST' });
    expect((error as { next: string }).next).toContain('sign_liquid_tx');
  });

  it('does not when it went before it was asked to sign', async () => {
    expect(takesOtherRoute(await lostAt('get_xpub'))).toBe(false);
  });

  it('does not when the person rejected it', async () => {
    const jades = jadesOn(() =>
      scriptedJade(({ method }) =>
        method === 'get_xpub'
          ? [{ result: recordedJade('get_xpub_root')[1]?.map['result'] }]
          : method === 'sign_psbt'
            ? [{ error: { code: -32000, message: 'User declined to sign psbt' } }]
            : null,
      ),
    );
    const session = await jades.open('jade');
    const error = await session.signPset(psbt).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'JADE_DECLINED' });
    expect(takesOtherRoute(error)).toBe(false);
  });

  it('is not sent a transaction of which it holds no key', async () => {
    const otherKey =
      'tpubDF7d9dRemHRCqjhsM1bvsdcXoEZAQvEMb2dAspiSz2Zvw8FZYvXDgvycBmXsuyemBPFmQUfUE6AMuqT1FxeKkrssSKA5zQPwVVipAvYNApQ';
    const device = scriptedJade(({ method }) => (method === 'get_xpub' ? [{ result: otherKey }] : null));
    const session = await jadesOn(() => device).open('jade');
    await expect(session.signPset(psbt)).rejects.toMatchObject({ code: 'SIGNING_FAILED' });
    expect(device.commands.map(({ method }) => method)).toEqual(['get_xpub']);
  });
});

describe('pieces that do not fit together', () => {
  const first = { seqnum: 1, seqlen: 3, result: new Uint8Array(3008) };
  it.each([
    ['a piece twice', { seqnum: 1, seqlen: 3, result: new Uint8Array(3008) }],
    ['another count', { seqnum: 2, seqlen: 4, result: new Uint8Array(3008) }],
    ['no bytes', { seqnum: 2, seqlen: 3, result: 'text' }],
    ['no number', { result: new Uint8Array(3008) }],
  ])('are refused: %s', async (_what, second) => {
    const jades = jadesOn(() =>
      scriptedJade(({ method }) =>
        method === 'get_xpub'
          ? [{ result: recordedJade('get_xpub_root')[1]?.map['result'] }]
          : method === 'sign_psbt'
            ? [first]
            : method === 'get_extended_data'
              ? [second]
              : null,
      ),
    );
    const session = await jades.open('jade');
    await expect(session.signPset(psbt)).rejects.toMatchObject({ code: 'JADE_ANSWER_INVALID' });
  });

  it('are not read without end', async () => {
    const jades = jadesOn(() =>
      scriptedJade(({ method, params }) =>
        method === 'get_xpub'
          ? [{ result: recordedJade('get_xpub_root')[1]?.map['result'] }]
          : method === 'sign_psbt' || method === 'get_extended_data'
            ? [{ seqnum: params?.['seqnum'] ?? 1, seqlen: 1_000_000, result: new Uint8Array(3008) }]
            : null,
      ),
    );
    const session = await jades.open('jade');
    await expect(session.signPset(psbt)).rejects.toMatchObject({ code: 'JADE_ANSWER_INVALID' });
  });
});

describe('declining on the device', () => {
  it('is told with the first signature, and ends the signing', async () => {
    const device = scriptedJade(({ method }) => {
      if (method === 'sign_liquid_tx') return [{ result: true }];
      if (method === 'tx_input') return [{ result: new Uint8Array(33) }];
      if (method === 'get_signature') return [{ error: { code: -32000, message: 'User declined' } }];
      return null;
    });
    const session = await jadesOn(() => device).open('jade');
    await expect(session.signLiquidTx(tx)).rejects.toMatchObject({ code: 'JADE_DECLINED' });
    expect(device.commands.map(({ method }) => method)).toEqual([
      'sign_liquid_tx',
      'tx_input',
      'get_signature',
    ]);
  });
});

describe('signing several inputs', () => {
  it('speaks of every one, also of those that are not its own, and refuses a signature for those', async () => {
    const run = async (foreign: Uint8Array) => {
      let inputs = 0;
      const signature = new Uint8Array([...Buffer.from('30440220', 'hex'), ...new Uint8Array(67), 1]);
      const device = scriptedJade(({ method, params }) => {
        if (method === 'sign_liquid_tx') return [{ result: true }];
        const own = Object.keys(params ?? {}).length > 0;
        if (method === 'tx_input') {
          inputs += 1;
          return [{ result: own ? new Uint8Array(33) : new Uint8Array(0) }];
        }
        if (method === 'get_signature') return [{ result: own ? signature : foreign }];
        return null;
      });
      const session = await jadesOn(() => device).open('jade');
      const signed = await session.signLiquidTx({ ...tx, inputs: [null, ...tx.inputs, null] });
      expect(inputs).toBe(3);
      return signed.map((entry) => entry !== null);
    };
    expect(await run(new Uint8Array(0))).toEqual([false, true, false]);
    await expect(run(new Uint8Array(70))).rejects.toMatchObject({ code: 'JADE_ANSWER_INVALID' });
  });

  it('sends registry contracts with their keys in the order in which they are hashed', async () => {
    const device = scriptedJade(({ method }) =>
      method === 'sign_liquid_tx' ? [{ error: { code: -32000 } }] : null,
    );
    const session = await jadesOn(() => device).open('jade');
    const contract = {
      version: 0,
      ticker: 'TEST',
      entity: { domain: 'example.org' },
      name: 'Test',
      precision: 2,
    };
    const issuancePrevout = { txid: 'aa'.repeat(32), vout: 1 };
    const known = { assetId: 'bb'.repeat(32), contract, issuancePrevout };
    const tooLong = { ...known, contract: { name: 'x'.repeat(800) } };
    await expect(session.signLiquidTx({ ...tx, assetInfo: [known, tooLong] })).rejects.toMatchObject({
      code: 'JADE_DECLINED',
    });
    const sent = device.commands[0]?.params?.['asset_info'] as { contract: object }[];
    expect(sent).toHaveLength(1);
    expect(JSON.stringify(sent[0]?.contract)).toBe(
      '{"entity":{"domain":"example.org"},"name":"Test","precision":2,"ticker":"TEST","version":0}',
    );
  });
});

describe('an oracle in trouble', () => {
  const asking = recordedJade('auth_user_get_pin')[1]?.map['result'];
  const device = (pin: (call: number) => Record<string, unknown>) => {
    let pins = 0;
    return scriptedJade(
      ({ method }) => {
        if (method === 'auth_user') return [{ result: asking }];
        if (method !== 'pin') return null;
        pins += 1;
        return [pin(pins)];
      },
      { info: () => ({ ...INFO, JADE_STATE: 'LOCKED' }) },
    );
  };

  it('is asked again when the person retries on the Jade', async () => {
    const jade = device((call) => ({ result: call === 1 ? asking : true }));
    const session = await jadesOn(() => jade).open('jade');
    let calls = 0;
    await session.unlock(() => {
      calls += 1;
      return calls === 1
        ? Promise.reject(new OracleError('j8d.io is away.', 'Again.', true))
        : Promise.resolve({ data: 'x' });
    });
    expect(jade.commands.map(({ method, params }) => [method, params])).toEqual([
      ['auth_user', { network: 'localtest-liquid' }],
      ['pin', undefined],
      ['pin', { data: 'x' }],
    ]);
  });

  it('that is not the maker’s ends the waiting of the Jade', async () => {
    const jade = device(() => ({ result: true }));
    const session = await jadesOn(() => jade).open('jade');
    await expect(
      session.unlock(() => Promise.reject(new OracleError('Not the maker’s.', 'Stop.', false))),
    ).rejects.toMatchObject({ code: 'JADE_ORACLE' });
    expect(jade.commands.map(({ method }) => method)).toEqual(['auth_user', 'cancel']);
  });

  it.each([
    ['GET', { method: 'GET', urls: ['https://j8d.io/x'] }, 'pin'],
    ['another command', { method: 'POST', urls: ['https://j8d.io/x'] }, 'ota'],
    ['no addresses', { method: 'POST' }, 'pin'],
  ])('is not asked for something else: %s', async (_what, params, onReply) => {
    const jade = scriptedJade(
      ({ method }) =>
        method === 'auth_user' ? [{ result: { http_request: { params, 'on-reply': onReply } } }] : null,
      { info: () => ({ ...INFO, JADE_STATE: 'LOCKED' }) },
    );
    const session = await jadesOn(() => jade).open('jade');
    await expect(session.unlock(() => Promise.reject(new Error('must not be asked')))).rejects.toMatchObject({
      code: 'JADE_ANSWER_INVALID',
    });
  });
});
