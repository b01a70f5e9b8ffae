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
export { RpcError } from './rpc-error.ts';
export { createSandboxNode } from './node.ts';
