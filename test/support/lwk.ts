import { lwkNetwork } from '../../src/main/liquid/keys.ts';
import { loadLwk } from '../../src/main/liquid/lwk.ts';
import type { LiquidNetwork } from '../../src/main/liquid/types.ts';

type Lwk = ReturnType<typeof loadLwk>;

/** LWK's signer of a mnemonic, a witness of ours. */
export function lwkSigner(mnemonic: string, network: LiquidNetwork): InstanceType<Lwk['Signer']> {
  const lwk = loadLwk();
  return new lwk.Signer(new lwk.Mnemonic(mnemonic), lwkNetwork(network));
}

/** LWK's watch-only wallet of a descriptor. Throws what LWK throws. */
export function lwkWollet(descriptor: string, network: LiquidNetwork): InstanceType<Lwk['Wollet']> {
  const lwk = loadLwk();
  return new lwk.Wollet(lwkNetwork(network), new lwk.WolletDescriptor(descriptor));
}
