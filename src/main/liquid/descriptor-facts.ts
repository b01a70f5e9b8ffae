import { createHash } from 'node:crypto';
import { fromHex, toHex, ByteWriter } from './bytes.ts';
import { withChecksum } from './descriptor.ts';
import { confidentialText, readDescriptorText, scriptText } from './descriptor-text.ts';
import type { DescriptorText, KeyText } from './descriptor-text.ts';
import { descriptorForeign, descriptorInvalid, descriptorPrivate } from './errors.ts';
import { isForeignPath, NETWORKS } from './networks.ts';
import { HARDENED, writePath } from './path.ts';
import { addressOf, placesOf } from './places.ts';
import type { ScriptPlan, WalletPlan } from './places.ts';
import { fingerprintOf, withKey } from './seed.ts';
import type { BlindingKey, DescriptorFacts, LiquidNetwork } from './types.ts';
import { own, refusable, wally } from './wally.ts';

/** The index that ids are made of, because no wallet ever pays to it. */
const LAST_INDEX = HARDENED - 1;
/** What LWK 0.13 writes into every AMP2 descriptor that it makes: whoever reads its source can open such a wallet. */
export const PUBLIC_BLINDING_KEY = '0684e43749a3a3eb0362dcef8c66994bd51d33f8ce6b055126a800a626fc0d67';
const WARNING =
  'This wallet is blinded with a key that everybody knows: anyone can see its amounts and assets on the chain.';

const GROUP_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** A descriptor with everything that follows from its text. */
export interface ReadDescriptor {
  plan: WalletPlan;
  text: DescriptorText;
  /** The one spelling of the script part, without checksum. */
  script: string;
}

function checkedKey(key: KeyText, index: number, network: LiquidNetwork): ScriptPlan['keys'][number] {
  const who = `Key ${index + 1} of the descriptor`;
  const facts = NETWORKS[network];
  const parsed = refusable(() => wally.bip32_key_from_base58(key.xpub));
  if (!parsed) throw descriptorInvalid(`${who} is no extended public key.`);
  return withKey(parsed, (hd) => {
    const version = wally.bip32_key_get_version(hd) >>> 0;
    const versions = Object.values(NETWORKS);
    if (versions.some(({ privateVersion }) => privateVersion === version)) throw descriptorPrivate();
    if (version !== facts.publicVersion || isForeignPath(key.path, facts))
      throw descriptorForeign(`${who} is of another network.`);
    return { ...key, fingerprint: key.fingerprint ?? fingerprintOf(hd) };
  });
}

/** ELIP-151: a view key out of the scripts at the last index, which are never paid to. */
export function elip151Key(plan: ScriptPlan, chains: 1 | 2): string {
  const writer = new ByteWriter();
  for (const chain of chains === 1 ? ([0] as const) : ([0, 1] as const)) {
    const [place] = placesOf(plan, chain, LAST_INDEX, 1);
    if (place) writer.u8(1).u8(0xff).sized(place.script);
  }
  const hash = toHex(own(wally.bip340_tagged_hash(writer.result(), 'Deterministic-View-Key/1.0')));
  return (BigInt(`0x${hash}`) % GROUP_ORDER).toString(16).padStart(64, '0');
}

/** ELIP-152: of the confidential address at the last index, so that network and blinding key are in it. */
function walletId(plan: WalletPlan): string {
  const [place] = placesOf(plan, 0, LAST_INDEX, 1);
  if (!place) throw new RangeError('the wallet has no last address');
  const hash = createHash('sha256').update(addressOf(plan, place).address).digest('hex');
  return hash.slice(0, 32).replace(/....(?=.)/g, '$&-');
}

function blindingOf(text: DescriptorText, plan: ScriptPlan): BlindingKey {
  const { written, key } = text.blinding;
  if (written === 'elip151') return { kind: 'view', key: elip151Key(plan, text.chains) };
  if (written === 'slip77') return { kind: 'slip77', key };
  if (!refusable(() => (wally.ec_private_key_verify(fromHex(key)), true)))
    throw descriptorInvalid('The view key of the descriptor is no private key.');
  return { kind: 'view', key };
}

/** Reads a descriptor on our own. Throws DESCRIPTOR_INVALID and DESCRIPTOR_FOREIGN. */
export function planOf(descriptor: string, network: LiquidNetwork): ReadDescriptor {
  const text = readDescriptorText(descriptor);
  const { script, sorted, threshold } = text;
  const keys = text.keys.map((key, index) => checkedKey(key, index, network));
  const scripts: ScriptPlan = { script, sorted, threshold, keys };
  return {
    text,
    plan: { ...scripts, network, blinding: blindingOf(text, scripts) },
    script: scriptText(text),
  };
}

/** The facts without a second opinion. */
export function ownReading(
  descriptor: string,
  network: LiquidNetwork,
): { facts: DescriptorFacts; canonical: string } {
  const { text, plan, script } = planOf(descriptor, network);
  const { blinding } = plan;
  const body = descriptor.trim().split('#')[0] ?? '';
  const facts: DescriptorFacts = {
    descriptor: withChecksum(body),
    publicDescriptor: withChecksum(script),
    id: createHash('sha256').update(`${network}:${body}`).digest('hex'),
    wid: walletId(plan),
    script: text.script,
    sorted: text.sorted,
    threshold: text.threshold,
    chains: text.chains,
    keys: plan.keys.map(({ fingerprint, path, xpub, branches }) => ({
      fingerprint,
      path: writePath(path),
      xpub,
      branches: branches.map((steps) => [...steps]),
    })),
    blinding: { ...blinding, written: text.blinding.written },
    warning: blinding.kind === 'slip77' && blinding.key === PUBLIC_BLINDING_KEY ? WARNING : null,
  };
  const key = blinding.kind === 'slip77' ? `slip77(${blinding.key})` : blinding.key;
  return { facts, canonical: withChecksum(confidentialText(key, text)) };
}
