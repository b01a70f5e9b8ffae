import { contract, events, type Envelope, type EventEnvelope } from '../shared/contract/index.ts';

/** The part of Electron's ipcRenderer that the bridge uses. */
export interface IpcPort {
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
  on(channel: string, listener: (event: unknown, ...args: unknown[]) => void): unknown;
  removeListener(channel: string, listener: (event: unknown, ...args: unknown[]) => void): unknown;
}

/** What the page gets to see of the rest of the program. */
export interface PageBridge {
  /** Calls an entry of the contract with arguments in wire form. Rejects for a name that is not in it. */
  call(name: string, args: unknown): Promise<Envelope>;
  /** Calls `listener` for every event until the returned function is called. */
  on(listener: (event: EventEnvelope) => void): () => void;
}

const CALL = 'sluice:call';
const EVENT = 'sluice:event';

/** The bridge over one channel each way: names of the contract pass, nothing else does. */
export function pageBridge(ipc: IpcPort): PageBridge {
  return {
    call(name, args) {
      if (typeof name !== 'string' || !Object.hasOwn(contract, name)) {
        return Promise.reject(new TypeError('The contract has no such call.'));
      }
      return ipc.invoke(CALL, name, args) as Promise<Envelope>;
    },
    on(listener) {
      // Electron's event object carries the sender; the page gets the envelope only.
      const forward = (_event: unknown, envelope: unknown): void => {
        const { name } = envelope as EventEnvelope;
        if (Object.hasOwn(events, name)) listener(envelope as EventEnvelope);
      };
      ipc.on(EVENT, forward);
      return () => void ipc.removeListener(EVENT, forward);
    },
  };
}
