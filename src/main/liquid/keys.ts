import { withChecksum } from './descriptor.ts';
import { noMnemonic, psetInvalid, signingFailed } from './errors.ts';
import { loadLwk } from './lwk.ts';
import type { TaskArgs } from './protocol.ts';
import { plainWords } from './seed.ts';
import type { LiquidNetwork, TreasuryKeys } from './types.ts';

/** LWK's object for a network; freed by the caller. */
export function lwkNetwork(
  network: LiquidNetwork,
): ReturnType<ReturnType<typeof loadLwk>['Network']['mainnet']> {
  const { Network } = loadLwk();
  if (network === 'liquidv1') return Network.mainnet();
  return network === 'liquidtestnet' ? Network.testnet() : Network.regtestDefault();
}

/** `ct(slip77(KEY),elwpkh([fp/84'/1'/0']xpub/<0;1>/*))#checksum`, LWK's form of a BIP84 wallet with SLIP-77 blinding. */
const LWK_WPKH =
  /^ct\(slip77\(([0-9a-f]{64})\),elwpkh\(\[([0-9a-f]{8})\/84'\/(\d+)'\/0'\]([1-9A-HJ-NP-Za-km-z]+)\/<0;1>\/\*\)\)#/;

/** Runs `use` with LWK's signer for these words and frees it. The words never appear in what is thrown. */
function withSigner<T>(
  mnemonic: string,
  network: LiquidNetwork,
  use: (signer: InstanceType<ReturnType<typeof loadLwk>['Signer']>, lwk: ReturnType<typeof loadLwk>) => T,
): T {
  const lwk = loadLwk();
  const chain = lwkNetwork(network);
  let words;
  try {
    words = new lwk.Mnemonic(plainWords(mnemonic));
  } catch {
    chain.free();
    throw noMnemonic();
  }
  const signer = new lwk.Signer(words, chain);
  try {
    return use(signer, lwk);
  } finally {
    signer.free();
    words.free();
    chain.free();
  }
}

/** Account 0 of BIP84 with the coin type of SLIP-44: 1776 on Liquid, 1 on its test networks. */
export function treasuryKeys({ mnemonic, network }: TaskArgs<'treasuryKeys'>): TreasuryKeys {
  return withSigner(mnemonic, network, (signer) => {
    const descriptor = signer.wpkhSlip77Descriptor();
    const ctDescriptor = descriptor.toString();
    descriptor.free();
    const match = LWK_WPKH.exec(ctDescriptor);
    const [, masterBlindingKey, fingerprint, coinType, xpub] = match ?? [];
    if (!masterBlindingKey || !fingerprint || coinType !== (network === 'liquidv1' ? '1776' : '1') || !xpub) {
      throw new Error('lwk_wasm gives a descriptor of another form than the pinned version');
    }
    const branch = (chain: 0 | 1): string =>
      withChecksum(`wpkh([${fingerprint}/84'/${coinType}'/0']${xpub}/${chain}/*)`);
    return { fingerprint, external: branch(0), internal: branch(1), masterBlindingKey, ctDescriptor };
  });
}

/** LWK's signatures, a second opinion on ours. It throws when it can add none. */
export function sign({ pset, mnemonic, network }: TaskArgs<'sign'>): string {
  return withSigner(mnemonic, network, (signer, lwk) => {
    let unsigned;
    try {
      unsigned = new lwk.Pset(pset);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) throw error;
      throw psetInvalid('The signing library cannot read the PSET.');
    }
    let signed;
    try {
      signed = signer.sign(unsigned);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) throw error;
      throw signingFailed(
        'This key can sign none of the inputs of the transaction.',
        'Check that the words belong to the treasury wallet whose coins it spends.',
      );
    }
    try {
      return signed.toString();
    } finally {
      signed.free();
    }
  });
}
