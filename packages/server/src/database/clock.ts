import { type RawBuilder, sql } from 'kysely'

/** Milliseconds since the epoch, as a value or as the database says it when the statement runs. */
export type Time = number | RawBuilder<number>

/** What leases are measured by: all who have one must go by the same. */
export interface Clock {
  now(): Time
  later(milliseconds: number): Time
}

/** PostgreSQL's: processes of several machines share it. */
export const NOW = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`

export const databaseClock: Clock = { now: () => NOW, later: milliseconds => sql`${NOW} + ${milliseconds}::bigint` }

/** This process's, where no other has a lease. */
export function processClock(now: () => number = Date.now): Clock {
  return { now, later: milliseconds => now() + milliseconds }
}
