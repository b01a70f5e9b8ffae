import type { DerivedAddress, KeyOrigin, Liquid, WalletPolicy } from '../liquid/types.ts';
import { pathSteps } from './path.ts';
import type { PolicyFacts } from './review-policy.ts';

/**
 * Places further along a chain are not looked at: no node watches so far, so what went there would be out of sight.
 * Units: index of an unhardened derivation step.
 */
const LAST_INDEX = 100_000;
/** Places this close together are derived in one call. */
const NEAR = 20;

/** Scripts of a treasury or of a custody wallet, found by derivation. */
export interface OwnScripts {
  /** Derives every place that these key origins name. They are hints: what counts is the script that comes out. */
  look(origins: Iterable<readonly KeyOrigin[]>): Promise<void>;
  /** The own place of a script, among those looked at. */
  find(script: string): DerivedAddress | null;
}

export function createOwnScripts(
  liquid: Liquid,
  policy: WalletPolicy,
  { keys }: Pick<PolicyFacts, 'keys'>,
): OwnScripts {
  const byScript = new Map<string, DerivedAddress>();
  const done = new Set<string>();
  /** Every way to an index: key, chain, and the steps before the index. */
  const ways = keys.flatMap(({ fingerprint, path, branches }) =>
    branches.slice(0, 2).map((branch, chain) => ({
      fingerprint,
      chain: chain === 0 ? (0 as const) : (1 as const),
      steps: [...pathSteps(path), ...branch],
    })),
  );

  /** Chain and index when the origin is one of a key of the policy. */
  function placeOf({ fingerprint, path }: KeyOrigin): { chain: 0 | 1; index: number } | null {
    for (const way of ways) {
      const index = path[way.steps.length];
      if (
        way.fingerprint === fingerprint &&
        way.steps.every((step, depth) => path[depth] === step) &&
        path.length === way.steps.length + 1 &&
        index !== undefined &&
        index <= LAST_INDEX
      ) {
        return { chain: way.chain, index };
      }
    }
    return null;
  }

  return {
    async look(origins) {
      const wanted: [Set<number>, Set<number>] = [new Set(), new Set()];
      for (const keys of origins) {
        for (const key of keys) {
          const place = placeOf(key);
          if (place && !done.has(`${place.chain}/${place.index}`)) wanted[place.chain].add(place.index);
        }
      }
      for (const chain of [0, 1] as const) {
        for (const { from, count } of runs(wanted[chain])) {
          for (const address of await liquid.addresses(policy, chain, from, count)) {
            byScript.set(address.script, address);
            done.add(`${chain}/${address.index}`);
          }
        }
      }
    },
    find: (script) => byScript.get(script) ?? null,
  };
}

function runs(indexes: ReadonlySet<number>): { from: number; count: number }[] {
  const found: { from: number; count: number }[] = [];
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && index - (last.from + last.count) < NEAR) last.count = index - last.from + 1;
    else found.push({ from: index, count: 1 });
  }
  return found;
}
