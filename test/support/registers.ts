import {
  createAllocationPayments,
  createAllocations,
  allocationImport,
} from '../../src/main/allocations/index.ts';
import { createAssets } from '../../src/main/assets/index.ts';
import { createCategories, createHolders, createSync, holdersImport } from '../../src/main/holders/index.ts';
import { createImports } from '../../src/main/imports/index.ts';
import { openStore, type Store } from '../../src/main/store/index.ts';
import type { EventEnvelope } from '../../src/shared/contract/index.ts';
import { RegisterAmp } from './register-amp.ts';

/** The registers of a desk over an AMP in memory. */
export function openRegisters(options: { store?: Store; amp?: RegisterAmp } = {}) {
  const amp = options.amp ?? new RegisterAmp();
  const store = options.store ?? openStore(':memory:');
  const events: EventEnvelope[] = [];
  let now = 1_700_000_000_000;
  const deps = {
    store,
    amp: amp.port,
    emit: ((name: never, data: never) => {
      events.push({ name, data });
    }) as Parameters<typeof createHolders>[0]['emit'],
    clock: () => (now += 1),
  };
  return {
    store,
    amp,
    events,
    holders: createHolders(deps),
    categories: createCategories(deps),
    assets: createAssets(deps),
    imports: createImports({ ...deps, kinds: [holdersImport(deps), allocationImport(deps)] }),
    sync: createSync(deps),
    allocations: createAllocations(deps),
    payments: createAllocationPayments(deps),
    who: { actor: 'test' },
    /** Lets time pass. */
    pass: (milliseconds: number) => (now += milliseconds),
    auditTypes: () => [...store.auditAll()].map((entry) => entry.type),
  };
}

export type Registers = ReturnType<typeof openRegisters>;

/** A file as it comes over the bridge. */
export function fileOf(text: string, encoding: BufferEncoding = 'utf8'): string {
  return Buffer.from(text, encoding).toString('base64');
}
