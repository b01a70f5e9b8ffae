import type { CustodyServices, Result } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Amp0Client } from '../amp0/types.ts';
import type { Amp2Client } from '../amp2/types.ts';
import type { Chain } from '../chain/types.ts';
import type { CustodyDeps } from './deps.ts';
import type { ServiceSettings } from './service-settings.ts';

type Step = Result<'custody.testServices'>['steps'][number];

/** The outside services as they are set now. */
export interface Services {
  chain(): Chain;
  /** The one that is open already, if any. */
  opened(): Chain | null;
  amp0(): Amp0Client;
  /** Throws NOT_ALLOWED while no server is entered. */
  amp2(): { client: Amp2Client; settings: NonNullable<CustodyServices['amp2']> };
  /** Each of them tried. Registers nothing and changes nothing. */
  test(): Promise<Step[]>;
  close(): Promise<void>;
}

export function createServices(
  deps: Pick<CustodyDeps, 'openChain' | 'amp0Client' | 'amp2Client' | 'watch'>,
  settings: Pick<ServiceSettings, 'get'>,
): Services {
  let open: { key: string; chain: Chain } | null = null;
  const closing: Promise<void>[] = [];

  function chain(): Chain {
    const { chain: config } = settings.get();
    const key = JSON.stringify(config);
    if (open?.key === key) return open.chain;
    if (open) closing.push(open.chain.close());
    open = { key, chain: deps.openChain(config) };
    return open.chain;
  }

  function amp0(): Amp0Client {
    const { url, cosignUrl } = settings.get().amp0;
    return deps.amp0Client({ url, cosignUrl });
  }

  function amp2(): ReturnType<Services['amp2']> {
    const entered = settings.get().amp2;
    if (!entered) {
      throw new SluiceError('NOT_ALLOWED', 'No AMP2 server is entered yet.', {
        next: 'Enter its URL and its key under Settings, as they were given at onboarding.',
      });
    }
    return { client: deps.amp2Client({ url: entered.url, api: entered.api }), settings: entered };
  }

  async function tried(service: Step['service'], work: () => Promise<Omit<Step, 'service'>>): Promise<Step> {
    try {
      return { service, ...(await work()) };
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      return { service, verdict: 'wrong', message: error.message, next: error.next };
    }
  }

  return {
    chain,
    opened: () => open?.chain ?? null,
    amp0,
    amp2,
    test: () =>
      Promise.all([
        tried('chain', async () => {
          const access = chain();
          if (access.config.kind === 'node') await access.advance();
          const { height } = await deps.watch.tip(access.source);
          return { verdict: 'good', message: `The chain is at block ${height}.`, next: '' };
        }),
        tried('amp0', async () => {
          const connection = await amp0().connect();
          connection.close();
          return { verdict: 'good', message: 'Green answers.', next: '' };
        }),
        tried('amp2', async () => {
          if (!settings.get().amp2) {
            const next = 'Enter its URL and its key when onboarding has told them.';
            return { verdict: 'waiting', message: 'No AMP2 server is entered.', next };
          }
          const { ok, message } = await amp2().client.ping();
          const next = ok ? '' : 'Compare its URL with what onboarding told.';
          return { verdict: ok ? 'good' : 'wrong', message, next };
        }),
      ]),
    async close() {
      if (open) closing.push(open.chain.close());
      open = null;
      await Promise.all(closing);
    },
  };
}
