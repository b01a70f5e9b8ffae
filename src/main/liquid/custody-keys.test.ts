import { afterAll, describe, expect, it } from 'vitest';
import { NETWORKS } from '../../../test/support/custody-forms.ts';
import { lwkSigner } from '../../../test/support/lwk.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { SEEDS } from '../../../test/support/treasury-pset.ts';
import { createLiquid } from './liquid.ts';
import { loadLwk } from './lwk.ts';
import { withKey, withRoot } from './seed.ts';
import type { LiquidNetwork } from './types.ts';
import { wally } from './wally.ts';

const liquid = createLiquid({ workers: 2 });
afterAll(() => liquid.close());

const abandon = { mnemonic: SEEDS.abandon };

/** By the library's own reading of paths. */
function xpubAt(network: LiquidNetwork, path: string): string {
  return withRoot(abandon, network, (root) =>
    withKey(wally.bip32_key_from_parent_path_str(root, path, 0, 0), (key) =>
      wally.bip32_key_to_base58(key, 1),
    ),
  );
}

describe.each(NETWORKS)('the custody keys of a seed on %s', (network) => {
  it('are those that LWK and Green have', async () => {
    const keys = await liquid.custodyKeys(abandon, network);
    const signer = lwkSigner(SEEDS.abandon, network);
    const lwk = loadLwk();
    expect(keys.fingerprint).toBe(signer.fingerprint());
    const [first] = keys.amp2;
    // On Liquid LWK has 1776 for the coin, where AMP2's guide has 0.
    if (network !== 'liquidv1') {
      expect(`[${keys.fingerprint}/${first.path.replaceAll("'", 'h')}]${first.xpub}`).toBe(
        signer.keyoriginXpub(lwk.Bip.bip87()),
      );
    }
    const coin = network === 'liquidv1' ? 0 : 1;
    expect(keys.amp2.map(({ path }) => path)).toEqual(
      Array.from({ length: 20 }, (_, account) => `87'/${coin}'/${account}'`),
    );
    expect(keys.amp2.map(({ xpub }) => xpub)).toEqual(keys.amp2.map(({ path }) => xpubAt(network, path)));
    expect(keys.amp0.masterXpub).toBe(signer.getMasterXpub().toString());
    expect(keys.amp0.accounts.map(({ pointer }) => signer.amp0AccountXpub(pointer))).toEqual(
      keys.amp0.accounts.map(({ xpub }) => xpub),
    );
    expect(keys.amp0.accounts.map(({ pointer }) => pointer)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    const { fingerprint, single, masterBlindingKey } = keys;
    expect(await liquid.singleDescriptor({ fingerprint, ...single }, masterBlindingKey, network)).toBe(
      signer.wpkhSlip77Descriptor().toString(),
    );
  });

  it('sign a login at Green as LWK does', async () => {
    const signer = lwkSigner(SEEDS.abandon, network);
    for (const challenge of ['0', '1234567890123456789', 'a'.repeat(64)]) {
      expect(await liquid.signAmp0Challenge(abandon, network, challenge)).toBe(
        signer.amp0SignChallenge(challenge),
      );
    }
  });
});

describe('custodyKeys', () => {
  it('takes the passphrase into account and repeats no words', async () => {
    const plain = await liquid.custodyKeys(abandon, 'regtest');
    const other = await liquid.custodyKeys({ ...abandon, passphrase: 'x' }, 'regtest');
    expect(other.fingerprint).not.toBe(plain.fingerprint);
    expect(other.amp0.blobPubkey).not.toBe(plain.amp0.blobPubkey);
    const failed = await refusal(liquid.custodyKeys({ mnemonic: 'secret words that are none' }, 'regtest'));
    expect(failed.code).toBe('INVALID_ARGUMENT');
    expect(`${failed.message}${failed.next}`).not.toContain('secret words');
  });

  it('tells who an owner is at Green by the root key alone', async () => {
    const { amp0 } = await liquid.custodyKeys(abandon, 'liquidtestnet');
    const root = await liquid.amp0Root(amp0.masterXpub, 'liquidtestnet');
    // P2PKH of BIP39's first test vector on Liquid testnet.
    expect(root.loginAddress).toBe('FfisAwyVKYxYrzzm6v5BiTcjhAi8fKm7Fx');
    expect(root.pubkey).toBe('03d902f35f560e0470c63313c7369168d9d7df2d49bf295fd9fb7cb109ccee0494');
    expect(root.chainCode).toBe('7923408dadd3c7b56eed15567707ae5e5dca089de972e07f3b860450e2a3b70e');
  });

  it('refuses what is no root key of the network', async () => {
    const { amp0, amp2 } = await liquid.custodyKeys(abandon, 'liquidv1');
    for (const [key, network] of [
      [amp0.masterXpub, 'regtest'],
      [amp2[0].xpub, 'liquidv1'],
      ['xpub', 'liquidv1'],
      ['', 'liquidv1'],
    ] as const) {
      expect((await refusal(liquid.amp0Root(key, network))).code).toBe('INVALID_ARGUMENT');
    }
  });

  it('signs no challenge that is none', async () => {
    for (const challenge of ['', ' 12', '1\n2', 'a'.repeat(65), 'ß']) {
      expect((await refusal(liquid.signAmp0Challenge(abandon, 'regtest', challenge))).code).toBe(
        'INVALID_ARGUMENT',
      );
    }
  });
});
