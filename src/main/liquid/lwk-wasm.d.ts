/** wasm-bindgen's glue without its loader; the package types only the entry that loads by itself. */
declare module 'lwk_wasm/lwk_wasm_bg.js' {
  export * from 'lwk_wasm';
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
}
