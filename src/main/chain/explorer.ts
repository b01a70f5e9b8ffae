import type { LiquidNetwork } from '../liquid/index.ts';
import type { ChainConfig } from './types.ts';

/** Explorers that open confidential outputs with what stands behind the `#`, which a browser sends to nobody. */
const EXPLORERS: Readonly<Record<LiquidNetwork, string | null>> = {
  liquidv1: 'https://blockstream.info/liquid',
  liquidtestnet: 'https://blockstream.info/liquidtestnet',
  regtest: null,
};

/** Servers whose explorer stands beside their API. */
const WITH_EXPLORER: ReadonlySet<string> = new Set(['blockstream.info', 'liquid.network']);

/**
 * Address of a transaction in a public explorer, with what opens its outputs; null for a chain that nobody shows.
 *
 * @param blinders `value,asset,amount blinder,asset blinder` of each output, one after the other
 */
export function unblindedUrl(
  config: ChainConfig,
  network: LiquidNetwork,
  txid: string,
  blinders: string,
): string | null {
  const usual = EXPLORERS[network];
  if (usual === null) return null;
  const own = URL.canParse(config.url) && WITH_EXPLORER.has(new URL(config.url).host);
  const explorer = own ? config.url.replace(/\/api$/, '') : usual;
  return `${explorer}/tx/${txid}#blinded=${blinders}`;
}
