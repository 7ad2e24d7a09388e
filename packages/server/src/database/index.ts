import type { Kysely, Transaction } from 'kysely'
import type { Clock } from './clock.ts'
import type { Schema } from './schema.ts'

/** Reads, or a transaction to write in: what a query takes. */
export type Queries = Kysely<Schema> | Transaction<Schema>
export type Write = Transaction<Schema>

/**
 * The rows (seam: SQLite in the data folder, PostgreSQL by its address). `read` sees everything that was committed before the
 * call. `write` runs its body in one transaction, as if no other ran beside it, and resolves once that is durable; a body that
 * throws leaves nothing. Inside a body await nothing but queries of its own transaction, with SQLite it holds the only writer;
 * and change nothing but rows, with PostgreSQL it is run again when it met another one.
 *
 * A body that is `blind` does not look at what its statements give. With SQLite they are then sent together when it is done, and
 * the writer, which is everybody's, never waits for this thread between two of them; each of them seems to give nothing.
 */
export interface Database {
  read: Kysely<Schema>
  /**
   * Reads whose work grows with what is there (searches, lists by filters): they run beside all others, one after the other
   * with SQLite, and are ended when they take too long (`isLate`).
   */
  slow: Kysely<Schema>
  write<T>(body: (tx: Write) => Promise<T>, how?: 'blind'): Promise<T>
  /** what leases go by: the same for all processes that share the rows */
  clock: Clock
  close(): Promise<void>
}
