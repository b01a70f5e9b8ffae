import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { distribution } from '../../../test/support/made-up-pset.ts';
import { SluiceError } from '../../shared/errors.ts';
import { amount } from '../../shared/money.ts';
import { descriptorChecksum } from './descriptor.ts';
import { createLiquid } from './liquid.ts';
import { loadLwk } from './lwk.ts';
import { INPUT, parsePset, serializePset } from './pset.ts';
import { partialSignatures } from './pset-view.ts';
import type { BlindRequest, LiquidNetwork } from './types.ts';
import { wally } from './wally.ts';

const liquid = createLiquid({ workers: 1 });
afterAll(() => liquid.close());

/** Test vector of BIP39; the recorded PSETs are funded by its BIP84 wallet. */
const WORDS = `${'abandon '.repeat(11)}about`;
const HARDENED = 0x8000_0000;

/** The same keys derived by the other library. */
function byWally(network: LiquidNetwork): { fingerprint: string; xpub: string; masterBlindingKey: string } {
  const seed = wally.bip39_mnemonic_to_seed512(WORDS, '');
  const [version, coinType] = network === 'liquidv1' ? [0x0488ade4, 1776] : [0x04358394, 1];
  const root = wally.bip32_key_from_seed(seed, version, 0);
  const path = [84, coinType, 0].map((step) => step + HARDENED);
  const account = wally.bip32_key_from_parent_path(root, path, 0);
  return {
    fingerprint: wally.bip32_key_get_fingerprint(root).toString('hex'),
    xpub: wally.bip32_key_to_base58(account, 1),
    masterBlindingKey: wally.asset_blinding_key_from_seed(seed).subarray(32).toString('hex'),
  };
}

async function failure(work: Promise<unknown>): Promise<SluiceError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof SluiceError) return error;
  throw new Error('was accepted', { cause: error });
}

describe('treasuryKeys', () => {
  it.each<LiquidNetwork>(['liquidv1', 'liquidtestnet', 'regtest'])(
    'agrees with both libraries on %s',
    async (network) => {
      const keys = await liquid.treasuryKeys(WORDS, network);
      const { fingerprint, xpub, masterBlindingKey } = byWally(network);
      const origin = `[${fingerprint}/84'/${network === 'liquidv1' ? 1776 : 1}'/0']${xpub}`;
      expect(keys).toMatchObject({ fingerprint, masterBlindingKey });
      expect(keys.external.split('#')[0]).toBe(`wpkh(${origin}/0/*)`);
      expect(keys.internal.split('#')[0]).toBe(`wpkh(${origin}/1/*)`);
      expect(keys.ctDescriptor.split('#')[0]).toBe(
        `ct(slip77(${masterBlindingKey}),elwpkh(${origin}/<0;1>/*))`,
      );
      const lwk = loadLwk();
      const chain = { liquidv1: 'mainnet', liquidtestnet: 'testnet', regtest: 'regtestDefault' } as const;
      const signer = new lwk.Signer(new lwk.Mnemonic(WORDS), lwk.Network[chain[network]]());
      expect(signer.wpkhSlip77Descriptor().toString()).toBe(keys.ctDescriptor);
    },
  );

  it('computes checksums as LWK does, which a node checks', async () => {
    const { ctDescriptor } = await liquid.treasuryKeys(WORDS, 'regtest');
    const [body, checksum] = ctDescriptor.split('#');
    expect(descriptorChecksum(body ?? '')).toBe(checksum);
  });

  it('reads words whatever space is around and between them', async () => {
    const spaced = `  ${WORDS.replaceAll(' ', ' \n')} `;
    expect(await liquid.treasuryKeys(spaced, 'regtest')).toEqual(await liquid.treasuryKeys(WORDS, 'regtest'));
  });

  it.each(['', 'abandon', `${'abandon '.repeat(11)}abandon`, `${'abandon '.repeat(11)}sluice`])(
    'refuses “%s” without repeating it',
    async (words) => {
      const error = await failure(liquid.treasuryKeys(words, 'regtest'));
      expect(error.code).toBe('INVALID_ARGUMENT');
      expect(`${error.message} ${error.next} ${String(error.cause)}`).not.toMatch(/abandon|sluice/);
    },
  );
});

describe('newMnemonic', () => {
  it.each([12, 24] as const)('makes %i words that are new each time and valid', async (count) => {
    const [a, b] = await Promise.all([liquid.newMnemonic(count), liquid.newMnemonic(count)]);
    expect(a.split(' ')).toHaveLength(count);
    expect(a).not.toBe(b);
    wally.bip39_mnemonic_validate(null, a);
    expect((await liquid.treasuryKeys(a, 'liquidv1')).fingerprint).toMatch(/^[0-9a-f]{8}$/);
  });
});

describe('signWithMnemonic', () => {
  const request = JSON.parse(
    readFileSync(
      new URL('../../../test/recordings/liquid/distribution-3.funded.json', import.meta.url),
      'utf8',
    ),
    (key, value: unknown) => (key === 'value' ? amount(BigInt(value as string)) : value),
  ) as BlindRequest;
  const blinded = liquid.blind(request).then(({ pset }) => pset);

  it('adds a SIGHASH_ALL signature to every input of its wallet and changes nothing else', async () => {
    const pset = await blinded;
    const signed = await liquid.signWithMnemonic(pset, WORDS, 'regtest');
    const signatures = [...partialSignatures(parsePset(signed))];
    expect(signatures.map(([key]) => key.split(':')[0])).toEqual(request.inputs.map((_, i) => String(i)));
    expect(signatures.every(([, signature]) => signature.at(-1) === 1)).toBe(true);
    expect(await liquid.sameTransaction({ pset }, { pset: signed })).toBe(true);
  });

  it('refuses a key that owns none of the inputs, without repeating it', async () => {
    const stranger = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
    const error = await failure(liquid.signWithMnemonic(await blinded, stranger, 'regtest'));
    expect(error.code).toBe('SIGNING_FAILED');
    expect(error.message + error.next).not.toMatch(/legal|winner|sausage/);
  });

  it('refuses an input that asks for a partial signature', async () => {
    const pset = parsePset(await blinded);
    pset.inputs[0]?.set(INPUT.sighashType, Uint8Array.of(0x83, 0, 0, 0));
    const error = await failure(liquid.signWithMnemonic(serializePset(pset), WORDS, 'regtest'));
    expect(error).toMatchObject({ code: 'SIGNING_FAILED' });
    expect(error.message).toMatch(/Input 0/);
  });

  it('refuses to sign twice: nothing would be added', async () => {
    const signed = await liquid.signWithMnemonic(await blinded, WORDS, 'regtest');
    expect((await failure(liquid.signWithMnemonic(signed, WORDS, 'regtest'))).code).toBe('SIGNING_FAILED');
  });

  it('refuses a PSET without derivations', async () => {
    const { pset } = await liquid.blind(distribution(1));
    expect((await failure(liquid.signWithMnemonic(pset, WORDS, 'regtest'))).code).toBe('SIGNING_FAILED');
  });

  it('refuses garbage and words that are none', async () => {
    expect((await failure(liquid.signWithMnemonic('AAAA', WORDS, 'regtest'))).code).toBe('PSET_INVALID');
    expect((await failure(liquid.signWithMnemonic(await blinded, 'abandon', 'regtest'))).code).toBe(
      'INVALID_ARGUMENT',
    );
  });
});
