/** The little of WebAssembly's interface that the loaders use; Node's types do not declare it. */
declare namespace WebAssembly {
  type Exports = Record<string, unknown>;
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, unknown>);
    readonly exports: Exports;
  }
  class RuntimeError extends Error {}
}
