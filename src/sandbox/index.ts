export { simulatedJadePort, type SimulatedJadePort } from './jade/index.ts';
export { startSandbox } from './sandbox.ts';
export { spawnSandbox } from './spawn.ts';
export type { JadeAccess, SandboxAccess, SandboxHandle, SandboxStartOptions } from './types.ts';
