import type { Context } from '../context.ts'
import type { Write } from '../database/index.ts'
import type { ApiError } from '../errors.ts'

/**
 * A kind of operation: what a room can do behind the answer of a call. The room says what its requests look like (`R`),
 * how far an item has come between two steps (`C`) and how an item ends (`T`); all three are kept as JSON. `X` is the context
 * that it works in, where it needs more than the usual.
 */
export interface OperationKind<R = unknown, C = unknown, T = unknown, X extends Context = Context> {
  /** `files.copy`; in the rows for ever */
  name: string
  /** what it mostly waits for: each lane has places of its own, so that long transfers don't hold up short work */
  lane: 'rows' | 'bytes'
  /** How many items a request has. They are done in their order. */
  items(request: R): number
  /** What the counters count to in the end, where that is not the number of items. May only read. */
  total?(context: X, request: R, username: string): Promise<number>
  /**
   * Does the next piece of an item: first what lies outside the database, which must bear being done again after a crash;
   * then it gives the body of the one transaction that writes the piece's effect (at most 1,000 rows or 50 ms) and says how
   * far the item has come. Progress and record of the item are written in the same transaction. An ApiError, from either
   * part, ends the item with that error and undoes the transaction; a database in trouble is waited for.
   */
  step(context: X, work: Work<R, C>): Promise<(tx: Write) => Promise<Outcome<C, T>>>
  /** What else is written when an item ends with an error, in the transaction of its record. */
  failed?(context: X, tx: Write, work: Work<R, C>, error: ApiError): Promise<void>
}

export interface Work<R = unknown, C = unknown> {
  /** of the operation */
  id: string
  /** whose rights count: they are looked at again in each step */
  username: string
  request: R
  item: number
  /** what the step before left; undefined at the item's beginning */
  cursor: C | undefined
  /** the server stops, or another one has taken over */
  signal: AbortSignal
}

/** The item goes on from `cursor`, or has ended with `result`. `completed`: by how much the counter grows; 1 at the end. */
export type Outcome<C = unknown, T = unknown> = { cursor: C; completed?: number } | { result: T; completed?: number }
