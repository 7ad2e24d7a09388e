import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Figures } from './figures.ts'

const PROGRAM = fileURLToPath(new URL('./program.ts', import.meta.url))

/** Jobs that all wait at once enter, run and leave: ten times as many, then ten times as many tasks. */
export async function scheduling(): Promise<string[][]> {
  const rows: string[][] = []
  for (const [jobs, tasks, users] of [
    [10_000, 1, 1],
    [100_000, 1, 1],
    [100_000, 10_000, 1],
    [100_000, 10_000, 100],
  ] as const) {
    const { enter, leave, withdraw, waiting, after } = await run([jobs, tasks, users])
    rows.push([
      `${jobs} jobs of ${tasks} tasks, users: ${users}`,
      `${leave.toFixed(1)} µs`,
      `a job that leaves and lets one in; enter ${enter.toFixed(1)} µs, withdraw ${withdraw.toFixed(1)} µs; ` +
        `${waiting.toFixed(0)} MiB while all wait, ${after.toFixed(1)} after`,
    ])
  }
  return rows
}

async function run(numbers: readonly number[]): Promise<Figures> {
  const child = fork(PROGRAM, numbers.map(String), { execArgv: ['--expose-gc'] })
  const [[figures]] = await Promise.all([once(child, 'message'), once(child, 'exit')])
  return figures as Figures
}
