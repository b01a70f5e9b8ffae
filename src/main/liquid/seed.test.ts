import { pbkdf2Sync } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { SEEDS } from '../../../test/support/treasury-pset.ts';
import { SluiceError } from '../../shared/errors.ts';
import { createLiquid } from './liquid.ts';
import { loadLwk } from './lwk.ts';
import { readPath } from './path.ts';
import type { AccountKeys, LiquidNetwork } from './types.ts';
import { wally } from './wally.ts';

const liquid = createLiquid({ workers: 1 });
afterAll(() => liquid.close());

/** BIP39's test vector: the words of `SEEDS.abandon` with the passphrase TREZOR. */
const VECTOR = {
  seed:
    'c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531' +
    'f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04',
  root: 'xprv9s21ZrQH143K3h3fDYiay8mocZ3afhfULfb5GX8kCBdno77K4HiA15Tg23wpbeF1pLfs1c5SPmYHrEpTuuRhxMwvKDwqdKiGJS9XFKzUsAF',
};

/** What a BIP32 root gives, worked out beside the product. */
function accountsOf(root: ReturnType<typeof wally.bip32_key_from_seed>, paths: [string, string]): unknown {
  const account = (path: string): { path: string; xpub: string } => ({
    path,
    xpub: wally.bip32_key_to_base58(wally.bip32_key_from_parent_path(root, readPath(path) ?? [], 0), 1),
  });
  return {
    fingerprint: wally.bip32_key_get_fingerprint(root).toString('hex'),
    single: account(paths[0]),
    multi: account(paths[1]),
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

describe('accountKeys', () => {
  it.each<LiquidNetwork>(['liquidv1', 'liquidtestnet', 'regtest'])(
    'agrees with LWK on fingerprint, account key and blinding key on %s',
    async (network) => {
      const keys = await liquid.accountKeys({ mnemonic: SEEDS.legal }, network);
      const lwk = loadLwk();
      const chain = { liquidv1: 'mainnet', liquidtestnet: 'testnet', regtest: 'regtestDefault' } as const;
      const signer = new lwk.Signer(new lwk.Mnemonic(SEEDS.legal), lwk.Network[chain[network]]());
      expect(signer.fingerprint()).toBe(keys.fingerprint);
      expect(signer.keyoriginXpub(lwk.Bip.bip84())).toContain(keys.single.xpub);
      expect(signer.wpkhSlip77Descriptor().toString()).toContain(`slip77(${keys.masterBlindingKey})`);
      expect(keys.multi.path).toBe(network === 'liquidv1' ? "48'/1776'/0'/2'" : "48'/1'/0'/2'");
    },
  );

  it('agrees with treasuryKeys, which LWK works out', async () => {
    const [keys, treasury] = await Promise.all([
      liquid.accountKeys({ mnemonic: SEEDS.abandon }, 'regtest'),
      liquid.treasuryKeys(SEEDS.abandon, 'regtest'),
    ]);
    const { fingerprint, masterBlindingKey } = treasury;
    expect(keys).toMatchObject({ fingerprint, masterBlindingKey });
    const policy = { network: 'regtest', threshold: 1, masterBlindingKey } as const;
    const { external, internal, ctDescriptor } = await liquid.descriptors({
      ...policy,
      keys: [{ fingerprint, ...keys.single }],
    });
    expect({ fingerprint, masterBlindingKey, external, internal, ctDescriptor }).toEqual(treasury);
  });

  it('gives what a Jade’s firmware gave for the same words', async () => {
    expect(await liquid.accountKeys({ mnemonic: SEEDS.jade }, 'regtest')).toMatchObject({
      fingerprint: 'e3ebcc79',
      multi: {
        path: "48'/1'/0'/2'",
        xpub: 'tpubDDvj9CrVJ9kWXSL2kjtA8v53rZvTmL3HmWPvgD3hiTnD5KZuMkxSUsgGraZ9vavB5JSA3F9s5E4cXuCte5rvBs5N4DjfxYssQk1L82Bq4FE',
      },
      masterBlindingKey: 'afacc503637e85da661ca1706c4ea147f1407868c48d8f92dd339ac272293cdc',
    } satisfies Partial<AccountKeys>);
  });

  it('gives what BIP39’s test vector gives with its passphrase', async () => {
    const keys = await liquid.accountKeys({ mnemonic: SEEDS.abandon, passphrase: 'TREZOR' }, 'liquidv1');
    const root = wally.bip32_key_from_base58(VECTOR.root);
    expect(keys).toMatchObject(accountsOf(root, ["84'/1776'/0'", "48'/1776'/0'/2'"]) as object);
    const blinding = wally.asset_blinding_key_from_seed(Buffer.from(VECTOR.seed, 'hex'));
    expect(keys.masterBlindingKey).toBe(blinding.subarray(32).toString('hex'));
  });

  it('takes a passphrase in any spelling of the same letters (NFKD)', async () => {
    const of = (passphrase: string): Promise<AccountKeys> =>
      liquid.accountKeys({ mnemonic: SEEDS.zoo, passphrase }, 'regtest');
    const [composed, decomposed, plain] = await Promise.all([
      of('k\u00e4se \ufb01'),
      of('ka\u0308se fi'),
      of('kase fi'),
    ]);
    expect(composed).toEqual(decomposed);
    expect(composed).not.toEqual(plain);
    const seed = pbkdf2Sync(SEEDS.zoo, 'mnemonicka\u0308se fi', 2048, 64, 'sha512');
    const root = wally.bip32_key_from_seed(seed, 0x04358394, 0);
    expect(composed).toMatchObject(accountsOf(root, ["84'/1'/0'", "48'/1'/0'/2'"]) as object);
  });

  it('takes no passphrase and an empty one for the same', async () => {
    expect(await liquid.accountKeys({ mnemonic: SEEDS.zoo, passphrase: '' }, 'regtest')).toEqual(
      await liquid.accountKeys({ mnemonic: ` ${SEEDS.zoo.replaceAll(' ', '\n')} ` }, 'regtest'),
    );
  });

  it.each([
    '',
    'abandon',
    `${'abandon '.repeat(11)}sluice`,
    `${'zoo '.repeat(12)}`,
    'abandon '.repeat(20_000),
  ])('refuses words that are no mnemonic without repeating them (%#)', async (mnemonic) => {
    const error = await failure(liquid.accountKeys({ mnemonic, passphrase: 'swordfish' }, 'regtest'));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'mnemonic' });
    expect(`${error.message} ${error.next}`).not.toMatch(/abandon|sluice|zoo|swordfish/);
  });

  it('refuses a passphrase that nobody typed, without repeating it', async () => {
    const passphrase = 'swordfish'.repeat(20_000);
    const error = await failure(liquid.accountKeys({ mnemonic: SEEDS.zoo, passphrase }, 'regtest'));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'passphrase' });
    expect(`${error.message} ${error.next}`).not.toMatch(/swordfish/);
  });
});
