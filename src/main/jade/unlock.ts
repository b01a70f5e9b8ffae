import { answerInvalid, declined, uninitialised, wrongPin } from './errors.ts';
import type { JadeInfo } from './info.ts';
import type { Command, JadeLink, JadeReply, Params } from './link.ts';
import { OracleError } from './oracle.ts';
import type { JadeNetwork, PinOracle } from './types.ts';

export interface UnlockContext {
  link: JadeLink;
  network: JadeNetwork;
  oracle: PinOracle;
  tell(sentence: string): void;
}

interface OracleRequest {
  urls: string[];
  data: unknown;
  onReply: string;
}

/**
 * `auth_user` until the device is unlocked: each answer is the outcome, or another request for the oracle (after a retry
 * or a change of the PIN). Nobody's time is limited while the PIN is typed; the link is checked meanwhile.
 */
export async function unlock(context: UnlockContext, info: JadeInfo): Promise<void> {
  if (info.state === 'READY') return;
  if (info.state === 'UNINIT') throw uninitialised();
  const { link, network, tell } = context;
  await link.flow(async (command) => {
    tell(
      info.state === 'LOCKED'
        ? 'Enter the PIN on the Jade.'
        : 'Look at the Jade and do what its screen asks.',
    );
    let reply = await command('auth_user', { network });
    for (;;) {
      const request = oracleRequest(reply.result);
      if (!request) break;
      reply = await answerOracle(context, command, request);
    }
    if (reply.result === true) return tell('The Jade is unlocked.');
    if (reply.result !== false) throw answerInvalid('it neither unlocks nor asks its oracle');
    throw info.state === 'LOCKED' ? wrongPin() : declined();
  });
}

async function answerOracle(
  { link, oracle, tell }: UnlockContext,
  command: Command,
  request: OracleRequest,
): Promise<JadeReply> {
  let failure: OracleError;
  try {
    tell('The Jade’s PIN oracle is being asked.');
    const answer = await link.during(oracle({ urls: request.urls, data: request.data }));
    tell('Waiting for the Jade to check the PIN.');
    return await command(request.onReply, answer as Params);
  } catch (error) {
    if (!(error instanceof OracleError)) throw error;
    failure = error;
  }
  if (!failure.again) {
    // The device is waiting for an answer that will not come; this ends that, and has no reply.
    await link.tell('cancel').catch(() => undefined);
    throw failure;
  }
  tell(`${failure.message} The Jade asks whether to try again.`);
  let reply: JadeReply;
  try {
    reply = await command(request.onReply);
  } catch (error) {
    // The Jade's own words for it would hide which host failed.
    throw link.closed ? error : failure;
  }
  if (oracleRequest(reply.result)) return reply;
  throw failure;
}

/** What the device wants to be posted; null when its answer is no such request. */
function oracleRequest(result: unknown): OracleRequest | null {
  const request = field(result, 'http_request');
  if (request === undefined) return null;
  const params = field(request, 'params');
  const urls = field(params, 'urls');
  const onReply = field(request, 'on-reply');
  // Nothing but the answer to a PIN is passed on, whatever the device names.
  const sound =
    Array.isArray(urls) &&
    urls.length <= 10 &&
    urls.every((url) => typeof url === 'string' && url.length <= 300) &&
    field(params, 'method') === 'POST' &&
    onReply === 'pin';
  if (!sound) throw answerInvalid('it asks for another kind of request than its oracle takes');
  return { urls: urls as string[], data: field(params, 'data'), onReply: 'pin' };
}

function field(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[name] : undefined;
}
