/** What API and worker say to each other, beside the database. Losing one loses nothing: the rows are the truth. */
export type ToWorker =
  | { type: 'queued'; task: string }
  | { type: 'abort'; task: string }
  /** somebody waits for a plan */
  | { type: 'plan' }
  /** messages may have been lost: look at all tasks */
  | { type: 'look' }
  | { type: 'stop' }

export type FromWorker =
  /** in whose name it writes */
  | { type: 'ready'; claim: number }
  | { type: 'stopped' }
  | { type: 'changed'; task: string }
  /** something that the operator should know; the worker goes on */
  | { type: 'trouble'; message: string; task?: string }

/** A message as it came from another process; undefined for what is none. */
export function readMessage(text: string): ToWorker | undefined {
  try {
    const { type, task } = JSON.parse(text)
    if (type === 'look' || type === 'plan') return { type }
    return (type === 'queued' || type === 'abort') && typeof task === 'string' ? { type, task } : undefined
  } catch {
    return undefined
  }
}
