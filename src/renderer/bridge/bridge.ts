import type { Envelope } from '../../shared/contract/index.ts';
import { connectToHost } from './browser-bridge.ts';

/** What the host gives the page: the preload script in Electron, `connectToHost` in a browser. */
export interface Bridge {
  call: (name: string, wireArgs: unknown) => Promise<Envelope>;
  /** Events of the desk, and `bridge.connected` / `bridge.disconnected` from a bridge that can lose its host. */
  on: (listener: (event: BridgeEvent) => void) => () => void;
}

export interface BridgeEvent {
  name: string;
  data: unknown;
}

declare global {
  interface Window {
    sluice?: Bridge;
  }
}

let made: Bridge | undefined;

export function bridge(): Bridge {
  made ??= window.sluice ?? connectToHost(window.location.origin);
  return made;
}
