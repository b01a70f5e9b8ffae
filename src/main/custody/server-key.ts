import type { DescriptorFacts, Liquid, LiquidNetwork } from '../liquid/index.ts';

/** ELIP-153: the server's key for one user is three steps below the one it published. */
const CHILD_STEPS = 3;
/** Addresses are compared, not paid to: any blinding key does. */
const ANY_BLINDING = `slip77(${'01'.repeat(32)})`;

/** `[fingerprint/path]xpub` taken apart; the path without `m/`, hardened steps with an apostrophe. */
function partsOf(server: string): { fingerprint: string; path: string; xpub: string } {
  const [, fingerprint = '', path = '', xpub = ''] = /^\[([0-9a-f]{8})\/?([^\]]*)\](.+)$/.exec(server) ?? [];
  return { fingerprint, path: path.replaceAll('h', "'"), xpub };
}

/** The key of a server, short enough for a sentence. */
export function keyText(server: string): string {
  const { fingerprint, xpub } = partsOf(server);
  return `${fingerprint}, ${xpub.slice(0, 8)}…${xpub.slice(-8)}`;
}

/**
 * Whether a key of a descriptor is the pinned server's, or the child of it that ELIP-153 gives one user. Fingerprints and
 * paths are what a descriptor says of itself; what counts is that both come to the same addresses.
 */
export async function isServersKey(
  liquid: Pick<Liquid, 'addresses'>,
  network: LiquidNetwork,
  server: string,
  key: DescriptorFacts['keys'][number],
): Promise<boolean> {
  const { xpub } = partsOf(server);
  if (key.xpub === xpub) return true;
  const steps = key.path.split('/').slice(-CHILD_STEPS);
  if (steps.length !== CHILD_STEPS || steps.some((step) => !/^\d+$/.test(step))) return false;
  const firstScript = async (text: string): Promise<string | undefined> => {
    const descriptor = `ct(${ANY_BLINDING},elwpkh(${text}/<0;1>/*))`;
    const [first] = await liquid.addresses({ network, descriptor }, 0, 0, 1);
    return first?.script;
  };
  const expected = await firstScript(`${xpub}/${steps.join('/')}`);
  return expected !== undefined && expected === (await firstScript(key.xpub));
}
