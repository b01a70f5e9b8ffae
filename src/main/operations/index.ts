export { createEngine, type Engine } from './engine.ts';
export { createJournal, type Checkpoint } from './journal.ts';
export {
  createRecords,
  type BatchRecord,
  type OperationRecord,
  type OutputRecord,
  type Records,
} from './records.ts';
export { createOperationsService, type OperationsService } from './service.ts';
export { fullBatchFee, witnessOf } from './size.ts';
export { ampTreasury, type PlanSources } from './plan.ts';
export type { PaymentSources, PlainAsset } from './send/plan.ts';
export type { AllocationBook, EngineDeps } from './context.ts';
