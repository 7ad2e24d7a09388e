/**
 * Lets a real server do a bit of everything for a while (uploads, downloads, tasks, clones, aborts, deletions, sweeps) and looks
 * whether it ends with the memory, descriptors, threads and disk that it had after three minutes. `make soak MINUTES=30`; ends
 * with 1 when it holds more than a tenth more of anything, or when a call fails.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { cpuSeconds } from '../measure.ts'
import { startServer } from '../server.ts'
import { type Counts, round } from './rounds.ts'
import { compare, MEASURES, type Sample, sampleOf } from './samples.ts'

const minutes = Number(process.argv[2] ?? 30)
if (!(minutes >= 6)) {
  console.error('It takes 6 minutes at least: the first three, two to look at then, and an end.')
  process.exit(2)
}
/** At one time, and milliseconds from one round to the next: steady, so that what lies there in between is too. */
const [WIDTH, EVERY] = [2, 5000]
const LOOK = 10_000

const counts: Counts = {}
const samples: Sample[] = []
const failures: string[] = []
// swept each minute, what is condemned goes a minute later
const server = await startServer(['--limit', 'removal-minutes=1'])
const begun = performance.now()
const seconds = () => (performance.now() - begun) / 1000

const say = (cells: string[]) => console.log(cells.map((cell, index) => cell.padStart(index === 0 ? 6 : 14)).join(''))
say(['s', ...MEASURES, 'CPU s'])
const looking = setInterval(() => {
  const sample = sampleOf(server.pid, server.data, Math.round(seconds()))
  samples.push(sample)
  const figures = MEASURES.map(measure => sample[measure].toFixed(0))
  say([String(sample.at), ...figures, cpuSeconds(server.pid).toFixed(0)])
}, LOOK)

async function go(): Promise<void> {
  while (seconds() < minutes * 60 && failures.length < 10) {
    const next = performance.now() + EVERY
    try {
      await round(server, what => {
        counts[what] = (counts[what] ?? 0) + 1
      })
    } catch (error) {
      failures.push(String(error))
    }
    await pause(Math.max(0, next - performance.now()))
  }
}

try {
  await Promise.all(Array.from({ length: WIDTH }, go))
} finally {
  clearInterval(looking)
  await server.stop()
}

const compared = compare(samples)
console.log(
  `\n${Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')}; ${failures.length} failures`,
)
for (const failure of failures) console.log(`  ${failure}`)
console.log('\nmedians of two minutes, after the first three and at the end')
for (const { measure, then, end, met } of compared) {
  const change = `${end >= then ? '+' : ''}${(((end - then) / then) * 100).toFixed(1)} %`
  console.log(
    `  ${measure.padEnd(14)}${then.toFixed(1).padStart(8)}${end.toFixed(1).padStart(8)}${change.padStart(10)}  ${met ? 'met' : 'MISSED'}`,
  )
}
process.exitCode = failures.length === 0 && compared.every(({ met }) => met) ? 0 : 1
