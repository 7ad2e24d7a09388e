import { copyKind, deleteKind, moveKind } from './files/trees/kinds.ts'
import type { OperationKind } from './operations/kind.ts'
import { compareBatchKind } from './rerun/comparison/batch-kind.ts'
import { compareKind } from './rerun/comparison/kind.ts'
import { drsKind } from './volumes/drs/kind.ts'
import { exportKind } from './volumes/transfers/export-kind.ts'
import { importKind } from './volumes/transfers/import-kind.ts'

/** Every kind of operation, from its room. */
export const kinds: OperationKind[] = [
  copyKind,
  moveKind,
  deleteKind,
  exportKind,
  importKind,
  drsKind,
  compareKind,
  compareBatchKind,
]
