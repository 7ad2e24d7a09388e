export type TaskStatus = 'DRAFT' | 'CREATING' | 'QUEUED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'ABORTING' | 'ABORTED'

/**
 * The states of a task and every edge between them, each with who takes it. A terminal state is never left.
 *
 *     DRAFT    → CREATING    run: a batch parent, images that have to be there, or content that still has to be hashed
 *     DRAFT    → QUEUED      run
 *     CREATING → QUEUED      prepared
 *     CREATING → RUNNING     a batch parent whose children are all there
 *     CREATING → FAILED      can't be prepared
 *     CREATING → ABORTING    abort
 *     QUEUED   → RUNNING     first job started
 *     QUEUED   → COMPLETED   every job was known already
 *     QUEUED   → FAILED      a requirement that can't fit; a job that can't be planned
 *     QUEUED   → ABORTING    abort
 *     RUNNING  → QUEUED      waits for cores and memory again
 *     RUNNING  → COMPLETED   last job settled
 *     RUNNING  → FAILED      a job failed
 *     RUNNING  → ABORTING    abort
 *     ABORTING → ABORTED     the last of its processes is dead
 */
export const EDGES = [
  { from: 'DRAFT', to: 'CREATING', by: 'api' },
  { from: 'DRAFT', to: 'QUEUED', by: 'api' },
  { from: 'CREATING', to: 'QUEUED', by: 'worker' },
  { from: 'CREATING', to: 'RUNNING', by: 'worker' },
  { from: 'CREATING', to: 'FAILED', by: 'worker' },
  { from: 'CREATING', to: 'ABORTING', by: 'api' },
  { from: 'QUEUED', to: 'RUNNING', by: 'worker' },
  { from: 'QUEUED', to: 'COMPLETED', by: 'worker' },
  { from: 'QUEUED', to: 'FAILED', by: 'worker' },
  { from: 'QUEUED', to: 'ABORTING', by: 'api' },
  { from: 'RUNNING', to: 'QUEUED', by: 'worker' },
  { from: 'RUNNING', to: 'COMPLETED', by: 'worker' },
  { from: 'RUNNING', to: 'FAILED', by: 'worker' },
  { from: 'RUNNING', to: 'ABORTING', by: 'api' },
  { from: 'ABORTING', to: 'ABORTED', by: 'worker' },
] as const satisfies readonly { from: TaskStatus; to: TaskStatus; by: 'api' | 'worker' }[]

export const STATUSES = [
  'DRAFT',
  'CREATING',
  'QUEUED',
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'ABORTING',
  'ABORTED',
] as const satisfies readonly TaskStatus[]

/** States of a task that is on its way: the worker brings it to its end. */
export const ACTIVE = ['CREATING', 'QUEUED', 'RUNNING', 'ABORTING'] as const satisfies readonly TaskStatus[]

/** States that are never left. */
export const TERMINAL = ['COMPLETED', 'FAILED', 'ABORTED'] as const satisfies readonly TaskStatus[]

export function isEdge(from: TaskStatus, to: TaskStatus): boolean {
  return EDGES.some(edge => edge.from === from && edge.to === to)
}

export function isTerminal(status: TaskStatus): boolean {
  return TERMINAL.some(terminal => terminal === status)
}
