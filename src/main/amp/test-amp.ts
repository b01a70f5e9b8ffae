import type { ConnectionStep, Network } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { createAmpClient } from './client.ts';
import { ampBase, type AmpClientOptions } from './http.ts';
import type { AmpCredentials } from './types.ts';

const TITLES = { amp: 'AMP', 'amp-login': 'AMP account', 'amp-role': 'Role of the account' } as const;
type AmpStep = keyof typeof TITLES;

/** An account lives on one instance only; these two are known to serve one network each. */
const INSTANCES: Readonly<Record<string, Network>> = {
  'amp.blockstream.com': 'liquidv1',
  'amp-test.blockstream.com': 'liquidtestnet',
};

export type AmpTestOptions = Pick<AmpClientOptions, 'fetch' | 'signal' | 'timeouts'>;

/**
 * Tries AMP with these credentials, with a verdict per step. Never throws: what fails is a step, and steps that it makes
 * impossible are left out. Changes nothing but that AMP hands out the account's token; that is not kept.
 */
export async function testAmp(
  connection: AmpCredentials,
  expected: Network,
  options: AmpTestOptions = {},
): Promise<ConnectionStep[]> {
  const steps: ConnectionStep[] = [];
  const add = (step: AmpStep, verdict: ConnectionStep['verdict'], message: string, next = '') =>
    steps.push({ step, title: TITLES[step], verdict, message, next });
  const attempt = async (step: AmpStep, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      add(step, 'wrong', error.message, error.next);
      return false;
    }
  };

  const reached = await attempt('amp', async () => {
    const serves = INSTANCES[ampBase(connection.url).hostname];
    if (serves !== undefined && serves !== expected) {
      throw new SluiceError('INVALID_ARGUMENT', 'This AMP serves another network than the profile’s.', {
        next: 'Use https://amp.blockstream.com/api for Liquid and https://amp-test.blockstream.com/api for its testnet.',
      });
    }
    const { version } = await createClient(connection, options).info();
    add('amp', 'good', `AMP ${version} answers.`);
  });
  if (!reached) return steps;

  const client = createClient(connection, options);
  let manager: { username: string; locked: boolean; assets: string[] } | null = null;
  const loggedIn = await attempt('amp-login', async () => {
    await client.account.login();
    manager = await managerOrNull(client);
    add('amp-login', 'good', `AMP accepts “${connection.username}”.`);
  });
  if (!loggedIn) return steps;

  await attempt('amp-role', async () => {
    const found: { assets: string[] } | null = manager;
    if (found !== null) {
      add(
        'amp-role',
        'attention',
        `This is a manager’s account with ${found.assets.length} assets: it can keep holders and assignments, but not distribute.`,
        'Use the issuer’s account to distribute.',
      );
      return;
    }
    const assets = await client.assets.list();
    add(
      'amp-role',
      'good',
      `This is the issuer’s account, with ${assets.length} ${assets.length === 1 ? 'asset' : 'assets'}.`,
    );
  });
  return steps;
}

function createClient(connection: AmpCredentials, options: AmpTestOptions) {
  const { username, password } = connection;
  return createAmpClient({
    ...options,
    url: connection.url,
    credentials: () => Promise.resolve({ username, password }),
    tokenStore: {
      load: () => Promise.resolve(null),
      save: () => Promise.resolve(),
      clear: () => Promise.resolve(),
    },
  });
}

/** The manager behind the account, or null when AMP says in whatever way that it is none. */
async function managerOrNull(client: ReturnType<typeof createClient>) {
  try {
    return await client.managers.me();
  } catch (error) {
    const none: readonly string[] = ['AMP_FORBIDDEN', 'AMP_NOT_FOUND', 'AMP_REFUSED', 'AMP_ANSWER_INVALID'];
    if (error instanceof SluiceError && none.includes(error.code)) return null;
    throw error;
  }
}
