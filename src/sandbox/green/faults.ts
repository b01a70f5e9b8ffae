import type { Fault } from '../control/faults.ts';

/**
 * How an answer of Green breaks: the control address's faults with the target `green`. `call` is the procedure without
 * `com.greenaddress.` (`login.authenticate`, `vault.fund` …), `delayed_signature`, or `connect` for a WebSocket being
 * opened.
 *
 * What differs here: `error` refuses in Green's words (`message`), or with HTTP `status` when that is given.
 */
export type GreenIntercept = (call: string) => GreenFault | null;

export type GreenFault = Pick<Fault, 'mode' | 'ms' | 'status' | 'message'>;

export const ERROR_PAGE = '<html><body><h1>Bad Gateway</h1></body></html>\n';
