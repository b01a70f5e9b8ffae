export { createElementsNode, type ElementsClient } from './node.ts';
export { createCall, type Call, type CallOptions, type ElementsOptions } from './call.ts';
export { leastChange } from './funding.ts';
export { explainRejection, rpcErrorOf, RpcError } from './rpc-error.ts';
export {
  MINIMUM_PROGRESS,
  MINIMUM_VERSION,
  requireNetwork,
  testNode,
  type NodeTestOptions,
} from './test-node.ts';
export type * from './types.ts';
