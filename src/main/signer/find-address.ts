import type { Result } from '../../shared/contract/index.ts';
import type { DerivedAddress, Liquid, LiquidNetwork } from '../liquid/types.ts';
import type { SignedFor, SignerWallet } from './signed-for.ts';

/** Places of a chain that are looked at in any case, and beyond the furthest one that was met. */
const REACH = 1000;
const STEP = 100;

export interface AddressFinder {
  find(address: string): Promise<Result<'signer.findAddress'>>;
}

/** Looks for addresses in the treasuries and wallets of this signer by deriving theirs, chain by chain. */
export function createAddressFinder(deps: {
  liquid: Liquid;
  network: LiquidNetwork;
  signedFor: SignedFor;
}): AddressFinder {
  const derived = new Map<string, DerivedAddress[]>();

  async function places(treasury: SignerWallet, chain: 0 | 1, upTo: number): Promise<DerivedAddress[]> {
    const key = `${treasury.id}/${chain}`;
    const known = derived.get(key) ?? [];
    while (known.length < upTo) {
      known.push(...(await deps.liquid.addresses(treasury.policy, chain, known.length, STEP)));
    }
    derived.set(key, known);
    return known;
  }

  return {
    async find(address) {
      const meant = await deps.liquid.readAddress(address.trim(), deps.network);
      if (!meant) return { found: null, message: 'That is no address of this network.' };
      const treasuries = await deps.signedFor.all();
      if (treasuries.length === 0)
        return { found: null, message: 'This signer knows no treasury and no wallet yet.' };
      const most = Math.max(...treasuries.map(({ furthest }) => furthest + REACH));
      for (let upTo = STEP; upTo <= most; upTo += STEP) {
        for (const treasury of treasuries) {
          for (const chain of treasury.chains) {
            const known = await places(treasury, chain, upTo);
            const place = known.slice(upTo - STEP, upTo).find(({ script }) => script === meant.script);
            if (place) return answer(treasury, place, meant.blindingPubkey);
          }
        }
      }
      return {
        found: null,
        message: `Not found among the first ${most} addresses of either chain. Do not give it to anybody as one of these.`,
      };
    },
  };

  function answer(
    treasury: SignerWallet,
    place: DerivedAddress,
    blindingPubkey: string | null,
  ): Result<'signer.findAddress'> {
    if (blindingPubkey === null) {
      return {
        found: null,
        message: `The script is that of “${treasury.name}”, but the address is not confidential. Do not use it.`,
      };
    }
    if (blindingPubkey !== place.blindingPubkey) {
      return {
        found: null,
        message: `The script is that of “${treasury.name}”, but the address is blinded for somebody else. Do not use it.`,
      };
    }
    deps.signedFor.met(treasury.id, place.index);
    const { chain, index, address } = place;
    return {
      found: { treasury: treasury.name, chain, index, address },
      message: `It belongs to “${treasury.name}”: ${chain === 0 || treasury.chains.length === 1 ? 'receiving' : 'change'} address ${index}.`,
    };
  }
}
