import { fromDisplay, toHex } from '../../src/main/liquid/bytes.ts';
import {
  newPset,
  type NewDerivation,
  type NewInput,
  type NewOutput,
} from '../../src/main/liquid/new-pset.ts';
import { INPUT, parsePset, serializePset } from '../../src/main/liquid/pset.ts';
import type { DerivedAddress, Liquid, Seed, TreasuryPolicy } from '../../src/main/liquid/types.ts';
import { wally } from '../../src/main/liquid/wally.ts';
import type { Known, SignRequest } from '../../src/main/signing/index.ts';
import { pathSteps } from '../../src/main/signing/path.ts';
import { amount } from '../../src/shared/money.ts';
import { ASSET, coin, digest, holder, LBTC } from './made-up-pset.ts';

const PUBLIC = 1;
/** Words of nobody: the test vectors of BIP39. */
export const SEEDS: Seed[] = [
  { mnemonic: `${'abandon '.repeat(11)}about` },
  { mnemonic: 'legal winner thank year wave sausage worth useful legal winner thank yellow' },
  {
    mnemonic: 'letter advice cage absurd amount doctor acoustic avoid letter advice cage above',
    passphrase: 'x',
  },
];
export const GENESIS = digest('genesis');

/** Whoever pays: a treasury or a custody wallet. */
export interface Payer {
  id: string;
  known: Known;
  place(chain: 0 | 1, index: number): Promise<DerivedAddress>;
}
export interface Treasury extends Payer {
  policy: TreasuryPolicy;
}

/** A treasury of the first key alone, or of several. */
export async function madeUpTreasury(liquid: Liquid, threshold: number, of: number): Promise<Treasury> {
  const accounts = await Promise.all(SEEDS.slice(0, of).map((seed) => liquid.accountKeys(seed, 'regtest')));
  const policy: TreasuryPolicy = {
    network: 'regtest',
    threshold,
    keys: accounts.map(({ fingerprint, single, multi }) => ({ fingerprint, ...(of === 1 ? single : multi) })),
    masterBlindingKey: accounts[0]?.masterBlindingKey ?? '',
  };
  const { id } = await liquid.descriptors(policy);
  return {
    policy,
    id,
    known: { treasuryId: id, policy, genesisHash: GENESIS, policyAsset: LBTC, last: null },
    async place(chain, index) {
      const [found] = await liquid.addresses(policy, chain, index, 1);
      if (!found) throw new Error('no address');
      return found;
    },
  };
}

/** The keys of a place, as a PSET names them. */
export function originsOf({ policy }: Treasury, chain: number, index: number): NewDerivation[] {
  return policy.keys.map(({ fingerprint, path, xpub }) => {
    const account = wally.bip32_key_from_base58(xpub);
    const key = wally.bip32_key_from_parent_path(account, [chain, index], PUBLIC);
    return {
      pubkey: toHex(wally.bip32_key_get_pub_key(key)),
      fingerprint,
      path: [...pathSteps(path), chain, index],
    };
  });
}

interface Piece {
  role: 'recipient' | 'change' | 'lane' | 'fee';
  output: NewOutput;
}

/** What a batch spends and pays before it is blinded; tests change it before it becomes a request. */
export interface Draft {
  inputs: NewInput[];
  secrets: { assetId: string; value: bigint; assetBlinder: string; amountBlinder: string }[];
  pieces: Piece[];
  allocation: { holder: string; holderId: number; gaid: string; address: string; amount: bigint }[];
}

/** The commitments of a coin, as a PSET shows them. */
export function committed(secret: Draft['secrets'][number]): { asset: string; value: string } {
  const generator = wally.asset_generator_from_bytes(
    fromDisplay(secret.assetId),
    fromDisplay(secret.assetBlinder),
  );
  const value = wally.asset_value_commitment(secret.value, fromDisplay(secret.amountBlinder), generator);
  return { asset: toHex(generator), value: toHex(value) };
}

/** An honest batch: holders `from` … get 1000 and more each, the rest comes back, and 500 are the fee. */
export async function draft(liquid: Liquid, treasury: Payer, count: number, from = 0): Promise<Draft> {
  const people = Array.from({ length: count }, (_, n) => ({ n: from + n, amount: 1000n + BigInt(from + n) }));
  const total = people.reduce((sum, each) => sum + each.amount, 0n);
  const secrets = [coin(ASSET, total + 700n, `asset ${from}`), coin(LBTC, 9_000n, `lbtc ${from}`)];
  const inputs = await Promise.all(
    secrets.map(async (secret, vout): Promise<NewInput> => {
      const { script, witnessScript, redeemScript, keys } = await treasury.place(0, 3 + vout);
      return {
        txid: digest(`funding ${from}`),
        vout,
        utxo: { ...committed(secret), nonce: '00', script },
        ...(witnessScript === null ? {} : { witnessScript }),
        ...(redeemScript === null ? {} : { redeemScript }),
        derivations: keys,
      };
    }),
  );
  const allocation = await Promise.all(
    people.map(async ({ n, amount: value }) => {
      const { script, blindingPubkey } = holder(n);
      return {
        holder: `Holder ${n}`,
        holderId: n,
        gaid: `GA${n}`,
        address: await liquid.writeAddress(script, blindingPubkey, 'regtest'),
        amount: value,
      };
    }),
  );
  const own = async (index: number, assetId: string, value: bigint): Promise<Piece> => {
    const { script, blindingPubkey, keys } = await treasury.place(1, index);
    return {
      role: 'change',
      output: { script, blindingPubkey, assetId, value, derivations: keys },
    };
  };
  const pieces: Piece[] = people.map(({ n, amount: value }) => {
    const { script, blindingPubkey } = holder(n);
    return { role: 'recipient', output: { script, blindingPubkey, assetId: ASSET, value } };
  });
  pieces.push(await own(from, ASSET, 700n), await own(from + 1, LBTC, 8_500n));
  pieces.push({ role: 'fee', output: { script: '', assetId: LBTC, value: 500n } });
  return { inputs, secrets, pieces, allocation };
}

/** Blinds drafts and makes a request of them, one transaction each. */
export async function requestFrom(
  liquid: Liquid,
  treasury: Payer,
  drafts: readonly Draft[],
  requestId = 'request-1',
): Promise<SignRequest> {
  const transactions = await Promise.all(
    drafts.map(async ({ inputs, secrets, pieces }, index): Promise<SignRequest['transactions'][number]> => {
      const opened = inputs.map(({ txid, vout }, n) => {
        const secret = secrets[n];
        if (!secret) throw new Error('an input without secrets');
        return { ...secret, txid, vout, value: amount(secret.value) };
      });
      const blinded = await liquid.blind({
        pset: newPset(
          inputs,
          pieces.map(({ output }) => output),
        ),
        inputs: opened,
      });
      const byVout = new Map(blinded.outputs.map((output) => [output.vout, output]));
      return {
        batchId: `batch-${index + 1}`,
        seq: index + 1,
        pset: new Uint8Array(Buffer.from(blinded.pset, 'base64')),
        inputs: opened,
        outputs: pieces.map(({ role, output }, vout) => {
          const secret = byVout.get(vout);
          return {
            vout,
            role,
            script: output.script,
            assetId: output.assetId,
            value: amount(output.value),
            assetBlinder: secret?.assetBlinder ?? '00'.repeat(32),
            amountBlinder: secret?.amountBlinder ?? '00'.repeat(32),
            blindingPubkey: output.blindingPubkey ?? null,
            ephemeralKey: secret?.ephemeralKey ?? null,
          };
        }),
      };
    }),
  );
  return {
    requestId,
    operationId: 'operation-1',
    kind: 'distribute',
    title: 'Pay May',
    network: 'regtest',
    genesisHash: GENESIS,
    policyAsset: LBTC,
    treasury: treasury.id,
    asset: { assetId: ASSET, name: 'Alder Notes', ticker: 'ALD', precision: 2 },
    feeCeiling: amount(10_000n),
    allocation: drafts.flatMap(({ allocation }, index) =>
      allocation.map((row) => ({ ...row, batch: index + 1, amount: amount(row.amount) })),
    ),
    transactions,
  };
}

/** The same PSET (bytes) with an input that names another transaction as the one it spends from. */
export function spendingFrom(pset: Uint8Array, input: number, txid: string): Uint8Array<ArrayBuffer> {
  const parsed = parsePset(Buffer.from(pset).toString('base64'));
  parsed.inputs[input]?.set(INPUT.previousTxid, fromDisplay(txid));
  return new Uint8Array(Buffer.from(serializePset(parsed), 'base64'));
}
