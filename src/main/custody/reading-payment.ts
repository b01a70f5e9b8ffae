import type { AreaHandlers } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Assets } from './assets.ts';
import type { ChainFacts } from './chain-facts.ts';
import type { CustodyDeps } from './deps.ts';
import { readPaymentLink } from './payment-link.ts';
import type { WalletsPort } from './types.ts';

/** What an address or a payment link means here. */
export function createReadingPayment(
  deps: Pick<CustodyDeps, 'liquid' | 'network'> & {
    assets: Assets;
    facts: ChainFacts;
    ownerOf: WalletsPort['ownerOf'];
  },
): AreaHandlers<'custody'>['readPayment'] {
  const { network, assets } = deps;
  return async ({ text }) => {
    const policyAsset = await deps.facts.policyAsset();
    const link = readPaymentLink(text, {
      network,
      policyAsset,
      precision: (assetId) => assets.of(assetId).precision,
    });
    const read = await deps.liquid.readAddress(link.address, network);
    if (!read) {
      throw new SluiceError(
        'INVALID_ARGUMENT',
        `“${link.address.slice(0, 60)}” is no address of ${network === 'liquidv1' ? 'Liquid' : 'this test network'}.`,
        {
          next: 'Copy it again from where it was shown; an address of another network does not work here.',
          field: 'text',
        },
      );
    }
    if (read.blindingPubkey === null) {
      throw new SluiceError(
        'INVALID_ARGUMENT',
        'That address is not confidential: everybody would see asset and amount of the payment.',
        { next: 'Ask for the confidential address; every Liquid wallet has one.', field: 'text' },
      );
    }
    const own = deps.ownerOf(read.script);
    return {
      address: link.address,
      // An amount without an asset is of L-BTC, as BIP 21 has it.
      assetId: link.assetId ?? (link.amount === null ? null : policyAsset),
      amount: link.amount,
      label: link.label,
      ownWallet: own ? { id: own.id, name: own.name } : null,
    };
  };
}
