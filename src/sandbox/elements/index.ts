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
