import { describe, expect, it } from 'vitest';
import {
  fixedPorts,
  INFO,
  portTo,
  recordedDevice,
  recordedJade,
  type JadeRequest,
} from '../../../test/support/scripted-jade.ts';
import { SluiceError } from '../../shared/errors.ts';
import { createJades } from './index.ts';
import { OracleError } from './oracle.ts';
import { toHex } from './bytes.ts';
import type { AntiExfil, JadeLiquidTx, JadeMultisig, JadeSession, PinOracle } from './types.ts';

const H = 0x8000_0000;
const ORIGIN = [48 + H, 1 + H, H, 2 + H];
const trusting: AntiExfil = {
  commit: () => Promise.resolve(new Uint8Array(32)),
  verify: () => Promise.resolve(true),
};

function same(sent: JadeRequest, recorded: Record<string, unknown>): void {
  expect(sent).toEqual(recorded);
}

/** A session with a device that answers those recorded steps; what is sent must be what was recorded. */
async function session(
  steps: readonly string[],
  options: {
    state?: string;
    antiExfil?: AntiExfil;
    entropy?: () => Uint8Array;
    expectSame?: typeof same;
  } = {},
): Promise<{ session: JadeSession; sentences: string[]; sent: () => string[] }> {
  const device = recordedDevice(steps, options.expectSame ?? same, () => ({
    ...INFO,
    JADE_STATE: options.state ?? 'READY',
  }));
  const sentences: string[] = [];
  const jades = createJades({
    ports: fixedPorts(portTo('jade', () => device)),
    network: 'localtest-liquid',
    antiExfil: options.antiExfil ?? trusting,
    tell: (_port, sentence) => void sentences.push(sentence),
    ...(options.entropy ? { entropy: options.entropy } : {}),
  });
  return {
    session: await jades.open('jade'),
    sentences,
    sent: () => device.commands.map(({ method }) => method),
  };
}

const recordedMultisig: JadeMultisig = {
  name: 'treasury',
  threshold: 2,
  masterBlindingKey: 'a9f09eeb97b09a3ddba6f047c45247ce188431cf08f39e7e1389a6239da47af2',
  signers: [
    {
      fingerprint: 'e3ebcc79',
      derivation: ORIGIN,
      xpub: 'tpubDDvj9CrVJ9kWXSL2kjtA8v53rZvTmL3HmWPvgD3hiTnD5KZuMkxSUsgGraZ9vavB5JSA3F9s5E4cXuCte5rvBs5N4DjfxYssQk1L82Bq4FE',
    },
    {
      fingerprint: '81bb1dce',
      derivation: ORIGIN,
      xpub: 'tpubDF7d9dRemHRCqjhsM1bvsdcXoEZAQvEMb2dAspiSz2Zvw8FZYvXDgvycBmXsuyemBPFmQUfUE6AMuqT1FxeKkrssSKA5zQPwVVipAvYNApQ',
    },
  ],
};

describe('keys, as recorded from real firmware', () => {
  it('names the wallet by the fingerprint of its root key', async () => {
    const { session: jade } = await session(['get_xpub_root']);
    expect(await jade.fingerprint()).toBe('e3ebcc79');
  });

  it('gives an account key', async () => {
    const { session: jade } = await session(['get_xpub_root', 'get_xpub_48']);
    await jade.fingerprint();
    await jade.xpub([]);
    expect(await jade.xpub(ORIGIN)).toBe(recordedMultisig.signers[0]?.xpub);
  });

  it('refuses a path that no device takes before it is asked', async () => {
    const { session: jade, sent } = await session([]);
    for (const path of [Array.from({ length: 17 }, () => 0), [-1], [0.5], [2 ** 32]]) {
      await expect(jade.xpub(path)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field: 'path' });
    }
    expect(sent()).toEqual([]);
  });

  it('gives the master blinding key', async () => {
    const { session: jade } = await session(['get_master_blinding_key']);
    expect(await jade.masterBlindingKey()).toBe(
      'afacc503637e85da661ca1706c4ea147f1407868c48d8f92dd339ac272293cdc',
    );
  });

  it('says that the device is locked when it has locked itself meanwhile', async () => {
    const { session: jade } = await session(['locked_error']);
    await expect(jade.xpub([])).rejects.toMatchObject({ code: 'JADE_LOCKED' });
  });

  it('asks the state before each action and does not send the command to a locked device', async () => {
    const { session: jade, sent } = await session([], { state: 'LOCKED' });
    await expect(jade.masterBlindingKey()).rejects.toMatchObject({ code: 'JADE_LOCKED' });
    expect(sent()).toEqual([]);
  });
});

describe('multisigs, as recorded from real firmware', () => {
  it('finds none on a device that has none', async () => {
    const { session: jade } = await session(['get_registered_multisigs_empty']);
    expect(await jade.multisigs()).toEqual([]);
  });

  it('reads a registered one in full', async () => {
    const { session: jade } = await session(['get_registered_multisigs', 'get_registered_multisig']);
    expect(await jade.multisigs()).toEqual([recordedMultisig]);
  });

  it('registers one and reads it back', async () => {
    const { session: jade, sentences } = await session([
      'get_xpub_root',
      'register_multisig',
      'get_registered_multisig',
    ]);
    await jade.registerMultisig(recordedMultisig);
    expect(sentences[0]).toMatch(/Compare the treasury “treasury” on the Jade/);
  });

  it('does not believe a device that kept another one', async () => {
    const { session: jade } = await session(
      ['get_xpub_root', 'register_multisig', 'get_registered_multisig'],
      { expectSame: () => undefined },
    );
    const other = { ...recordedMultisig, masterBlindingKey: '00'.repeat(32) };
    await expect(jade.registerMultisig(other)).rejects.toMatchObject({ code: 'JADE_ANSWER_INVALID' });
  });

  it('does not register a treasury of which this device is no cosigner', async () => {
    const { session: jade, sent } = await session(['get_xpub_root']);
    const foreign = { ...recordedMultisig, signers: recordedMultisig.signers.slice(1) };
    await expect(jade.registerMultisig(foreign)).rejects.toMatchObject({
      code: 'JADE_REFUSED',
      message: 'The Jade e3ebcc79 is not a cosigner of this treasury.',
    });
    expect(sent()).toEqual(['get_xpub']);
  });

  it.each(['', 'sixteen-letters-', 'with space', 'Tresör', 'tab\t'])(
    'does not send the name “%s”, which the firmware refuses',
    async (name) => {
      const { session: jade, sent } = await session([]);
      await expect(jade.registerMultisig({ ...recordedMultisig, name })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        field: 'name',
      });
      expect(sent()).toEqual([]);
    },
  );

  it('shows an address and gives it back', async () => {
    const { session: jade } = await session(['get_receive_address']);
    const address = await jade.address({
      multisigName: 'treasury',
      paths: [
        [0, 0],
        [0, 0],
      ],
    });
    expect(address).toBe(
      'el1qqdhm2scm34k3mz7rjpyrxyul63vpew65gt44qldmmeyv5wmhplta2duhslpn58ml2wp2rrygaz6zc9l70xcvsfg6gy3mw2gl5rru62gsn0d5psrjmcsk',
    );
  });
});

describe('unlocking, as recorded from real firmware', () => {
  const recordedAnswer = (step: string): unknown => recordedJade(step)[2]?.map['params'];
  const oracleOf =
    (step: string): PinOracle =>
    ({ urls, data }) => {
      const request = recordedJade(step)[1]?.map['result'] as {
        http_request: { params: { urls: string[]; data: unknown } };
      };
      expect({ urls, data }).toEqual({
        urls: request.http_request.params.urls,
        data: request.http_request.params.data,
      });
      return Promise.resolve(recordedAnswer(step));
    };

  it('carries the request to the oracle and its answer back', async () => {
    const { session: jade, sentences } = await session(['auth_user_get_pin'], { state: 'LOCKED' });
    await jade.unlock(oracleOf('auth_user_get_pin'));
    expect(sentences).toEqual([
      'Enter the PIN on the Jade.',
      'The Jade’s PIN oracle is being asked.',
      'Waiting for the Jade to check the PIN.',
      'The Jade is unlocked.',
    ]);
  });

  it('lets a new wallet get its PIN', async () => {
    // The recorded host also set the clock of the device, which an air-gapped machine had better not.
    const withoutClock = (sent: JadeRequest, recorded: Record<string, unknown>): void => {
      const { epoch: _epoch, ...params } = recorded['params'] as Record<string, unknown>;
      same(sent, { ...recorded, params });
    };
    const { session: jade } = await session(['auth_user_set_pin'], {
      state: 'UNSAVED',
      expectSame: withoutClock,
    });
    await jade.unlock(oracleOf('auth_user_set_pin'));
  });

  it('needs no PIN for a device that is unlocked over this cable', async () => {
    const { session: jade } = await session(['auth_user_already'], { state: 'TEMP' });
    await jade.unlock(() => Promise.reject(new Error('not to be asked')));
    const ready = await session([]);
    await ready.session.unlock(() => Promise.reject(new Error('not to be asked')));
    expect(ready.sent()).toEqual([]);
  });

  it('says that the PIN was wrong, and what three of them do', async () => {
    const { session: jade } = await session(['auth_user_wrong_pin'], { state: 'LOCKED' });
    const failure = jade.unlock(oracleOf('auth_user_wrong_pin'));
    await expect(failure).rejects.toMatchObject({ code: 'JADE_WRONG_PIN' });
    await expect(failure).rejects.toSatisfy(
      (error) => error instanceof SluiceError && error.next.includes('three wrong PINs the Jade erases'),
    );
  });

  it('tells the device of an oracle that is away, and the person which one it was', async () => {
    const { session: jade } = await session(['auth_user_oracle_down'], { state: 'LOCKED' });
    const away: PinOracle = () =>
      Promise.reject(new OracleError('The Jade’s PIN oracle j8d.io did not help.', 'Again.', true));
    await expect(jade.unlock(away)).rejects.toMatchObject({
      code: 'JADE_ORACLE',
      message: 'The Jade’s PIN oracle j8d.io did not help.',
    });
  });

  it('does not set up a wallet by itself', async () => {
    const { session: jade, sent } = await session([], { state: 'UNINIT' });
    await expect(jade.unlock(() => Promise.reject(new Error('not to be asked')))).rejects.toMatchObject({
      code: 'JADE_UNINITIALISED',
    });
    expect(sent()).toEqual([]);
  });
});

describe('signing a PSET, as recorded from real firmware', () => {
  const exchange = recordedJade('sign_psbt_pset');
  const psbt = (exchange[0]?.map['params'] as { psbt: Uint8Array }).psbt;

  it('puts the pieces of the reply together', async () => {
    const { session: jade, sent } = await session(['get_xpub_root', 'sign_psbt_pset']);
    const signed = await jade.signPset(psbt);
    const pieces = exchange.filter(({ dir }) => dir === '<').map(({ map }) => map['result'] as Uint8Array);
    expect(toHex(signed)).toBe(Buffer.concat(pieces).toString('hex'));
    expect(sent()).toEqual(['get_xpub', 'sign_psbt', ...Array(3).fill('get_extended_data')]);
  });
});

describe('signing a transaction with anti-exfil, as recorded from real firmware', () => {
  const exchange = recordedJade('sign_liquid_tx');
  const params = (at: number): Record<string, unknown> =>
    exchange[at]?.map['params'] as Record<string, unknown>;
  const hexOf = (at: number, field: string): string => toHex(params(at)[field] as Uint8Array);
  type Commitment = Record<string, Uint8Array> & { value: number };
  const commitments = params(0)['trusted_commitments'] as (Commitment | null)[];
  const blinder = '11'.repeat(31) + '22';
  const tx: JadeLiquidTx = {
    txn: hexOf(0, 'txn'),
    inputs: [
      {
        path: params(2)['path'] as number[],
        script: hexOf(2, 'script'),
        valueCommitment: hexOf(2, 'value_commitment'),
        pubkey: '03334c78e01c87a75ccfad1c4fdecccf79172f67c1d7db208783005ba7385cd598',
        sighash: '33'.repeat(32),
      },
    ],
    commitments: commitments.map((entry) =>
      entry
        ? {
            assetId: toHex(entry['asset_id'] as Uint8Array),
            value: BigInt(entry.value),
            blindingKey: toHex(entry['blinding_key'] as Uint8Array),
            assetGenerator: toHex(entry['asset_generator'] as Uint8Array),
            valueCommitment: toHex(entry['value_commitment'] as Uint8Array),
            assetBlinder: blinder,
            amountBlinder: blinder,
          }
        : null,
    ),
    change: [
      null,
      {
        multisigName: 'treasury',
        paths: [
          [1, 0],
          [1, 0],
        ],
      },
      null,
    ],
    genesisHash: '00'.repeat(32),
  };
  const entropy = params(4)['ae_host_entropy'] as Uint8Array;

  /** The recorded host gave explicit proofs where ours gives the blinders. */
  function sameButForProofs(sent: JadeRequest, recorded: Record<string, unknown>): void {
    if (sent.method !== 'sign_liquid_tx') return same(sent, recorded);
    const blinders = new Uint8Array(Buffer.from(blinder, 'hex').reverse());
    same(sent, {
      ...recorded,
      params: {
        ...(recorded['params'] as object),
        trusted_commitments: commitments.map((entry) => {
          if (!entry) return null;
          const { asset_blind_proof: _asset, value_blind_proof: _value, ...rest } = entry;
          return { ...rest, abf: blinders, vbf: blinders };
        }),
      },
    });
  }

  function recordedAntiExfil(verdict: boolean): { antiExfil: AntiExfil; asked: unknown[] } {
    const asked: unknown[] = [];
    return {
      asked,
      antiExfil: {
        commit: (given) => {
          expect(given).toEqual(entropy);
          return Promise.resolve(params(2)['ae_host_commitment'] as Uint8Array);
        },
        verify(claim) {
          asked.push({ ...claim, pubkey: toHex(claim.pubkey), sighash: toHex(claim.sighash) });
          return Promise.resolve(verdict);
        },
      },
    };
  }

  it('sends what the recorded host sent and verifies the signature', async () => {
    const { antiExfil, asked } = recordedAntiExfil(true);
    const { session: jade } = await session(['sign_liquid_tx'], {
      antiExfil,
      entropy: () => entropy,
      expectSame: sameButForProofs,
    });
    expect(await jade.signLiquidTx(tx)).toEqual([toHex(exchange[5]?.map['result'] as Uint8Array)]);
    expect(asked).toEqual([
      {
        pubkey: tx.inputs[0]?.pubkey,
        sighash: tx.inputs[0]?.sighash,
        entropy,
        signerCommitment: exchange[3]?.map['result'],
        signature: exchange[5]?.map['result'],
      },
    ]);
  });

  it('throws away a signature that does not hold what the device committed to', async () => {
    const { antiExfil } = recordedAntiExfil(false);
    const { session: jade } = await session(['sign_liquid_tx'], {
      antiExfil,
      entropy: () => entropy,
      expectSame: sameButForProofs,
    });
    const failure = jade.signLiquidTx(tx);
    await expect(failure).rejects.toMatchObject({ code: 'JADE_ANSWER_INVALID' });
    await expect(failure).rejects.toSatisfy(
      (error) => error instanceof SluiceError && error.next.includes('may give away its key'),
    );
  });

  it.each([
    ['sign_liquid_tx_bad_change', /change of this transaction is not where/],
    ['sign_liquid_tx_no_commitments', /lacks the proofs/],
  ])('explains the refusal recorded as %s', async (step, next) => {
    const { session: jade } = await session([step], { expectSame: () => undefined });
    const failure = jade.signLiquidTx(tx);
    await expect(failure).rejects.toMatchObject({ code: 'JADE_REFUSED' });
    await expect(failure).rejects.toSatisfy((error) => error instanceof SluiceError && next.test(error.next));
  });

  it('passes on a refusal of an input', async () => {
    const { session: jade } = await session(['sign_liquid_tx_sighash_single'], {
      expectSame: () => undefined,
    });
    await expect(jade.signLiquidTx(tx)).rejects.toMatchObject({
      code: 'JADE_REFUSED',
      message: 'The Jade refused: “Unsupported sighash value”.',
    });
  });
});
