import type { CallName, EventName } from '../../shared/contract/index.ts';

/** What a wallet holds and shows: its payments change it as well as the chain. */
const CUSTODY_WALLETS = [
  'custody.wallets',
  'custody.overview',
  'custody.wallet',
  'custody.history',
  'custody.entry',
  'custody.coins',
] as const satisfies readonly CallName[];

/** Which answers an event makes stale. Events carry no data, so the page asks again for what it shows. */
export const STALE_AFTER: Record<EventName, readonly CallName[] | 'everything'> = {
  'profile.changed': 'everything',
  'secrets.changed': ['secrets.status', 'profiles.current', 'treasury.wallet'],
  'health.changed': ['health.get', 'sandbox.status'],
  'sync.changed': ['sync.status'],
  'sync.progress': [],
  'holders.changed': [
    'holders.list',
    'holders.get',
    'categories.list',
    'allocations.rows',
    'allocations.plan',
    'sandbox.gaids',
  ],
  'categories.changed': ['categories.list', 'holders.list', 'holders.get', 'assets.list'],
  'assets.changed': [
    'assets.list',
    'assets.get',
    'assets.ownerships',
    'assets.activities',
    'treasury.overview',
    'allocations.rows',
  ],
  'allocations.changed': [
    'allocations.list',
    'allocations.get',
    'allocations.rows',
    'allocations.plan',
    'imports.get',
    'imports.rows',
  ],
  'treasury.changed': [
    'treasury.overview',
    'treasury.coins',
    'treasury.wallet',
    'treasury.planSend',
    'health.get',
    'allocations.plan',
  ],
  'operations.changed': [
    'operations.list',
    'operations.get',
    'operations.outputs',
    'operations.pendingAtAmp',
    'operations.report',
    'allocations.list',
    'allocations.get',
    'allocations.rows',
    'treasury.overview',
    'assets.get',
    'assets.ownerships',
    'assets.activities',
    'holders.get',
    // Who has signed is cheap to ask; the review opens every output and is asked for when signatures or batches change.
    'signing.round',
  ],
  'custody.changed': [
    ...CUSTODY_WALLETS,
    'custody.addresses',
    'custody.setups',
    'custody.services',
    'custody.readPayment',
  ],
  'custody.spend': [...CUSTODY_WALLETS, 'custody.spends', 'custody.spend'],
  'custody.notice': ['custody.notices', 'custody.wallets'],
  'audit.changed': ['audit.list'],
  'settings.changed': ['settings.get', 'allocations.plan'],
  'pairing.changed': [
    'pairing.identity',
    'pairing.peers',
    'arrangement.candidates',
    'signing.round',
    'custody.spend',
  ],
  'bundles.changed': [
    'bundles.list',
    'pairing.peers',
    'arrangement.candidates',
    'custody.setups',
    'custody.spend',
  ],
  'signing.changed': [
    'signing.round',
    'signing.review',
    'signing.recipients',
    'operations.list',
    'operations.get',
    'arrangement.get',
    'arrangement.candidates',
    'signer.status',
    'signer.requests',
    'signer.request',
    'signer.recipients',
    'signer.result',
    'signer.descriptor',
    'signer.wallets',
    'signer.logins',
  ],
  // What the Jade says goes to the person at once; only what is simulated is also asked for.
  'jade.changed': ['sandbox.jade'],
};

const REVIEWS: ReadonlySet<CallName> = new Set(['signing.review', 'signing.recipients']);

/** What a person's own command makes stale at once, before the event about it arrives. */
export function staleAfterCommand(name: CallName): readonly CallName[] | 'everything' {
  const area = name.slice(0, name.indexOf('.'));
  switch (area) {
    case 'profiles':
    case 'secrets':
      return name === 'profiles.test' ? [] : 'everything';
    case 'holders':
      return [...stale('holders.changed'), 'imports.get', 'imports.rows'];
    case 'categories':
      return stale('categories.changed');
    case 'assets':
      return stale('assets.changed');
    case 'allocations':
      return stale('allocations.changed');
    case 'imports':
      return ['imports.get', 'imports.rows'];
    case 'operations':
      return [...stale('operations.changed'), 'allocations.plan'];
    case 'treasury':
      return ['profiles.current', ...stale('treasury.changed')];
    case 'settings':
      return stale('settings.changed');
    case 'sync':
      return ['sync.status', ...stale('holders.changed'), ...stale('assets.changed')];
    case 'custody':
      return name === 'custody.testServices'
        ? []
        : [...stale('custody.changed'), ...stale('custody.spend'), ...stale('custody.notice')];
    case 'sandbox':
      return ['sandbox.status', 'sandbox.jade', 'sandbox.amp2', 'health.get'];
    case 'pairing':
      return stale('pairing.changed');
    case 'bundles':
    case 'signing':
      // Whether there is something new to review is told by an event; opening every output anew is not for nothing.
      return [...stale('signing.changed').filter((each) => !REVIEWS.has(each)), ...stale('bundles.changed')];
    case 'signer':
      return [...stale('signing.changed'), ...stale('bundles.changed')];
    case 'arrangement':
      return [
        'arrangement.get',
        'arrangement.candidates',
        'profiles.current',
        ...stale('bundles.changed'),
        ...stale('treasury.changed'),
      ];
    case 'jade':
      return ['sandbox.jade'];
    default:
      return [];
  }
}

function stale(event: EventName): readonly CallName[] {
  const names = STALE_AFTER[event];
  return names === 'everything' ? [] : names;
}
