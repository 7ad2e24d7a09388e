import type { OperationKind } from './kind.ts'

/** Every kind of operation, from its room. */
export const kinds: OperationKind[] = []
