export { createElementsNode, type ElementsClient } from './node.ts';
export type { Call, CallOptions, ElementsOptions } from './call.ts';
export { MINIMUM_PROGRESS, requireNetwork, testNode, type NodeTestOptions } from './test-node.ts';
export type * from './types.ts';
