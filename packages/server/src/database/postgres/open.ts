/**
 * PostgreSQL behind the `Database` interface.
 *
 * Transactions. With SQLite there is one writer, so every transaction is as if alone, and the rules rely on it: they look,
 * then write (a free name, the state of a task, who owns it). Here any number of processes write at once, so `write` runs its
 * body as SERIALIZABLE: PostgreSQL lets it commit only if some order one after the other gives the same, and ends it with
 * 40001 (or 40P01) otherwise. Then it is run again: a body runs only queries of its own transaction and keeps nothing
 * outside, so the run that was rolled back has left no trace. What was seen to conflict need not really be one: PostgreSQL
 * remembers pages, not rows, and our ids ascend, so that neighbours meet on the last page of an index. Hence two
 * measures: write connections prefer indices (a sequential scan counts as having read the whole table), and a body that has
 * lost OPTIMISTIC times runs alone. Every transaction begins by locking the table `migrations`: ROW SHARE, many at one time;
 * or EXCLUSIVE, which waits for those and lets in no other. LOCK is no query, so the snapshot is taken when the lock is
 * held: what runs alone meets nobody and comes to its end. A unique violation, too, is only believed when it came alone.
 *
 * Reads are single statements outside of transactions: each sees everything that was committed before it began, as in SQLite.
 *
 * A connection that is lost is found out by the next statement; a transaction that stops asking is ended by the server after
 * `holdLimit`, so that a process that was stopped holds nobody up. Whether a transaction was committed whose connection
 * was lost during `commit` is not known (08007): it is not run again here, its caller looks at the rows.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { Kysely, sql } from 'kysely'
import pg from 'pg'
import { databaseClock } from '../clock.ts'
import { DatabaseError, isConflict, isPassing, isUniqueViolation, UNKNOWN_END } from '../errors.ts'
import type { Database, Write } from '../index.ts'
import { createMigrationsTable, migrate } from '../migrations/migrate.ts'
import type { Schema } from '../schema.ts'
import { shown } from './address.ts'
import { connectionTo } from './connect.ts'
import { readDialect, writeDialect } from './dialect.ts'

/** Runs of a body beside others, before it runs alone. */
const OPTIMISTIC = 4
/** Runs altogether; alone it can only meet a program that is not ours. */
const RUNS = 12
/** Connections of a pool; a process has one for reads, one for slow reads and one for writes. */
const CONNECTIONS = 6
/** Of the pool for slow reads. */
const SLOW_CONNECTIONS = 2
/** Milliseconds that a connection may take to come about, or a caller may wait for one. */
const CONNECT = 10_000
const HOLD_LIMIT = 10_000
/** Milliseconds between two questions whether the database is back. */
const LONGEST_WAIT = 2_000

const BESIDE = 'begin isolation level serializable; lock table migrations in row share mode'
const ALONE = 'begin isolation level serializable; lock table migrations in exclusive mode'

export interface PostgresOptions {
  url: string
  /** milliseconds that a transaction may do nothing */
  holdLimit?: number | undefined
  /** milliseconds that a statement of a slow read may take */
  patience?: number | undefined
  /** reads and writes wait while the database is away, however long that is: for a worker, which has nobody who waits for it */
  patient?: boolean | undefined
}

/** Its first transaction may come from several processes at once, before there is a table to lock. */
const FIRST = 'begin; select pg_advisory_xact_lock(5268739)'

/**
 * Opens the database at the address, making its tables when they are not there. Rejects with DatabaseError when it can't be
 * reached, does not hold UTF-8, or was made by a newer version.
 */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const { alone, first, ...database } = connect(options)
  try {
    const encoding = await sql<{ name: string }>`select pg_encoding_to_char(encoding) as name
      from pg_database where datname = current_database()`.execute(database.read)
    const [{ name } = { name: '' }] = encoding.rows
    if (name !== 'UTF8') throw new DatabaseError(`its encoding is ${name}: make a database with encoding UTF8`)
    await first.transaction().execute(createMigrationsTable)
    await migrate(body => alone.transaction().execute(body))
    return database
  } catch (error) {
    await database.close()
    const reason = error instanceof Error ? error.message : String(error)
    throw new DatabaseError(`the database ${shown(options.url)} can't be opened: ${reason}`)
  }
}

/** A handle with connections of its own, which are made when they are needed: nothing is asked of the server yet. */
export function connectPostgres(options: PostgresOptions): Database {
  const { read, slow, write, clock, close } = connect(options)
  return { read, slow, write, clock, close }
}

function connect({ url, holdLimit = HOLD_LIMIT, patience = 0, patient = false }: PostgresOptions) {
  const common = { ...connectionTo(url), max: CONNECTIONS, connectionTimeoutMillis: CONNECT }
  const reads = new pg.Pool({ ...common, options: '-c default_transaction_read_only=on' })
  const writes = new pg.Pool({
    ...common,
    idle_in_transaction_session_timeout: holdLimit,
    options: '-c enable_seqscan=off',
  })
  const slowReads = new pg.Pool({
    ...common,
    max: SLOW_CONNECTIONS,
    // a statement that looks at many rows must not take the processors of all others
    options: `-c default_transaction_read_only=on -c statement_timeout=${patience} -c max_parallel_workers_per_gather=0 -c jit=off`,
    // a user has one at a time: their line is bounded, and each place in it by the time of a statement
    connectionTimeoutMillis: 0,
  })
  for (const pool of [reads, writes, slowReads]) pool.on('error', () => undefined)
  let closing: Promise<unknown> | undefined

  const waits = async (error: unknown, again: number) => {
    if (!patient || closing || !isPassing(error)) return false
    await pause(Math.min(LONGEST_WAIT, 50 * 2 ** again))
    return true
  }
  const beside = new Kysely<Schema>({ dialect: writeDialect(writes, BESIDE) })
  const alone = new Kysely<Schema>({ dialect: writeDialect(writes, ALONE) })

  async function write<T>(body: (tx: Write) => Promise<T>): Promise<T> {
    let lost = 0
    for (let again = 1; ; again++) {
      try {
        return await (lost < OPTIMISTIC ? beside : alone).transaction().execute(body)
      } catch (error) {
        // a row that came beside it, after it had looked: alone it sees the row, or meets it again
        if (isUniqueViolation(error) && lost < OPTIMISTIC) lost = OPTIMISTIC
        else if (isConflict(error) && ++lost < RUNS) await pause(Math.random() * 4 * lost)
        else if (isEndUnknown(error) || !(await waits(error, again))) throw error
      }
    }
  }

  return {
    read: new Kysely<Schema>({ dialect: readDialect(reads, waits) }),
    slow: new Kysely<Schema>({ dialect: readDialect(slowReads, waits) }),
    write,
    clock: databaseClock,
    alone,
    first: new Kysely<Schema>({ dialect: writeDialect(writes, FIRST) }),
    close: async () => {
      closing ??= Promise.all([reads.end(), slowReads.end(), writes.end()])
      await closing
    },
  }
}

function isEndUnknown(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === UNKNOWN_END
}
