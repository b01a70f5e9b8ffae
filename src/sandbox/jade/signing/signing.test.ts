import { decode } from 'cborg';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SIGHASH_ALL, WALLY, equal, parseTransaction, segwitSighash, wally } from '../../crypto/index.ts';
import { IN, decodePset, encodePset, fieldKey, keyed } from '../../elements/pset/codec.ts';
import { liquidOf } from '../networks.ts';
import type { MultisigRecord } from '../records.ts';
import { beginLiquidTx, signPsbt, type SigningDevice } from './index.ts';

const WORDS =
  'fish inner face ginger orchard permit useful method fence kidney chuckle party favorite sunset draw limb science crane oval letter slot invite sadness banana';

interface Message {
  step: string;
  dir: '<' | '>';
  body: { method?: string; params?: Record<string, unknown>; result?: unknown; error?: unknown };
}

const messages = readFileSync('test/recordings/jade/transcript.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((line): Message => {
    const { step, dir, hex } = JSON.parse(line) as { step: string; dir: '<' | '>'; hex: string };
    return { step, dir, body: decode(Buffer.from(hex, 'hex')) as Message['body'] };
  });

function recorded(step: string, dir: '<' | '>'): Message['body'][] {
  return messages.filter((message) => message.step === step && message.dir === dir).map(({ body }) => body);
}

/** The wallet and the registration of the recorded device, with somebody in front of it. */
function device(
  answer: (lines: readonly string[]) => boolean = () => true,
): SigningDevice & { seen: string[][] } {
  const seed = wally.bip39_mnemonic_to_seed512(WORDS, '');
  const master = wally.bip32_key_from_seed(seed, WALLY.TEST_PRIVATE, 0);
  const { descriptor, multisig_name: name } = recorded('register_multisig', '>')[0]?.params as {
    multisig_name: string;
    descriptor: {
      variant: string;
      sorted: boolean;
      threshold: number;
      master_blinding_key: Uint8Array;
      signers: MultisigRecord['signers'];
    };
  };
  const record: MultisigRecord = { ...descriptor, name, masterBlindingKey: descriptor.master_blinding_key };
  const seen: string[][] = [];
  return {
    seen,
    network: liquidOf('localtest-liquid'),
    fingerprint: Uint8Array.from(wally.bip32_key_get_fingerprint(master)),
    multisigs: () => new Map([[name, record]]),
    keyAt(path) {
      const child = wally.bip32_key_from_parent_path(master, [...path], WALLY.KEY_PRIVATE);
      return {
        privateKey: Uint8Array.from(wally.bip32_key_get_priv_key(child)),
        publicKey: Uint8Array.from(wally.bip32_key_get_pub_key(child)),
      };
    },
    prompt(lines) {
      seen.push([...lines]);
      return Promise.resolve(answer(lines));
    },
  };
}

const psetIn = recorded('sign_psbt_pset', '>')[0]?.params?.['psbt'] as Uint8Array;
const psetOut = Buffer.concat(recorded('sign_psbt_pset', '<').map(({ result }) => result as Uint8Array));
const liquidTx = (step: string): Record<string, unknown> => recorded(step, '>')[0]?.params ?? {};

describe('sign_psbt of the simulated Jade', () => {
  it('answers field by field what the firmware answered, signature included', async () => {
    const signed = decodePset(Buffer.from(await signPsbt(device(), psetIn)).toString('base64'));
    const real = decodePset(psetOut.toString('base64'));
    const plain = (fields: ReadonlyMap<string, Uint8Array>): [string, string][] =>
      [...fields].map(([key, value]): [string, string] => [key, Buffer.from(value).toString('hex')]).sort();
    expect(plain(signed.global)).toEqual(plain(real.global));
    expect(signed.inputs.map(plain)).toEqual(real.inputs.map(plain));
    expect(signed.outputs.map(plain)).toEqual(real.outputs.map(plain));
    expect(keyed(signed.inputs[0] ?? new Map(), IN.PARTIAL_SIG)).toHaveLength(1);
  });

  it('shows the payment and the fee and hides the change', async () => {
    const jade = device();
    await signPsbt(jade, psetIn);
    expect(jade.seen.map(([title]) => title)).toEqual(['Output 1/1', 'Send Transaction']);
    expect(jade.seen[0]).toContain('0.00040000 L-BTC');
    expect(jade.seen[1]).toContain('Fee: 0.00000300 L-BTC');
  });

  it('shows the change of a treasury that it was never taught', async () => {
    const jade = { ...device(), multisigs: () => new Map() };
    await signPsbt(jade, psetIn);
    expect(jade.seen.map(([title]) => title)).toEqual(['Output 1/2', 'Output 2/2', 'Send Transaction']);
  });

  it('signs nothing that is declined', async () => {
    await expect(
      signPsbt(
        device(() => false),
        psetIn,
      ),
    ).rejects.toMatchObject({
      code: -32000,
      message: 'User declined to sign psbt',
    });
    await expect(
      signPsbt(
        device(([title]) => title !== 'Send Transaction'),
        psetIn,
      ),
    ).rejects.toMatchObject({ code: -32000 });
  });

  it('reads no bytes that are no PSET, and none of another kind', async () => {
    await expect(signPsbt(device(), psetIn.subarray(0, 500))).rejects.toMatchObject({
      code: -32602,
      message: 'Failed to extract psbt from passed bytes',
    });
    const bitcoin = Uint8Array.from(psetIn);
    bitcoin.set(Buffer.from('psbt'));
    await expect(signPsbt(device(), bitcoin)).rejects.toMatchObject({
      message: 'Network/psbt type mismatch',
    });
  });

  it('knows another network by its fee', async () => {
    await expect(signPsbt({ ...device(), network: liquidOf('liquid') }, psetIn)).rejects.toMatchObject({
      message: 'Unexpected fee output (without script) asset-id',
    });
  });

  it('reads no PSET whose explicit proofs are missing or false', async () => {
    for (const change of ['missing', 'false'] as const) {
      const pset = decodePset(Buffer.from(psetIn).toString('base64'));
      const proof = [...(pset.outputs[0]?.keys() ?? [])].find((key) => key.endsWith('7073657409'));
      expect(proof).toBeDefined();
      if (change === 'missing') pset.outputs[0]?.delete(proof ?? '');
      else pset.outputs[0]?.set(fieldKey(3), Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0));
      const bytes = Uint8Array.from(Buffer.from(encodePset(pset), 'base64'));
      await expect(signPsbt(device(), bytes)).rejects.toMatchObject({
        message: 'Failed to extract psbt from passed bytes',
      });
    }
  });
});

describe('sign_liquid_tx of the simulated Jade', () => {
  it('commits to its nonce and signs as the firmware did, the entropy of the host in it', async () => {
    const jade = device();
    const flow = await beginLiquidTx(jade, liquidTx('sign_liquid_tx'));
    const [, input, get] = recorded('sign_liquid_tx', '>').map(({ params }) => params ?? {});
    const [, commitment, signature] = recorded('sign_liquid_tx', '<').map(
      ({ result }) => result as Uint8Array,
    );
    const opening = await flow.txInput(input ?? {});
    expect(equal(opening, commitment ?? new Uint8Array(0))).toBe(true);
    const signed = await flow.getSignature(get ?? {});
    expect(equal(signed, signature ?? new Uint8Array(0))).toBe(true);
    expect(jade.seen.map(([title]) => title)).toEqual(['Output 1/1', 'Send Transaction']);

    const tx = parseTransaction(liquidTx('sign_liquid_tx')['txn'] as Uint8Array);
    const {
      script,
      value_commitment: value,
      path,
    } = input as Record<string, Uint8Array> & { path: number[] };
    const hash = segwitSighash(tx, 0, script ?? new Uint8Array(0), value ?? new Uint8Array(0), SIGHASH_ALL);
    const compact = wally.ec_sig_from_der(signed.subarray(0, -1));
    wally.ae_verify(
      jade.keyAt(path).publicKey,
      hash,
      (get as { ae_host_entropy: Uint8Array }).ae_host_entropy,
      opening,
      1,
      compact,
    );
  });

  it.each([
    ['sign_liquid_tx_bad_change', 'Receive script cannot be validated'],
    ['sign_liquid_tx_no_commitments', 'Missing trusted commitment data for blinded output'],
  ])('refuses %s with the firmware’s words', async (step, message) => {
    expect(recorded(step, '<')[0]?.error).toEqual({ code: -32602, message });
    await expect(beginLiquidTx(device(), liquidTx(step))).rejects.toMatchObject({ code: -32602, message });
  });

  it('signs with SIGHASH_ALL only', async () => {
    const flow = await beginLiquidTx(device(), liquidTx('sign_liquid_tx_sighash_single'));
    await expect(
      flow.txInput(recorded('sign_liquid_tx_sighash_single', '>')[1]?.params ?? {}),
    ).rejects.toMatchObject({ code: -32602, message: 'Unsupported sighash value' });
  });

  it('refuses an amount that its commitment does not hold', async () => {
    const params = liquidTx('sign_liquid_tx');
    const [first, ...others] = params['trusted_commitments'] as Record<string, unknown>[];
    const lied = { ...params, trusted_commitments: [{ ...first, value: 999_000 }, ...others] };
    await expect(beginLiquidTx(device(), lied)).rejects.toMatchObject({ code: -32602 });
  });

  it('tells of a declined fee at the first signature', async () => {
    const jade = device(([title]) => title !== 'Send Transaction');
    const flow = await beginLiquidTx(jade, liquidTx('sign_liquid_tx'));
    await flow.txInput(recorded('sign_liquid_tx', '>')[1]?.params ?? {});
    await expect(flow.getSignature(recorded('sign_liquid_tx', '>')[2]?.params ?? {})).rejects.toMatchObject({
      code: -32000,
    });
  });
});
