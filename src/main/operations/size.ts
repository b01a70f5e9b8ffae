export { feeFor, fullBatchFee, MAX_WEIGHT, weightOf, witnessOf } from '../../shared/transaction-size.ts';
