export {
  ELEMENTS_OUT,
  GLOBAL,
  IN,
  OUT,
  decodePset,
  elementsKey,
  encodePset,
  fieldKey,
  keyed,
} from './codec.ts';
export type { Fields, Pset } from './codec.ts';
export { sortFields } from './create.ts';
export { amountField, checkOutputProofs, inputUtxo, psetTransaction } from './view.ts';
