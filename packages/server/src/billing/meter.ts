/**
 * What is measured of storage and of downloads, by project and day (UTC). A day's storage is the most that the project's own
 * files had whenever it was looked at: at the start and once an hour. Downloads are counted when they begin, as the bytes
 * that were asked for, and written together every few seconds and at the end, later where the database takes no writes; after
 * a crash what was not written yet is missing.
 */

import type { Context } from '../context.ts'
import type { Database } from '../database/index.ts'
import { addEgress, measureStorage } from '../database/usage.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Milliseconds between two writes of what was fetched. */
const FLUSH = 5_000

/** The context of rules on what is used. */
export interface UsageContext extends Context {
  /** counts what is stored and fetched */
  meter: Meter
}

export interface Meter {
  /** Bytes of a project that a user fetches. */
  fetched(project: string, username: string, bytes: number): void
  /** Looks at the storage now. */
  measure(): Promise<void>
  /** Writes what is not written yet. */
  flush(): Promise<void>
  close(): Promise<void>
}

interface Fetched {
  day: number
  project: string
  username: string
  bytes: number
}

/** @param every milliseconds between two writes of what was fetched */
export function startMeter(database: Database, trouble: (error: unknown) => void, every = FLUSH): Meter {
  const pending = new Map<string, Fetched>()
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  const measure = () => measureStorage(database, dayOf(Date.now()))
  const hourly = setInterval(() => measure().catch(trouble), HOUR).unref()
  const first = measure().catch(trouble)
  const add = (fetched: Fetched) => {
    const key = `${fetched.day}\n${fetched.project}\n${fetched.username}`
    const bytes = (pending.get(key)?.bytes ?? 0) + fetched.bytes
    pending.set(key, { ...fetched, bytes })
    if (!isClosed) timer ??= setTimeout(() => flush().catch(trouble), every).unref()
  }
  const flush = async () => {
    clearTimeout(timer)
    timer = undefined
    const rows = [...pending.values()]
    pending.clear()
    if (rows.length === 0) return
    try {
      await database.write(tx => addEgress(tx, rows))
    } catch (error) {
      for (const row of rows) add(row)
      throw error
    }
  }
  return {
    measure,
    flush,
    fetched: (project, username, bytes) => add({ day: dayOf(Date.now()), project, username, bytes }),
    async close() {
      isClosed = true
      clearInterval(hourly)
      await first
      await flush()
    },
  }
}

/** The beginning of its day. */
export function dayOf(time: number): number {
  return Math.floor(time / DAY) * DAY
}
