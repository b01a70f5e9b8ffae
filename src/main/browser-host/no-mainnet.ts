import type { Handlers } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';

/** The contract's name of Liquid's main network. */
const MAINNET = 'liquidv1';

/**
 * The same handlers, but no profile of the main network can be made or opened. A browser brings extensions, other tabs
 * and a history with it; real assets are for the window, where nothing else runs.
 */
export function refuseMainnet(handlers: Handlers): Handlers {
  return {
    ...handlers,
    'profiles.create': (args, context) => {
      if (args.network === MAINNET) throw refusal();
      return handlers['profiles.create'](args, context);
    },
    'profiles.open': async (args, context) => {
      const { profiles } = await handlers['profiles.list']({}, context);
      if (profiles.some(({ id, network }) => id === args.id && network === MAINNET)) throw refusal();
      return handlers['profiles.open'](args, context);
    },
  };
}

function refusal(): SluiceError {
  return new SluiceError('NOT_ALLOWED', 'A profile of Liquid’s main network cannot be opened in a browser.', {
    next: 'Use the Sluice window (npm start, or the installed program) for the main network.',
    field: 'network',
  });
}
