import { describe, expect, it } from 'vitest';
import { custodyStore, madeUpWallet } from '../../../test/support/custody-store.ts';
import { documentedMessage, type Message } from '../../../test/support/message-table.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Amp0Session } from '../amp0/types.ts';
import { issueAddress, namedAccount } from './amp0-account.ts';
import { refuseJade } from './create-amp0.ts';
import { register } from './create-amp2.ts';
import { createGivingOut } from './giving-out.ts';
import { readPaymentLink } from './payment-link.ts';
import { createRecords } from './records.ts';
import { createServiceSettings } from './service-settings.ts';
import type { Services } from './services.ts';

const AMP2 = {
  url: 'http://127.0.0.1:1',
  serverKey: '[00000001]xpub',
  api: 'direct',
  first: 'server',
} as const;
const WID = '0000-0001';

function records() {
  const store = custodyStore();
  return { store, records: createRecords(store) };
}

function link(text: string) {
  return readPaymentLink(text, { network: 'liquidv1', policyAsset: '', precision: () => 8 });
}

const SITUATIONS: Record<string, () => unknown> = {
  'a Jade for an AMP0 account'() {
    throw refuseJade();
  },
  'a wallet that is here already'() {
    const { records: table } = records();
    table.insert(madeUpWallet({ name: 'Omnibus' }));
    table.insert(madeUpWallet({ id: 'w2', name: 'Again' }));
  },
  'an account that the login does not have': () =>
    namedAccount([{ pointer: 1, ampId: 'GA1', xpub: null, wantsAddresses: 0 }], 'GA2'),
  'an address of Green’s that is not ours': () =>
    issueAddress(
      {
        network: 'regtest',
        liquid: { addresses: () => Promise.resolve([{ witnessScript: 'ours' }]) } as never,
      },
      { fund: () => Promise.resolve({ index: 7, witnessScript: 'theirs' }) } as unknown as Amp0Session,
      { pointer: 1, descriptor: '' },
    ),
  'AMP2 answering another wallet id': () =>
    register(
      {
        services: {
          amp2: () => ({ client: { register: () => Promise.resolve('ffff-0002') }, settings: AMP2 }),
        } as unknown as Services,
      },
      { descriptor: '', wid: WID },
    ),
  'an address before AMP2 knows the wallet'() {
    const { store, records: table } = records();
    table.insert(madeUpWallet({ kind: 'amp2', name: 'Hot' }));
    return createGivingOut({ store, records: table } as never).next(table.get('w1'), 'given');
  },
  'another key for AMP2'() {
    const { store, records: table } = records();
    const settings = createServiceSettings({
      store: store as never,
      network: 'regtest',
      simulated: null,
      records: table,
    });
    settings.set({ amp2: AMP2 }, 'test');
    table.insert(madeUpWallet({ kind: 'amp2' }));
    settings.set({ amp2: { ...AMP2, serverKey: '[00000002]xpub' } }, 'test');
  },
  'a payment link of another network': () => link('liquidtestnet:tlq1'),
  'a payment link that must be understood': () => link('liquidnetwork:lq1?req-escrow=1'),
  'a payment link for Bitcoin': () => link('bitcoin:bc1'),
};

async function thrownBy(situation: () => unknown): Promise<Message> {
  try {
    await situation();
  } catch (error) {
    if (error instanceof SluiceError) return { code: error.code, message: error.message, next: error.next };
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

describe('docs/messages.md', () => {
  it.each(Object.entries(SITUATIONS))('says what happens with %s', async (name, situation) => {
    expect(documentedMessage(name)).toEqual(await thrownBy(situation));
  });
});
