import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEEDS, treasuryDistribution, treasuryOf } from '../../../test/support/treasury-pset.ts';
import type { TreasuryPset } from '../../../test/support/treasury-pset.ts';
import { amount } from '../../shared/money.ts';
import { fromHex, toHex, u32Bytes, u64Bytes } from './bytes.ts';
import { createLiquid } from './liquid.ts';
import { loadLwk } from './lwk.ts';
import { INPUT, OUTPUT, parsePset, serializePset } from './pset.ts';
import type { Pset, PsetMap } from './pset.ts';
import { partialSignatures } from './pset-view.ts';
import { readMultisig } from './sighash.ts';
import type { BlindRequest, PsetSignature } from './types.ts';
import { wally } from './wally.ts';

const liquid = createLiquid({ workers: 2 });
afterAll(() => liquid.close());

const WORDS = [SEEDS.abandon, SEEDS.legal, SEEDS.zoo];
let single: TreasuryPset;
let multi: TreasuryPset;
beforeAll(async () => {
  const seeds = WORDS.map((mnemonic) => ({ mnemonic }));
  [single, multi] = await Promise.all([
    treasuryOf(liquid, 1, seeds.slice(0, 1)).then((policy) => treasuryDistribution(liquid, policy)),
    treasuryOf(liquid, 2, seeds).then((policy) => treasuryDistribution(liquid, policy)),
  ]);
});

function recorded<T>(name: string): T {
  const file = new URL(`../../../test/recordings/liquid/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'), (key, value: unknown) =>
    key === 'value' ? amount(BigInt(value as string)) : value,
  ) as T;
}

function changed(pset: string, change: (pset: Pset) => void): string {
  const parsed = parsePset(pset);
  change(parsed);
  return serializePset(parsed);
}

const sign = (pset: string, mnemonic: string): Promise<string> =>
  liquid.signWithSeed(pset, { mnemonic }, 'regtest');

const signatures = (pset: string): Record<string, string> =>
  Object.fromEntries([...partialSignatures(parsePset(pset))].map(([key, value]) => [key, toHex(value)]));

function byLwk(pset: string, mnemonic: string): string {
  const lwk = loadLwk();
  const signer = new lwk.Signer(new lwk.Mnemonic(mnemonic), lwk.Network.regtestDefault());
  return signer.sign(new lwk.Pset(pset)).toString();
}

const firstKey = (map: PsetMap | undefined, type: string): string =>
  [...(map?.keys() ?? [])].find((key) => key.length > 1 && key.startsWith(type)) ?? '';

describe('signWithSeed', () => {
  it('makes the signatures that LWK makes, for one key and for a multisig', async () => {
    expect(signatures(await sign(single.pset, SEEDS.abandon))).toEqual(
      signatures(byLwk(single.pset, SEEDS.abandon)),
    );
    for (const words of WORDS) {
      expect(signatures(await sign(multi.pset, words))).toEqual(signatures(byLwk(multi.pset, words)));
    }
  });

  it.each(['distribution-3', 'issuance', 'reissuance'])(
    'makes the signatures that LWK makes for %s that a node funded',
    async (name) => {
      const { pset } = await liquid.blind(recorded<BlindRequest>(`${name}.funded`));
      expect(signatures(await sign(pset, SEEDS.abandon))).toEqual(signatures(byLwk(pset, SEEDS.abandon)));
    },
  );

  it('makes the signature that a Jade’s firmware made for its part of a multisig', async () => {
    const { sent, signed } = recorded<{ sent: string; signed: string }>('jade-signed');
    const ours = await sign(sent, SEEDS.jade);
    expect(Object.keys(signatures(signed))).toHaveLength(1);
    expect(signatures(ours)).toEqual(signatures(signed));
  });

  it('signs with a seed’s passphrase, and not without it', async () => {
    const seed = { mnemonic: SEEDS.legal, passphrase: 'kæse' };
    const { pset } = await treasuryDistribution(liquid, await treasuryOf(liquid, 1, [seed]), 1);
    const signed = await liquid.signaturesOf(await liquid.signWithSeed(pset, seed, 'regtest'));
    expect(signed.map(({ valid }) => valid)).toEqual([true, true]);
    await expect(sign(pset, SEEDS.legal)).rejects.toMatchObject({ code: 'SIGNING_FAILED' });
  });

  it('changes nothing but its own signatures, whatever fields it does not know', async () => {
    const odd = changed(multi.pset, ({ inputs, global }) => {
      inputs[0]?.set('\xfc\x05sluic\x01', Uint8Array.of(1, 2, 3));
      global.set('\xf0', Uint8Array.of(9));
    });
    const signed = changed(await sign(odd, SEEDS.zoo), ({ inputs }) => {
      for (const map of inputs) map.delete(firstKey(map, INPUT.partialSignature));
    });
    expect(signed).toBe(odd);
  });

  it('refuses to sign what it has signed', async () => {
    await expect(sign(await sign(multi.pset, SEEDS.zoo), SEEDS.zoo)).rejects.toMatchObject({
      code: 'SIGNING_FAILED',
      message: expect.stringMatching(/signed it already/) as string,
    });
  });

  it('adds what is missing to what it has signed in part', async () => {
    const whole = await sign(single.pset, SEEDS.abandon);
    const part = changed(whole, ({ inputs }) =>
      inputs[1]?.delete(firstKey(inputs[1], INPUT.partialSignature)),
    );
    expect(signatures(await sign(part, SEEDS.abandon))).toEqual(signatures(whole));
  });

  it('refuses what is all somebody else’s, final, or names no keys', async () => {
    const final = changed(single.pset, ({ inputs }) =>
      inputs.forEach((map) => map.set(INPUT.finalScriptWitness, Uint8Array.of(1, 0))),
    );
    const nameless = changed(single.pset, ({ inputs }) =>
      inputs.forEach((map) => map.delete(firstKey(map, INPUT.bip32Derivation))),
    );
    const work = [
      [single.pset, SEEDS.zoo],
      [final, SEEDS.abandon],
      [nameless, SEEDS.abandon],
    ] as const;
    for (const [pset, words] of work) {
      await expect(sign(pset, words)).rejects.toMatchObject({
        code: 'SIGNING_FAILED',
        message: expect.stringMatching(/can sign none/) as string,
      });
    }
  });

  it.each<[string, RegExp, (pset: Pset) => void]>([
    [
      'SIGHASH_SINGLE',
      /Input 0 asks for a signature/,
      ({ inputs }) => inputs[0]?.set(INPUT.sighashType, u32Bytes(3)),
    ],
    [
      'SIGHASH_NONE, anybody can pay',
      /Input 1 asks/,
      ({ inputs }) => inputs[1]?.set(INPUT.sighashType, u32Bytes(0x82)),
    ],
    ['SIGHASH_RANGEPROOF', /Input 1 asks/, ({ inputs }) => inputs[1]?.set(INPUT.sighashType, u32Bytes(0x41))],
    ['a peg-in', /main chain/, ({ inputs }) => inputs[1]?.set(INPUT.peginWitness, Uint8Array.of(0))],
    [
      'a coin that is not shown',
      /does not show the coin/,
      ({ inputs }) => inputs[0]?.delete(INPUT.witnessUtxo),
    ],
    ['no witness script', /does not show the script/, ({ inputs }) => inputs[0]?.delete(INPUT.witnessScript)],
    [
      'another witness script',
      /another script than that of the coin/,
      ({ inputs }) => inputs[0]?.set(INPUT.witnessScript, inputs[1]?.get(INPUT.witnessScript) as Uint8Array),
    ],
    [
      'a previous transaction that is another’s',
      /another coin than the one that it spends/,
      ({ inputs }) => inputs[0]?.set(INPUT.nonWitnessUtxo, fromHex('0200000000000000000000')),
    ],
    [
      'a key that is not in the script',
      /Input 0 names a key that its script does not have/,
      ({ inputs }) => {
        const key = firstKey(inputs[1], INPUT.bip32Derivation);
        inputs[0]?.set(key, inputs[1]?.get(key) as Uint8Array);
      },
    ],
  ])('signs nothing of a multisig with %s', async (_, message, change) => {
    await expect(sign(changed(multi.pset, change), SEEDS.abandon)).rejects.toMatchObject({
      code: 'SIGNING_FAILED',
      message: expect.stringMatching(message) as string,
    });
  });

  it('signs nothing where a key is named at another path than its own', async () => {
    const pset = changed(single.pset, ({ inputs }) => {
      const [first, second] = inputs;
      first?.set(
        firstKey(first, INPUT.bip32Derivation),
        second?.get(firstKey(second, INPUT.bip32Derivation)) as Uint8Array,
      );
    });
    await expect(sign(pset, SEEDS.abandon)).rejects.toMatchObject({
      code: 'SIGNING_FAILED',
      message: expect.stringMatching(/does not have/) as string,
    });
  });

  it('signs nothing where an input names a key of ours that its coin is not paid to', async () => {
    const pset = changed(single.pset, ({ inputs }) => {
      const [first, second] = inputs;
      first?.delete(firstKey(first, INPUT.bip32Derivation));
      const key = firstKey(second, INPUT.bip32Derivation);
      first?.set(key, second?.get(key) as Uint8Array);
    });
    await expect(sign(pset, SEEDS.abandon)).rejects.toMatchObject({
      code: 'SIGNING_FAILED',
      message: expect.stringMatching(/Input 0 names a key that its script does not have/) as string,
    });
  });

  it('signs nothing of another network with the same seed', async () => {
    const policy = await treasuryOf(liquid, 1, [{ mnemonic: SEEDS.zoo }], 'liquidv1');
    const { pset } = await treasuryDistribution(liquid, policy, 1);
    await expect(sign(pset, SEEDS.zoo)).rejects.toMatchObject({
      code: 'SIGNING_FAILED',
      message: 'Input 0 names a key of another network.',
    });
    const signed = await liquid.signWithSeed(pset, { mnemonic: SEEDS.zoo }, 'liquidv1');
    expect((await liquid.signaturesOf(signed)).map(({ valid }) => valid)).toEqual([true, true]);
  });

  it('refuses words that are none without repeating them', async () => {
    const refused = liquid.signWithSeed(single.pset, { mnemonic: 'abandon swordfish' }, 'regtest');
    await expect(refused).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.not.stringMatching(/abandon|swordfish/) as string,
    });
  });
});

describe('sighashes', () => {
  it('are those that libwally computes of the same transaction', async () => {
    const pset = wally.psbt_from_bytes(Buffer.from(single.pset, 'base64'), 0);
    const tx = wally.psbt_extract(pset, 1);
    const facts = await liquid.factsOf(single.pset);
    const expected = facts.inputs.map(({ script, valueCommitment }, index) => {
      const code = `76a914${script?.slice(4)}88ac`;
      return wally
        .tx_get_elements_signature_hash(tx, index, fromHex(code), fromHex(valueCommitment ?? ''), 1, 1)
        .toString('hex');
    });
    expect(await liquid.sighashes(single.pset)).toEqual(expected);
  });

  it.each<[string, (pset: Pset) => void]>([
    ['output’s script', ({ outputs }) => outputs[0]?.set(OUTPUT.script, fromHex(`0014${'11'.repeat(20)}`))],
    ['output’s nonce', ({ outputs }) => outputs[0]?.set(OUTPUT.ecdhPubkey, fromHex(`02${'11'.repeat(32)}`))],
    [
      'output’s value',
      ({ outputs }) => outputs[0]?.set(OUTPUT.valueCommitment, fromHex(`08${'11'.repeat(32)}`)),
    ],
    [
      'output’s asset',
      ({ outputs }) => outputs[0]?.set(OUTPUT.assetCommitment, fromHex(`0a${'11'.repeat(32)}`)),
    ],
    ['fee', ({ outputs }) => outputs[4]?.set(OUTPUT.amount, u64Bytes(11n, true))],
    ['sequence', ({ inputs }) => inputs[1]?.set(INPUT.sequence, u32Bytes(7))],
    ['outpoint', ({ inputs }) => inputs[1]?.set(INPUT.outputIndex, u32Bytes(7))],
    ['issuance', ({ inputs }) => inputs[1]?.set(INPUT.issuanceValue, u64Bytes(7n, true))],
    ['locktime', ({ inputs }) => inputs[1]?.set(INPUT.requiredHeight, u32Bytes(7))],
    ['version', ({ global }) => global.set('\x02', u32Bytes(3))],
  ])('all change with any %s', async (_, change) => {
    const [before, after] = [
      await liquid.sighashes(multi.pset),
      await liquid.sighashes(changed(multi.pset, change)),
    ];
    expect(new Set([...before, ...after]).size).toBe(4);
  });

  it('refuse a coin of a kind that is not signed for here', async () => {
    const pset = changed(single.pset, ({ inputs }) => {
      const utxo = Uint8Array.from(inputs[1]?.get(INPUT.witnessUtxo) ?? []);
      utxo[utxo.length - 22] = 0x51;
      inputs[1]?.set(INPUT.witnessUtxo, utxo);
    });
    await expect(liquid.sighashes(pset)).rejects.toMatchObject({
      code: 'PSET_INVALID',
      message: expect.stringMatching(/^Input 1 spends a coin of a kind/) as string,
    });
  });
});

describe('readMultisig', () => {
  it('reads what treasuries have and nothing that only looks like it', async () => {
    const [own] = await liquid.addresses(multi.policy, 0, 0, 1);
    const script = fromHex(own?.witnessScript ?? '');
    expect(readMultisig(script)).toMatchObject({ threshold: 2 });
    fc.assert(
      fc.property(fc.nat(script.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const other = Uint8Array.from(script);
        other[at] = (other[at] ?? 0) ^ mask;
        const read = readMultisig(other);
        const keyByte = at > 1 && at < script.length - 2 && (at - 1) % 34 !== 0;
        expect(read === null).toBe(
          !keyByte && !(at === 0 && read !== null && [1, 2, 3].includes(read.threshold)),
        );
      }),
    );
    expect(readMultisig(new Uint8Array())).toBeNull();
    expect(readMultisig(fromHex('5050ae'))).toBeNull();
  });
});

describe('signaturesOf', () => {
  const verdicts = async (pset: string): Promise<Pick<PsetSignature, 'input' | 'fingerprint' | 'valid'>[]> =>
    (await liquid.signaturesOf(pset)).map(({ input, fingerprint, valid }) => ({ input, fingerprint, valid }));

  it('tells whose signatures a PSET has', async () => {
    expect(await liquid.signaturesOf(multi.pset)).toEqual([]);
    const [first, , third] = multi.policy.keys;
    const signed = await sign(await sign(multi.pset, SEEDS.abandon), SEEDS.zoo);
    const found = await verdicts(signed);
    for (const input of [0, 1]) {
      for (const { fingerprint } of [first, third] as { fingerprint: string }[]) {
        expect(found).toContainEqual({ input, fingerprint, valid: true });
      }
    }
    expect(found).toHaveLength(4);
  });

  it.each<[string, (pset: Pset) => void]>([
    ['is of another transaction', ({ outputs }) => outputs[4]?.set(OUTPUT.amount, u64Bytes(9_999n, true))],
    [
      'has another sighash byte',
      ({ inputs }) => {
        const key = firstKey(inputs[0], INPUT.partialSignature);
        inputs[0]?.set(key, Uint8Array.from([...(inputs[0].get(key) ?? [])].slice(0, -1).concat(3)));
      },
    ],
    [
      'is under another key',
      ({ inputs }) => {
        const key = firstKey(inputs[0], INPUT.partialSignature);
        const other = firstKey(inputs[1], INPUT.partialSignature);
        inputs[0]?.set(other, inputs[0].get(key) as Uint8Array);
        inputs[0]?.delete(key);
      },
    ],
    [
      'is another input’s',
      ({ inputs }) => {
        const [first, second] = inputs.map((map) => firstKey(map, INPUT.partialSignature));
        inputs[0]?.set(first ?? '', inputs[1]?.get(second ?? '') as Uint8Array);
      },
    ],
    [
      'is empty',
      ({ inputs }) => inputs[0]?.set(firstKey(inputs[0], INPUT.partialSignature), new Uint8Array()),
    ],
  ])('finds out that a signature %s', async (_, change) => {
    for (const made of [single, multi]) {
      const signed = changed(await sign(made.pset, SEEDS.abandon), change);
      expect((await verdicts(signed)).find(({ input }) => input === 0)).toMatchObject({ valid: false });
    }
  });

  it('does not take a good signature by a key that the coin does not ask for', async () => {
    const secret = new Uint8Array(32).fill(5);
    const pubkey = toHex(wally.ec_public_key_from_private_key(secret));
    for (const { pset } of [single, multi]) {
      const [hash = ''] = await liquid.sighashes(pset);
      const der = wally.ec_sig_to_der(wally.ec_sig_from_bytes(secret, fromHex(hash), 1));
      const signature = `${toHex(der)}01`;
      await expect(liquid.insertSignatures(pset, [{ input: 0, pubkey, signature }])).rejects.toMatchObject({
        code: 'SIGNING_FAILED',
      });
      const forced = changed(pset, ({ inputs }) =>
        inputs[0]?.set(`\x02${Buffer.from(pubkey, 'hex').toString('latin1')}`, fromHex(signature)),
      );
      expect(await verdicts(forced)).toEqual([{ input: 0, fingerprint: null, valid: false }]);
    }
  });
});

describe('insertSignatures', () => {
  it('puts detached signatures back where they came from', async () => {
    const signed = await sign(multi.pset, SEEDS.legal);
    const detached = (await liquid.signaturesOf(signed)).map(({ input, pubkey, signature }) => ({
      input,
      pubkey,
      signature,
    }));
    expect(await liquid.insertSignatures(multi.pset, detached)).toBe(signed);
    expect(await liquid.insertSignatures(signed, detached)).toBe(signed);
    expect(await liquid.insertSignatures(multi.pset, [])).toBe(multi.pset);
  });

  it.each<[string, (signature: PsetSignature) => Partial<PsetSignature>]>([
    ['for an input that there is not', () => ({ input: 7 })],
    ['for the other input', ({ input }) => ({ input: 1 - input })],
    ['by a key that is none', () => ({ pubkey: 'zz' })],
    ['that is no hex', () => ({ signature: 'zz' })],
    ['that is cut', ({ signature }) => ({ signature: signature.slice(0, -4) })],
    [
      'with a flipped bit',
      ({ signature }) => ({ signature: `${signature.slice(0, 20)}0000${signature.slice(24)}` }),
    ],
    ['that covers less', ({ signature }) => ({ signature: `${signature.slice(0, -2)}83` })],
  ])('refuses one %s', async (_, change) => {
    const [good] = await liquid.signaturesOf(await sign(multi.pset, SEEDS.legal));
    const { input, pubkey, signature } = { ...(good as PsetSignature), ...change(good as PsetSignature) };
    await expect(liquid.insertSignatures(multi.pset, [{ input, pubkey, signature }])).rejects.toMatchObject({
      code: 'SIGNING_FAILED',
    });
  });

  it('refuses any changed byte of a signature', async () => {
    const [good] = await liquid.signaturesOf(await sign(single.pset, SEEDS.abandon));
    const { input, pubkey, signature } = good as PsetSignature;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(signature.length / 2 - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, mask) => {
          const bytes = fromHex(signature);
          bytes[at] = (bytes[at] ?? 0) ^ mask;
          const changedOne = { input, pubkey, signature: toHex(bytes) };
          await expect(liquid.insertSignatures(single.pset, [changedOne])).rejects.toMatchObject({
            code: 'SIGNING_FAILED',
          });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('combine', () => {
  it('gathers signatures in any order to the same end', async () => {
    const [a, b] = await Promise.all([sign(multi.pset, SEEDS.abandon), sign(multi.pset, SEEDS.zoo)]);
    const both = signatures(await sign(a, SEEDS.zoo));
    expect(signatures(await liquid.combine([a, b]))).toEqual(both);
    expect(signatures(await liquid.combine([b, a]))).toEqual(both);
    expect(signatures(await liquid.combine([multi.pset, b, a, b]))).toEqual(both);
    expect(await liquid.combine([a])).toBe(a);
  });

  it('keeps the first PSET as it is but for signatures, whatever the others say', async () => {
    const signed = await sign(multi.pset, SEEDS.zoo);
    const odd = changed(signed, ({ inputs, outputs }) => {
      inputs[0]?.set(INPUT.sighashType, u32Bytes(3));
      inputs[0]?.delete(INPUT.witnessUtxo);
      outputs[0]?.set(OUTPUT.amount, u64Bytes(1n, true));
      outputs[0]?.delete(OUTPUT.valueRangeproof);
    });
    expect(await liquid.combine([multi.pset, odd])).toBe(signed);
  });

  it('refuses another transaction, a bad signature, and damaged files', async () => {
    const again = await treasuryDistribution(liquid, multi.policy);
    const foreign = await sign(again.pset, SEEDS.zoo);
    await expect(liquid.combine([multi.pset, foreign])).rejects.toMatchObject({
      code: 'SIGNING_FAILED',
      message: expect.stringMatching(/another transaction/) as string,
    });
    const [signature] = Object.values(signatures(foreign));
    const bad = changed(await sign(multi.pset, SEEDS.zoo), ({ inputs }) =>
      inputs[1]?.set(firstKey(inputs[1], INPUT.partialSignature), fromHex(signature ?? '')),
    );
    await expect(liquid.combine([multi.pset, bad])).rejects.toMatchObject({
      code: 'SIGNING_FAILED',
      message: expect.stringMatching(/input 1/) as string,
    });
    await expect(liquid.combine([multi.pset, 'AAAA'])).rejects.toMatchObject({ code: 'PSET_INVALID' });
  });
});
