/** What API and worker say to each other, beside the database. Losing one loses nothing: the rows are the truth. */
export type ToWorker =
  | { type: 'queued'; task: string }
  | { type: 'abort'; task: string }
  /** messages may have been lost: look at all tasks */
  | { type: 'look' }
  | { type: 'stop' }

export type FromWorker =
  | { type: 'ready' }
  | { type: 'stopped' }
  | { type: 'changed'; task: string }
  /** something that the operator should know; the worker goes on */
  | { type: 'trouble'; message: string; task?: string }
