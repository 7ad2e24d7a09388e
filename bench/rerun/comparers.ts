import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createGunzip } from 'node:zlib'
import type { Verdict } from '../../packages/server/src/rerun/comparers/verdict.ts'
import { cpuSeconds, median } from '../measure.ts'
import { bams, type File, texts } from './make.ts'

const PROGRAM = fileURLToPath(new URL('./program.ts', import.meta.url))
const RUNS = 3

interface Figures {
  /** milliseconds */
  wall: number
  /** seconds, of the whole process with its threads */
  cpu: number
  verdict: Verdict
  /** MiB resident: with the thread started, and at most while it compared */
  before: number
  most: number
}

/** Pairs of files of `size` bytes, each beside its floor, one after the other and in turns. */
export async function comparers(size: number): Promise<string[][]> {
  const cases = [
    {
      what: `two BAM of ${size / 2 ** 20} MiB, @PG differs`,
      make: bams,
      floor: unwrapBoth,
      is: 'unwrap both once, zlib',
    },
    { what: `two texts of ${size / 2 ** 20} MiB, last line differs`, make: texts, floor: cmp, is: 'cmp' },
  ]
  const all: string[][] = []
  for (const { what, make, floor, is } of cases) {
    const folder = await mkdtemp(join(tmpdir(), 'reprise-bench-'))
    try {
      all.push(...rows(what, is, await measure(make(folder, size), floor)))
    } finally {
      await rm(folder, { recursive: true })
    }
  }
  return all
}

interface Measured {
  ours: Figures[]
  /** milliseconds */
  floor: number[]
  note: string
}

async function measure(files: [File, File], floor: (files: [File, File]) => Promise<string>): Promise<Measured> {
  const measured: Measured = { ours: [], floor: [], note: '' }
  await floor(files)
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now()
    measured.note = await floor(files)
    measured.floor.push(performance.now() - start)
    measured.ours.push(await compare(files))
  }
  return measured
}

function rows(what: string, floorIs: string, { ours, floor, note }: Measured): string[][] {
  const [wall, bar] = [median(ours.map(run => run.wall)), median(floor)]
  const most = ours.reduce((a, b) => (a.most > b.most ? a : b))
  const { verdict } = ours[0]!
  const told = verdict.verdict === 'equivalent' ? verdict.setAside.join(', ') : `line ${verdict.first?.line}`
  return [
    [
      what,
      `${(wall / 1000).toFixed(2)} s`,
      `${verdict.verdict}, ${told}; ${median(ours.map(run => run.cpu)).toFixed(1)} s CPU; ` +
        `${(most.most - most.before).toFixed(0)} MiB more than the ${most.before.toFixed(0)} MiB with its thread started`,
    ],
    [`  floor: ${floorIs}`, `${(bar / 1000).toFixed(2)} s`, note],
    [
      '  ratio',
      (wall / bar).toFixed(2),
      `of each run: ${ours.map((run, index) => (run.wall / floor[index]!).toFixed(2)).join(', ')}`,
    ],
  ]
}

/** In a process of its own, for its memory. */
async function compare(files: [File, File]): Promise<Figures> {
  const child = fork(PROGRAM)
  child.send(files)
  const [[figures]] = await Promise.all([once(child, 'message'), once(child, 'exit')])
  return figures as Figures
}

async function cmp(files: [File, File]): Promise<string> {
  const child = execFile(
    'cmp',
    files.map(file => file.path),
  )
  await once(child, 'exit')
  return ''
}

/** One after the other. */
async function unwrapBoth(files: [File, File]): Promise<string> {
  const cpu = cpuSeconds(process.pid)
  let bytes = 0
  for (const { path } of files) {
    const file = openSync(path, 'r')
    const gunzip = createGunzip({ chunkSize: 64 * 1024 })
    const feed = () => {
      const piece = Buffer.allocUnsafe(64 * 1024)
      const length = readSync(file, piece)
      if (length === 0) gunzip.end()
      else gunzip.write(piece.subarray(0, length), feed)
    }
    feed()
    for await (const piece of gunzip) bytes += (piece as Buffer).length
    closeSync(file)
  }
  return `${(bytes / 2 ** 30).toFixed(1)} GiB; ${(cpuSeconds(process.pid) - cpu).toFixed(1)} s CPU`
}
