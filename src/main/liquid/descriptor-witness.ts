import { withChecksum } from './descriptor.ts';
import { ownReading, planOf } from './descriptor-facts.ts';
import { confidentialText } from './descriptor-text.ts';
import { descriptorInvalid } from './errors.ts';
import { lwkNetwork } from './keys.ts';
import { loadLwk } from './lwk.ts';
import type { TaskArgs } from './protocol.ts';
import type { DescriptorFacts, LiquidNetwork } from './types.ts';

interface Witness {
  canonical: string;
  isAmp0: boolean;
  /** Null of an AMP0 account, whose addresses LWK does not give out. */
  wid: string | null;
}

/** What LWK makes of a descriptor; null when it takes it for none. */
function byLwk(descriptor: string, network: LiquidNetwork): Witness | null {
  const lwk = loadLwk();
  let parsed;
  try {
    parsed = new lwk.WolletDescriptor(descriptor);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    return null;
  }
  const chain = lwkNetwork(network);
  try {
    const isAmp0 = parsed.isAmp0();
    const canonical = parsed.toString();
    if (isAmp0) return { canonical, isAmp0, wid: null };
    const wallet = new lwk.Wollet(chain, parsed);
    try {
      return { canonical, isAmp0, wid: wallet.dwid() };
    } finally {
      wallet.free();
    }
  } finally {
    chain.free();
    parsed.free();
  }
}

/** The descriptor without Green's origin, by which LWK knows an AMP0 account: the same scripts, and LWK gives its id. */
function withoutOrigins(descriptor: string, network: LiquidNetwork): string {
  const { text, plan } = planOf(descriptor, network);
  const bare = { ...text, keys: text.keys.map((key) => ({ ...key, fingerprint: null, path: [] })) };
  const { kind, key } = plan.blinding;
  return withChecksum(confidentialText(kind === 'slip77' ? `slip77(${key})` : key, bare));
}

/**
 * Our own reading, which LWK must come to as well: the same keys and scripts, the same blinding key, the same wallet id.
 * Throws DESCRIPTOR_INVALID and DESCRIPTOR_FOREIGN.
 */
export function readDescriptor({ descriptor, network }: TaskArgs<'readDescriptor'>): DescriptorFacts {
  const { facts, canonical } = ownReading(descriptor, network);
  const witness = byLwk(facts.descriptor, network);
  const wid = witness?.isAmp0 ? byLwk(withoutOrigins(facts.descriptor, network), network)?.wid : witness?.wid;
  if (!witness || witness.canonical !== canonical || wid !== facts.wid)
    throw descriptorInvalid(
      'Liquid Wallet Kit reads another wallet out of this descriptor than this program does.',
    );
  return facts;
}
