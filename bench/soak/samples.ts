import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { median, residentMiB } from '../measure.ts'

/** What a server holds at one moment. */
export interface Sample {
  /** seconds since the start */
  at: number
  /** MiB, resident */
  memory: number
  descriptors: number
  threads: number
  /** MiB that the data folder takes on the disk */
  disk: number
}

export const MEASURES = ['memory', 'descriptors', 'threads', 'disk'] as const

export function sampleOf(pid: number, data: string, at: number): Sample {
  return {
    at,
    memory: residentMiB(pid),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    threads: readdirSync(`/proc/${pid}/task`).length,
    disk: bytesIn(data) / 2 ** 20,
  }
}

/** Blocks of all files; what goes meanwhile counts nothing. */
function bytesIn(folder: string): number {
  try {
    return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return sum + bytesIn(path)
      return sum + (statSync(path, { throwIfNoEntry: false })?.blocks ?? 0) * 512
    }, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}

/** Seconds from which it must have settled, and how long is looked at there and at the end. */
const SETTLED = 180
const WINDOW = 120
/** How much more than then it may be at the end. */
const MOST = 1.1

export interface Compared {
  measure: (typeof MEASURES)[number]
  then: number
  end: number
  met: boolean
}

/** Medians of two minutes, after the first three and at the end; less is no fault. */
export function compare(samples: Sample[]): Compared[] {
  const last = samples.at(-1)!.at
  const early = samples.filter(({ at }) => at >= SETTLED && at < SETTLED + WINDOW)
  const late = samples.filter(({ at }) => at > last - WINDOW)
  return MEASURES.map(measure => {
    const of = (some: Sample[]) => median(some.map(sample => sample[measure]))
    const [then, end] = [of(early), of(late)]
    return { measure, then, end, met: end <= then * MOST }
  })
}
