import { readFileSync } from 'node:fs'

/** CPU seconds of a process with all its threads and the children that it waited for (Linux). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return ticks / 100
}

/** Resident memory of a process in MiB (Linux). */
export function residentMiB(pid: number): number {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+) kB$/m)
  return Number(line?.[1] ?? 0) / 1024
}

export interface Timing {
  /** milliseconds */
  wall: number[]
  /** CPU seconds of the processes named, over all runs */
  cpu: number
}

/** Runs `body` several times; CPU is taken of `pid` (by default this process). */
export async function timed(runs: number, body: (run: number) => Promise<unknown>, pid = process.pid): Promise<Timing> {
  const wall: number[] = []
  const before = cpuSeconds(pid)
  for (let run = 0; run < runs; run++) {
    const start = performance.now()
    await body(run)
    wall.push(performance.now() - start)
  }
  return { wall, cpu: cpuSeconds(pid) - before }
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
