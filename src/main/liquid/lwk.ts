import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as glue from 'lwk_wasm/lwk_wasm_bg.js';

let loaded = false;

/**
 * LWK, instantiated at the first call: 9.5 MB of wasm, 0.1 to 0.2 s. One instance per thread, because a second one would
 * re-point the glue and break every object of the first.
 */
export function loadLwk(): typeof glue {
  if (loaded) return glue;
  giveWindow();
  const file = createRequire(import.meta.url).resolve('lwk_wasm/lwk_wasm_bg.wasm');
  const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), {
    './lwk_wasm_bg.js': glue,
  });
  glue.__wbg_set_wasm(instance.exports);
  const start = instance.exports['__wbindgen_start'] as (() => void) | undefined;
  if (!start) throw new Error('lwk_wasm has no __wbindgen_start');
  start();
  loaded = true;
  return glue;
}

/** LWK asks `globalThis instanceof Window` before it waits for anything, and panics when there is none. */
function giveWindow(): void {
  if ('Window' in globalThis) return;
  Object.defineProperty(globalThis, 'Window', {
    value: class {
      static [Symbol.hasInstance](candidate: unknown): boolean {
        return candidate === globalThis;
      }
    },
  });
}
