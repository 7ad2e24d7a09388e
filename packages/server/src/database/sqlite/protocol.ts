import type { MessagePort } from 'node:worker_threads'

/** What a thread says to the writer and to the readers of the database file, and what they answer. */
export type SqlValue = null | number | bigint | string | Uint8Array

export interface Statement {
  sql: string
  parameters: readonly SqlValue[]
  /** the names of the columns are at hand from an earlier answer: they are not sent again, which is most of an answer's cost */
  columnsKnown?: boolean
}

/** Messages are lists of these (outbox.ts). `call` numbers are the client's own; every call but `begin` and `rollback` is answered once. */
export type Request =
  | { type: 'begin'; transaction: number }
  | { type: 'query'; transaction: number; call: number; statement: Statement }
  | { type: 'commit'; transaction: number; call: number }
  | { type: 'rollback'; transaction: number }
  /** a whole transaction: all of the statements or none */
  | { type: 'all'; call: number; statements: Statement[] }

export type Answer = { call: number; result: StatementResult } | { call: number; failure: Failure }

/** Rows as arrays beside their column names: half as much to clone as objects. */
export interface StatementResult {
  /** none when the statement says that they are known */
  columns: string[]
  rows: SqlValue[][]
  /** rows written */
  changes: number
}

export interface Failure {
  message: string
  /** SQLite's extended result code, when the error is its own */
  code?: number
}

/** To a database thread: a further client, or the end. */
export type Control = { type: 'connect'; port: MessagePort } | { type: 'close' }

export type ThreadEvent =
  | { type: 'ready' }
  | { type: 'failed'; message: string }
  /** the disk was full, and the ballast was thrown off */
  | { type: 'full' }
