import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  SEEDS,
  treasuryDistribution,
  treasuryOf,
  type TreasuryPset,
} from '../../../test/support/treasury-pset.ts';
import type { JadeLiquidTx, JadeSession } from '../jade/index.ts';
import { createLiquid, type Liquid } from '../liquid/index.ts';
import { chooseRoute, jadeMultisig, jadeSignatures, registeredName, type JadeTransaction } from './jade.ts';
import { verifiedSignatures } from './signatures.ts';

const FINGERPRINT = /^[0-9a-f]{8}$/;
const seed = { mnemonic: SEEDS.zoo };

let liquid: Liquid;
beforeAll(() => {
  liquid = createLiquid({ workers: 1 });
});
afterAll(() => liquid.close());

/** A Jade that holds the seed; it signs PSETs as a device does and remembers what it was shown. */
function jadeOf(seen: JadeLiquidTx[] = []): JadeSession {
  return {
    multisigs: () => Promise.resolve([]),
    async signPset(pset: Uint8Array) {
      const signed = await liquid.signWithSeed(Buffer.from(pset).toString('base64'), seed, 'regtest');
      return new Uint8Array(Buffer.from(signed, 'base64'));
    },
    signLiquidTx(tx: JadeLiquidTx) {
      seen.push(tx);
      return Promise.resolve(tx.inputs.map(() => null));
    },
  } as unknown as JadeSession;
}

function transactionOf({ pset, outputs }: TreasuryPset): JadeTransaction {
  return { seq: 1, pset, outputs };
}

describe.each([
  ['one key', 1, [seed]],
  ['two of three keys', 2, [{ mnemonic: SEEDS.abandon }, seed, { mnemonic: SEEDS.legal }]],
] as const)('a Jade and a treasury of %s', (_what, threshold, seeds) => {
  async function made() {
    const policy = await treasuryOf(liquid, threshold, seeds);
    const { fingerprint } = await liquid.accountKeys(seed, 'regtest');
    expect(fingerprint).toMatch(FINGERPRINT);
    const distribution = await treasuryDistribution(liquid, policy);
    const treasury = { name: 'Vault', policy, genesisHash: '' };
    return { policy, fingerprint, distribution, treasury, name: seeds.length > 1 ? 'Vault' : null };
  }

  it('signs every input by its PSET', async () => {
    const { fingerprint, distribution, treasury, name } = await made();
    const given = await jadeSignatures(
      liquid,
      jadeOf(),
      treasury,
      transactionOf(distribution),
      fingerprint,
      name,
      'psbt',
    );
    expect(await verifiedSignatures(liquid, distribution.pset, fingerprint, given)).toHaveLength(
      distribution.inputs.length,
    );
  });

  it('is shown inputs, openings and change of the transaction itself', async () => {
    const { fingerprint, distribution, treasury, name } = await made();
    const seen: JadeLiquidTx[] = [];
    const transaction = transactionOf(distribution);
    await jadeSignatures(liquid, jadeOf(seen), treasury, transaction, fingerprint, name, 'liquid-tx');
    const [tx] = seen;
    const facts = await liquid.factsOf(distribution.pset);
    const decoded = await liquid.decodeTransaction(tx?.txn ?? '');
    expect(decoded.txid).toBe(facts.txid);
    expect(decoded.outputs.map(({ hasProofs, isFee }) => hasProofs || isFee)).not.toContain(false);
    expect(tx?.inputs.map((input) => input?.sighash)).toEqual(await liquid.sighashes(distribution.pset));
    expect(tx?.inputs.map((input) => input?.path.slice(-2))).toEqual([
      [0, 0],
      [0, 1],
    ]);
    // Two payments and two changes are opened, the fee is explicit; only the changes are ours.
    expect(tx?.commitments.map((each) => each !== null)).toEqual([true, true, true, true, false]);
    expect(tx?.commitments[0]).toMatchObject({ value: distribution.outputs[0]?.value });
    const tail = (change: JadeLiquidTx['change'][number]) =>
      change && ('paths' in change ? change.paths : [change.path.slice(-2)]);
    const places = seeds.map(() => [1, 0]);
    expect(tx?.change.map(tail)).toEqual([null, null, places, seeds.map(() => [1, 1]), null]);
  });

  it('must know the treasury where there are several keys', async () => {
    const { treasury } = await made();
    const wanted = jadeMultisig(treasury);
    if (seeds.length === 1) {
      expect(wanted).toBeNull();
      expect(await registeredName(jadeOf(), treasury)).toBeNull();
      return;
    }
    await expect(registeredName(jadeOf(), treasury)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    const known = { ...wanted, name: 'Other-name' };
    const taught = { ...jadeOf(), multisigs: () => Promise.resolve([known]) } as unknown as JadeSession;
    expect(await registeredName(taught, treasury)).toBe('Other-name');
  });
});

describe('the way of signing', () => {
  it('is by PSET unless asked otherwise or the Jade went away over one', () => {
    expect(chooseRoute('auto', false).route).toBe('psbt');
    expect(chooseRoute('auto', true).route).toBe('liquid-tx');
    expect(chooseRoute('psbt', true).route).toBe('psbt');
    expect(chooseRoute('liquid-tx', false).route).toBe('liquid-tx');
  });
});

describe('signatures of a cosigner', () => {
  it('are refused when one is missing, or is another’s', async () => {
    const policy = await treasuryOf(liquid, 2, [seed, { mnemonic: SEEDS.legal }]);
    const { fingerprint } = await liquid.accountKeys(seed, 'regtest');
    const { pset } = await treasuryDistribution(liquid, policy);
    const signed = await liquid.signaturesOf(await liquid.signWithSeed(pset, seed, 'regtest'));
    const other = await liquid.signaturesOf(
      await liquid.signWithSeed(pset, { mnemonic: SEEDS.legal }, 'regtest'),
    );
    const verify = (given: Parameters<typeof verifiedSignatures>[3]) =>
      verifiedSignatures(liquid, pset, fingerprint, given);
    await expect(verify(signed)).resolves.toHaveLength(2);
    await expect(verify(signed.slice(1))).rejects.toMatchObject({ code: 'SIGNING_FAILED' });
    await expect(verify(other)).rejects.toMatchObject({ code: 'SIGNING_FAILED' });
    const swapped = signed.map(({ pubkey, signature }, n) => ({ input: 1 - n, pubkey, signature }));
    await expect(verify(swapped)).rejects.toMatchObject({ code: 'SIGNING_FAILED' });
  });
});
