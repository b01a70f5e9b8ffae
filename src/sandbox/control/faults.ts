/** What can go wrong with an answer on purpose. */
export const FAULT_MODES = [
  'drop',
  'delay',
  'duplicate',
  'garble',
  'error',
  'html',
  'refuse',
  'silent',
  'oversize',
  'badsig',
  'otherkey',
  'alter',
  'wrongwid',
] as const;

/** Bytes of an `oversize` answer: beyond what a desk takes from any of these services. */
export const OVERSIZE = 24 * 1024 * 1024;

/** Who can be made to fail. */
export const FAULT_TARGETS = ['amp', 'elements', 'green', 'amp2', 'esplora'] as const;
export type FaultTarget = (typeof FAULT_TARGETS)[number];

/**
 * - `drop`: carried out, the connection closed without an answer.
 * - `delay`: carried out, answered after `ms`.
 * - `duplicate`: carried out twice, one after the other, as by something in between that repeats; the second answer.
 * - `garble`: carried out, answered with JSON that ends in the middle.
 * - `error`: not carried out; HTTP `status`, and for Elements the RPC error `code` and `message`.
 * - `html`: not carried out; an HTML page with HTTP `status` (default 502).
 * - `refuse`: not carried out, the connection closed.
 * - `silent`: accepted and never answered, the connection left open.
 * - `oversize`: carried out, answered with far more than anybody would read.
 * - `badsig` (cosigners): carried out, with a signature that does not hold.
 * - `otherkey` (Green): carried out, signed with another key than the server's.
 * - `alter` (cosigners): carried out on another transaction than the one that was sent.
 * - `wrongwid` (AMP2): carried out, answered with another wallet's id.
 */
export type FaultMode = (typeof FAULT_MODES)[number];

export interface Fault {
  target: FaultTarget;
  /** RPC method of Elements, procedure of Green, HTTP verb of the others; any when absent. */
  method?: string;
  /** AMP: path below `/api`. Elements: `/wallet/NAME`. The others: the path. `*` for anything. */
  path?: string;
  mode: FaultMode;
  /** How many calls it hits, default 1; 0: all until cleared. */
  times: number;
  /** So many matching calls pass first. */
  after: number;
  ms: number;
  status?: number;
  code?: number;
  message?: string;
}

/** The faults that wait for their call, oldest first. */
export class Faults {
  private waiting: Fault[] = [];

  add(fault: Fault): void {
    this.waiting.push({ ...fault });
  }

  clear(): void {
    this.waiting = [];
  }

  list(): readonly Fault[] {
    return this.waiting;
  }

  any(target: Fault['target']): boolean {
    return this.waiting.some((fault) => fault.target === target);
  }

  /** The fault that this call runs into, counted as used; null when it is left in peace. */
  take(target: Fault['target'], method: string, path: string): Fault | null {
    for (const fault of this.waiting) {
      if (fault.target !== target || !matches(fault, method, path)) continue;
      if (fault.after > 0) {
        fault.after -= 1;
        continue;
      }
      if (fault.times > 0) {
        fault.times -= 1;
        if (fault.times === 0) this.waiting = this.waiting.filter((one) => one !== fault);
      }
      return fault;
    }
    return null;
  }
}

function matches(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method !== '*') {
    if (fault.method.toLowerCase() !== method.toLowerCase()) return false;
  }
  if (fault.path === undefined || fault.path === '*') return true;
  const pattern = fault.path
    .replace(/^\/api(?=\/)/, '')
    .split('*')
    .map(escape)
    .join('.*');
  return new RegExp(`^${pattern}/?$`).test(path);
}

function escape(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
