import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median } from '../measure.ts'
import { chain, type Example, echo, javascript, nothing, scatter } from './documents.ts'
import { isolationCost } from './isolation.ts'
import { bareNode, cwltool, floor, isThere, type Runner, reprise, run, toil } from './runners.ts'
import type { Cost } from './tree.ts'

const RUNS = 5

/**
 * The engine alone, by `reprise run`, beside other runners and the bare floor: one after the other, ours and the floor in
 * turn. The slowest peer gets a tenth of the jobs of long cases.
 */
export async function engine(): Promise<string[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-bench-'))
  try {
    return [
      ...(await against('echo, cold process', () => echo(folder), bareNode, 'node')),
      ...(await against(
        'scatter of 500',
        tenth => scatter(folder, tenth ? 50 : 500),
        () => floor(500),
        'floor',
      )),
      ...(await against('chain of 50', tenth => chain(folder, tenth ? 5 : 50))),
      ...(await against('scatter of 100 with JavaScript', tenth => javascript(folder, tenth ? 10 : 100))),
      ...(await isolation()),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function against(
  name: string,
  example: (tenth: boolean) => Example,
  least?: () => Promise<Cost>,
  leastName = '',
): Promise<string[][]> {
  const [ours, floors] = [[] as Cost[], [] as Cost[]]
  await run(reprise, example(false))
  for (let turn = 0; turn < RUNS; turn++) {
    ours.push(await run(reprise, example(false)))
    if (least) floors.push(await least())
  }
  const rows = [row(name, ours, '')]
  if (least) rows.push(row(`  ${leastName}`, floors, `ours: ${ratio(ours, floors)} × CPU`))
  for (const peer of [cwltool, toil]) {
    const tenth = peer === toil && !name.startsWith('echo')
    rows.push(await peerRow(peer, example(tenth), tenth ? ', a tenth of the jobs' : ''))
  }
  return rows
}

async function peerRow(peer: Runner, example: Example, note: string): Promise<string[]> {
  if (!isThere(peer)) return [`  ${peer.name}`, '–', 'not installed']
  return row(`  ${peer.name}${note}`, [await run(peer, example)], '')
}

function row(name: string, costs: Cost[], note: string): string[] {
  const wall = median(costs.map(cost => cost.wall))
  return [name, cpuText(costs), `${wall.toFixed(2)} s wall${note ? `; ${note}` : ''}`]
}

function cpuText(costs: Cost[]): string {
  const cpu = costs.flatMap(cost => cost.cpu ?? [])
  return cpu.length > 0 ? `${median(cpu).toFixed(2)} s CPU` : 'CPU only as root'
}

/** Median of the ratios of what ran one after the other. */
function ratio(ours: Cost[], others: Cost[]): string {
  const ratios = ours.map((cost, index) => (cost.cpu ?? Number.NaN) / (others[index]?.cpu ?? Number.NaN))
  return median(ratios).toFixed(2)
}

async function isolation(): Promise<string[][]> {
  const { none = 0, sandbox = 0 } = await isolationCost(['none', 'sandbox'])
  return [
    ['start of a job, none', `${none.toFixed(1)} ms`, "from the runner's call to the known end of a `true`"],
    ['start of a job, bubblewrap', `${sandbox.toFixed(1)} ms`, `${(sandbox - none).toFixed(1)} ms over none`],
  ]
}

/** Jobs that do nothing, ten times as many: time per job and the engine's memory must not follow their number. */
export async function scale(): Promise<string[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-bench-'))
  try {
    const rows: string[][] = []
    let before = 0
    for (const jobs of [10_000, 100_000]) {
      const { wall, cpu, memory } = await run(reprise, nothing(folder, jobs))
      const each = (wall / jobs) * 1e3
      const growth = before ? `, ${(each / before).toFixed(2)} of the row above` : ''
      const used = cpu === undefined ? '' : `, ${((cpu / jobs) * 1e3).toFixed(2)} ms CPU a job`
      rows.push([`scatter of ${jobs} true`, `${memory.toFixed(0)} MiB`, `${each.toFixed(2)} ms a job${growth}${used}`])
      before = each
    }
    return rows
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
