export { breathe, inSlices } from './breathe.ts';
export type { ColumnSpec } from './csv/columns.ts';
export { malformed } from './csv/decode.ts';
export { writeCsv, writeCsvRows } from './csv/write.ts';
export { exclusive } from './exclusive.ts';
export { createImporter, type Importer, type ImporterDeps } from './importer.ts';
export { createImports } from './imports.ts';
export type { CheckRow, ImportKind, RowCells, RowProblem, RowVerdict } from './kind.ts';
export type { StagedRow } from './staging.ts';
