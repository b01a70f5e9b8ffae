import { SluiceError } from '../../shared/errors.ts';
import { amount } from '../../shared/money.ts';
import { toHex } from './bytes.ts';
import { newPset } from './new-pset.ts';
import { parsePset } from './pset.ts';
import { unsignedTransaction } from './pset-view.ts';
import { serializeBody } from './transaction.ts';
import type { InputSecrets, Liquid } from './types.ts';

/** The mnemonic of BIP39's own test vectors, which guards nothing; its first BIP84 key on a test network. */
const WORDS = `${'abandon '.repeat(11)}about`;
const KEY = {
  fingerprint: '73c5da0a',
  path: [0x8000_0054, 0x8000_0001, 0x8000_0000, 0, 0],
  pubkey: '02e7ab2537b5d49e970309aae06e9e49f36ce1c9febbd44ec8e0d1cca0b4f9c319',
  script: '0014d0c4a3ef09e997b6e99e397e518fe3e41a118ca1',
  masterBlindingKey: '9c8e4f05c7711a98c838be228bcb84924d4570ca53f35fa1c793e58841d47023',
  blindingPubkey: '028cc0e189e069238a18901f4e29c634b04cbade2f8a98ef62a7fdc75020d9b464',
};
const ASSET = '11'.repeat(32);
const TXID = '22'.repeat(32);
const ZERO = '00'.repeat(32);

/** LWK's signature on a PSET of a test network. */
type SignByLwk = (pset: string, mnemonic: string) => Promise<string>;

function check(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

async function refuses(work: Promise<void>): Promise<boolean> {
  try {
    await work;
    return false;
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'PROOF_INVALID') return true;
    throw error;
  }
}

async function exercise(liquid: Liquid, byLwk: SignByLwk): Promise<void> {
  const keys = await liquid.treasuryKeys(WORDS, 'regtest');
  check(
    keys.fingerprint === KEY.fingerprint && keys.masterBlindingKey === KEY.masterBlindingKey,
    'wrong keys',
  );
  // LWK has to read its own descriptor as we do: the same scripts, blinding key and wallet id.
  const wallet = await liquid.readDescriptor(keys.ctDescriptor, 'regtest');
  check(wallet.descriptor === keys.ctDescriptor, 'a descriptor is written otherwise than it is read');
  const account = await liquid.accountKeys({ mnemonic: WORDS }, 'regtest');
  check(
    account.fingerprint === keys.fingerprint &&
      account.masterBlindingKey === keys.masterBlindingKey &&
      keys.external.includes(`/${account.single.path}]${account.single.xpub}/`),
    'LWK derives other keys than we do',
  );
  const utxo = { asset: `01${ASSET}`, value: '010000000000002710', nonce: '00', script: KEY.script };
  const { fingerprint, path, pubkey, script, blindingPubkey } = KEY;
  const unblinded = newPset(
    [{ txid: TXID, vout: 0, utxo, derivations: [{ pubkey, fingerprint, path }] }],
    [
      { script, assetId: ASSET, value: 6_000n, blindingPubkey },
      { script, assetId: ASSET, value: 3_500n, blindingPubkey },
      { script: '', assetId: ASSET, value: 500n },
    ],
  );
  const coin: InputSecrets = {
    txid: TXID,
    vout: 0,
    assetId: ASSET,
    value: amount(10_000n),
    assetBlinder: ZERO,
    amountBlinder: ZERO,
  };
  const { pset, outputs } = await liquid.blind({ pset: unblinded, inputs: [coin] });
  const summary = await liquid.inspectPset(pset);
  check(summary.outputs.filter(({ blinded }) => blinded).length === 2, 'outputs were not blinded');
  const hex = toHex(serializeBody(unsignedTransaction(parsePset(pset))));
  await liquid.openOutputs(hex, outputs);
  const [first] = outputs;
  check(first !== undefined, 'no output was reported');
  if (first) {
    const lie = { ...first, value: amount(first.value + 1n) };
    check(await refuses(liquid.openOutputs(hex, [lie])), 'a false amount was accepted');
  }
  const verdicts = await liquid.verifyOutputs(pset, outputs);
  check(
    verdicts.every(({ fault }) => fault === null),
    'a true output was not believed',
  );
  const [own] = await liquid.unblindOwn(pset, [0], KEY.masterBlindingKey);
  check(own?.value === first?.value, 'an output did not open with its own blinding key');
  const signed = await liquid.signWithSeed(pset, { mnemonic: WORDS }, 'regtest');
  check(await liquid.sameTransaction({ pset: signed }, { hex }), 'signing changed the transaction');
  const ours = await liquid.signaturesOf(signed);
  check(ours.length === 1 && ours.every(({ valid }) => valid), 'a signature of our own is not valid');
  const theirs = await liquid.signaturesOf(await byLwk(pset, WORDS));
  check(JSON.stringify(theirs) === JSON.stringify(ours), 'LWK signs otherwise than we do');
}

/**
 * Blinds, opens and signs a made-up transaction with the pinned libraries, on this machine. Keys and signature are worked
 * out by both: ours with libwally, LWK's by `treasuryKeys` and `byLwk`, and must be the same.
 */
export async function selfTest(liquid: Liquid, byLwk: SignByLwk): Promise<void> {
  try {
    await exercise(liquid, byLwk);
  } catch (error) {
    throw new SluiceError(
      'LIQUID_UNAVAILABLE',
      `The Liquid libraries do not work on this machine: ${error instanceof Error ? error.message : 'unknown reason'}.`,
      {
        next: 'Install the program again. If that does not help, this machine cannot make Liquid transactions.',
        cause: error,
      },
    );
  }
}
