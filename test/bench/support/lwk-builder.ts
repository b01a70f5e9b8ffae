/** LWK's own transaction builder, for comparison: it funds and blinds a payment from a wallet of two coins. */
import { toHex } from '../../../src/main/liquid/bytes.ts';
import type { Liquid } from '../../../src/main/liquid/index.ts';
import { loadLwk } from '../../../src/main/liquid/lwk.ts';
import { newPset, type NewOutput } from '../../../src/main/liquid/new-pset.ts';
import { wally } from '../../../src/main/liquid/wally.ts';
import { amount } from '../../../src/shared/money.ts';
import { ASSET, digest } from '../../support/made-up-pset.ts';

/** The mnemonic of BIP39's own test vectors, which guards nothing. */
const WORDS = `${'abandon '.repeat(11)}about`;
const ZERO = '00'.repeat(32);
const UPDATE_MAGIC = '8961b8c8';

/**
 * An `Update` of LWK's binary form that teaches a wallet which scripts are its own, which else only a server's scan
 * does. Version 0: transactions, unblinded outputs, heights, deletions and times (none), scripts, tip.
 */
function updateWith(scripts: readonly Uint8Array[]): Uint8Array {
  const u32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  const sized = (bytes: Uint8Array): Buffer => Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const empty = Buffer.alloc(5);
  const external = 0;
  const tip = Buffer.concat([
    u32(0x2000_0000),
    Buffer.alloc(64),
    u32(1_700_000_000),
    u32(1),
    sized(Buffer.from([0x51])),
    sized(Buffer.alloc(0)),
  ]);
  return Buffer.concat([
    Buffer.from(UPDATE_MAGIC, 'hex'),
    Buffer.from([0]),
    empty,
    Buffer.from([scripts.length]),
    ...scripts.map((script, index) => Buffer.concat([sized(script), Buffer.from([external]), u32(index)])),
    tip,
  ]);
}

/**
 * A function that builds and blinds a payment to so many recipients with LWK and tells the milliseconds it took. LWK
 * works on the calling thread and holds it all the while.
 */
export async function lwkBuilder(liquid: Liquid): Promise<(recipients: number) => number> {
  const lwk = loadLwk();
  const network = lwk.Network.regtestDefault();
  const lbtc = network.policyAsset().toString();
  const own = (words: InstanceType<typeof lwk.Mnemonic>) =>
    new lwk.Wollet(network, new lwk.Signer(words, network).wpkhSlip77Descriptor());
  const wallet = own(new lwk.Mnemonic(WORDS));
  const payees = own(lwk.Mnemonic.fromEntropy(new Uint8Array(16).fill(9)));

  const addresses = [0, 1].map((index) => wallet.address(index).address());
  wallet.applyUpdate(new lwk.Update(updateWith(addresses.map((address) => address.scriptPubkey().bytes()))));
  const coins: { assetId: string; value: bigint }[] = [
    { assetId: ASSET, value: 1_000_000_000n },
    { assetId: lbtc, value: 100_000_000n },
  ];
  const explicit = (assetId: string, value: bigint) => ({
    asset: `01${toHex(Buffer.from(assetId, 'hex').reverse())}`,
    value: `01${value.toString(16).padStart(16, '0')}`,
    nonce: '00',
    script: `0014${digest('treasury').slice(0, 40)}`,
  });
  const outputs = coins.map(({ assetId, value }, index): NewOutput => {
    const address = addresses[index];
    if (!address) throw new RangeError('There is an address for each coin.');
    const key = wally.confidential_addr_segwit_to_ec_public_key(address.toString(), 'el');
    return { script: toHex(address.scriptPubkey().bytes()), assetId, value, blindingPubkey: toHex(key) };
  });
  const spent = coins.map(({ assetId, value }, vout) => ({
    txid: digest('origin'),
    vout,
    assetId,
    value: amount(assetId === lbtc ? value + 1_000n : value),
    assetBlinder: ZERO,
    amountBlinder: ZERO,
  }));
  const pset = newPset(
    spent.map(({ txid, vout, assetId, value }) => ({ txid, vout, utxo: explicit(assetId, value) })),
    [...outputs, { script: '', assetId: lbtc, value: 1_000n }],
  );
  const funding = await liquid.blind({ pset, inputs: spent });
  wallet.applyTransaction(new lwk.Pset(funding.pset).extractTx());
  if (wallet.utxos().length !== coins.length) throw new Error('LWK does not see the coins it was given.');

  return (recipients) => {
    const targets = Array.from({ length: recipients }, (_, index) => payees.address(index).address());
    const began = performance.now();
    let builder = new lwk.TxBuilder(network);
    targets.forEach((target, index) => {
      builder = builder.addRecipient(target, 100_000n + BigInt(index), new lwk.AssetId(ASSET));
    });
    const built = builder.finish(wallet);
    const took = performance.now() - began;
    if (built.outputs().length !== recipients + 3) throw new Error('LWK built another transaction.');
    built.free();
    return took;
  };
}
