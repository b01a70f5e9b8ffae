import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPost, pair, type TestPost } from '../../../test/support/bundles.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { OfflineExchange, PinOracle } from '../jade/index.ts';
import { answerPinRequests, createPinRelay } from './pin-relay.ts';

const ACTOR = { actor: 'test' };
const URLS = [
  'https://jadepin.blockstream.com/set_pin',
  'http://mrrxtq6tjpbnbm7vh5jt6mpjctn7ggyfy5wegvbeff3x7jrznqawlmid.onion/set_pin',
];
let desk: TestPost;
let signer: TestPost;
let deskId: string;
let asked: Parameters<PinOracle>[0][];
let answers: string[];
let givenUp: number;
let oracle: PinOracle;
let relay: ReturnType<typeof createPinRelay>;

beforeEach(async () => {
  // Neither takes in anything but what is under test.
  desk = openPost('Front office', 'desk', { takes: [] });
  signer = openPost('Vault room', 'signer', { takes: [] });
  deskId = (await pair(desk, signer)).a.id;
  asked = [];
  answers = [];
  givenUp = 0;
  oracle = (request) => {
    asked.push(request);
    return Promise.resolve({ data: 'sealed answer' });
  };
  relay = createPinRelay(signer);
  signer.onBundle('jade-pin-answer', relay.answer);
  desk.onBundle(
    'jade-pin-request',
    answerPinRequests(desk, (r) => oracle(r)),
  );
});
afterEach(() => {
  desk.store.close();
  signer.store.close();
});

function exchange(): OfflineExchange {
  return {
    port: '/dev/ttyACM0',
    peerId: deskId,
    actor: 'person',
    request: { urls: URLS, data: '{"data":"sealed request"}' },
    answer(data) {
      answers.push(data);
      return answers.length === 1;
    },
    giveUp: () => (givenUp += 1),
  };
}

async function carryToDesk(content: string): Promise<string> {
  await desk.bundles.receive({ content }, ACTOR);
  const { rows } = await desk.bundles.list({ offset: 0, limit: 10 }, ACTOR);
  const sent = rows.find(({ direction, kind }) => direction === 'sent' && kind === 'jade-pin-answer');
  return (await desk.bundles.file({ id: sent?.id ?? '' }, ACTOR)).content;
}

describe('unlocking a Jade through a paired desk', () => {
  it('takes its request to the oracle and the answer back', async () => {
    const { content } = await relay.relay(exchange());
    const answer = await carryToDesk(content);
    expect(asked).toEqual([{ urls: URLS, data: { data: 'sealed request' } }]);
    expect(await signer.bundles.receive({ content: answer }, ACTOR)).toMatchObject({
      sentence: 'The Jade has its answer; look at its screen.',
    });
    expect(answers).toEqual(['{"data":"sealed answer"}']);
  });

  it('can be tried again when the oracle was away', async () => {
    const { content } = await relay.relay(exchange());
    const works = oracle;
    oracle = () => Promise.reject(new SluiceError('JADE_ORACLE', 'away', { next: 'wait' }));
    await expect(carryToDesk(content)).rejects.toMatchObject({ code: 'JADE_ORACLE' });
    oracle = works;
    await expect(carryToDesk(content)).resolves.not.toBe('');
  });

  it('refuses an answer that nothing waits for', async () => {
    const { content } = await relay.relay(exchange());
    const answer = await carryToDesk(content);
    relay.close();
    expect(givenUp).toBe(1);
    await expect(signer.bundles.receive({ content: answer }, ACTOR)).rejects.toMatchObject({
      message: expect.stringContaining('No Jade waits'),
    });
    expect(answers).toEqual([]);
  });

  it('does not ask the oracle what cannot be read', async () => {
    const { content } = await relay.relay({ ...exchange(), request: { urls: URLS, data: 'no JSON' } });
    await expect(carryToDesk(content)).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    expect(asked).toEqual([]);
  });
});
