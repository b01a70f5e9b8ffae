export { startSandbox } from './sandbox.ts';
export { spawnSandbox } from './spawn.ts';
export type { SandboxAccess, SandboxHandle, SandboxStartOptions } from './types.ts';
