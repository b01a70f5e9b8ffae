export type {
  BlockSummary,
  CreateSandboxNode,
  FaultMode,
  NodeFault,
  OpenedOutput,
  SandboxChain,
  SandboxNode,
  SandboxNodeOptions,
  Truth,
  TruthKeys,
} from './types.ts';
export { createSandboxNode } from './node.ts';
export { blindingKey, confidentialAddress, decodeAddress, encodeAddress } from './address.ts';
export { descriptorChecksum } from './descriptor.ts';
export { signHash } from './seed.ts';
