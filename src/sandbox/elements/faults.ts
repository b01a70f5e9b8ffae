import type { NodeFault } from './types.ts';

interface Armed {
  fault: NodeFault;
  left: number;
  skip: number;
}

/** The faults that are set, in the order in which they were. */
export class Faults {
  private armed: Armed[] = [];

  set(fault: NodeFault): void {
    this.armed.push({ fault, left: fault.times ?? 1, skip: fault.after ?? 0 });
  }

  clear(): void {
    this.armed = [];
  }

  /** The fault that this call meets, used up by it; null for none. */
  take(method: string): NodeFault | null {
    for (const one of this.armed) {
      if (one.fault.method !== method && one.fault.method !== '*') continue;
      if (one.skip > 0) {
        one.skip -= 1;
        continue;
      }
      one.left -= 1;
      if (one.left <= 0) this.armed.splice(this.armed.indexOf(one), 1);
      return one.fault;
    }
    return null;
  }
}
