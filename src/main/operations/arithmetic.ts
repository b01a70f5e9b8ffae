export { ceilDiv } from '../../shared/transaction-size.ts';
