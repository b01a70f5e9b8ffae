import { z } from 'zod';
import type { Asset, CustodyServices } from '../../shared/contract/index.ts';
import { createAmp0Client } from '../amp0/index.ts';
import { createAmp2Client } from '../amp2/index.ts';
import type { Bundles } from '../bundles/index.ts';
import { createChain } from '../chain/index.ts';
import { createCustody, type Custody, type CustodyDeps } from '../custody/index.ts';
import type { ElementsNode } from '../elements/index.ts';
import { writeCsv } from '../imports/index.ts';
import { createWatch } from '../liquid/index.ts';
import type { Rounds } from '../rounds/index.ts';
import type { ControlledSandbox } from './sandbox-control.ts';

type Given =
  | 'store'
  | 'secrets'
  | 'liquid'
  | 'network'
  | 'jades'
  | 'settings'
  | 'clock'
  | 'emit'
  | 'checkpoint'
  | 'pace';

/** Custody of an open profile, with its neighbours: cosigners, chain access, bundles, AMP's names of assets. */
export function deskCustody(
  deps: Pick<CustodyDeps, Given> & {
    node: ElementsNode;
    bundles: Bundles;
    rounds: Pick<Rounds, 'custodyKeys' | 'receivers'>;
    sandbox: ControlledSandbox | null;
    assets: () => readonly Asset[];
  },
): Custody {
  const { node, store, network, bundles, rounds, sandbox } = deps;
  const watch = createWatch();
  const custody = createCustody({
    ...deps,
    watch,
    openChain: (config) => createChain({ config, network, node, store }),
    amp0Client: (endpoint) => createAmp0Client({ endpoint, network }),
    amp2Client: (endpoint) => createAmp2Client({ endpoint }),
    simulated: sandbox && simulatedServices(sandbox),
    offeredKeys: rounds.custodyKeys,
    writeCsv,
    assetOf(assetId) {
      for (const asset of deps.assets()) {
        if (asset.assetId === assetId) return asset;
        if (asset.reissuanceTokenId === assetId) {
          return { name: `Token of ${asset.name}`, ticker: null, precision: 0 };
        }
      }
      return sandbox?.amp2.assets.find((asset) => asset.assetId === assetId) ?? null;
    },
  });
  bundles.onBundle('amp0-login-answer', custody.receivers['amp0-login-answer']);
  bundles.onBundle('sign-result', (payload, from, bundle) => {
    const answered = z.object({ requestId: z.string() }).safeParse(payload);
    const own = answered.success && custody.ownsRequest(answered.data.requestId);
    const receive = own ? custody.receiveResult : rounds.receivers['sign-result'];
    return receive(payload, from, bundle);
  });
  return {
    ...custody,
    async close() {
      await custody.close();
      await watch.close();
    },
  };
}

function simulatedServices({ green, amp2, esplora }: ControlledSandbox): CustodyDeps['simulated'] {
  const first: NonNullable<CustodyServices['amp2']>['first'] = 'server';
  return {
    amp0: green,
    amp2: { url: amp2.url, serverKey: amp2.serverKey, api: 'direct', first },
    esplora: esplora.url,
  };
}
