import type { OperationRow } from '../database/schema.ts'
import { newUuid } from '../ids.ts'

/** The row of an operation that nobody has begun. */
export function newOperation(kind: string, username: string, request: unknown): OperationRow {
  return {
    id: newUuid(),
    kind,
    username,
    state: 'SUBMITTED',
    request: JSON.stringify(request),
    item: 0,
    cursor: null,
    total: 0,
    completed: 0,
    failed: 0,
    created: Date.now(),
    started: null,
    finished: null,
    owner: null,
    lease: 0,
  }
}
