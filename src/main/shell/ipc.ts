import type { IpcMain, IpcMainInvokeEvent, WebContents } from 'electron';
import type { Envelope } from '../../shared/contract/index.ts';
import { dispatch } from '../desk/dispatch.ts';
import type { Desk } from '../desk/types.ts';
import type { Policy } from './policy.ts';

const CALL = 'sluice:call';
const EVENT = 'sluice:event';

/**
 * Answers the window's calls: one channel, and only for messages of the window's own page.
 *
 * @param window the contents of the window there is now; null when there is none
 */
export function answerCalls(
  ipc: Pick<IpcMain, 'handle'>,
  desk: Desk,
  policy: Policy,
  window: () => Pick<WebContents, 'id'> | null,
): void {
  ipc.handle(CALL, (event, name: unknown, args: unknown): Promise<Envelope> | Envelope => {
    const contents = window();
    if (!contents || !policy.isTrustedSender(senderOf(event), contents.id)) {
      return {
        ok: false,
        error: {
          code: 'NOT_ALLOWED',
          message: 'This call does not come from the Sluice page.',
          next: 'Close Sluice and start it again.',
        },
      };
    }
    return dispatch(desk.handlers, typeof name === 'string' ? name : '', args, { actor: 'window' });
  });
}

/** Tells the window what the desk tells, until the returned function is called. */
export function tellEvents(
  desk: Desk,
  window: () => Pick<WebContents, 'send' | 'isDestroyed'> | null,
): () => void {
  return desk.onEvent((event) => {
    const contents = window();
    if (contents && !contents.isDestroyed()) contents.send(EVENT, event);
  });
}

function senderOf(event: IpcMainInvokeEvent) {
  const frame = event.senderFrame;
  return {
    contentsId: event.sender.id,
    isTopFrame: frame !== null && frame.parent === null,
    url: frame?.url ?? null,
  };
}
