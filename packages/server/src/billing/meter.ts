/**
 * What is measured of storage and of downloads, by project and day (UTC). A day's storage is the most that the project's own
 * files had whenever it was looked at: at the start and once an hour. Downloads are counted when they begin, as the bytes
 * that were asked for, and written together every few seconds and at the end; after a crash the last seconds are missing.
 */

import type { Database } from '../database/index.ts'
import { addEgress, measureStorage } from '../database/usage.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Milliseconds between two writes of what was fetched. */
const FLUSH = 5_000

export interface Meter {
  /** Bytes of a project that a user fetches. */
  fetched(project: string, username: string, bytes: number): void
  /** Looks at the storage now. */
  measure(): Promise<void>
  /** Writes what is not written yet. */
  flush(): Promise<void>
  close(): Promise<void>
}

export function startMeter(database: Database, trouble: (error: unknown) => void): Meter {
  let pending = new Map<string, { project: string; username: string; bytes: number }>()
  let timer: NodeJS.Timeout | undefined
  const measure = () => measureStorage(database, dayOf(Date.now()))
  const hourly = setInterval(() => measure().catch(trouble), HOUR).unref()
  const first = measure().catch(trouble)
  const flush = async () => {
    clearTimeout(timer)
    timer = undefined
    const rows = [...pending.values()]
    pending = new Map()
    if (rows.length > 0) await database.write(tx => addEgress(tx, dayOf(Date.now()), rows))
  }
  return {
    measure,
    flush,
    fetched(project, username, bytes) {
      const key = `${project}\n${username}`
      const row = pending.get(key) ?? { project, username, bytes: 0 }
      row.bytes += bytes
      pending.set(key, row)
      timer ??= setTimeout(() => flush().catch(trouble), FLUSH).unref()
    },
    async close() {
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
