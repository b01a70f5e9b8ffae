export { createAllocations } from './allocations.ts';
export { allocationImport } from './import-kind.ts';
export { createAllocationPayments, type AllocationPayments, type PayableRow } from './payments.ts';
