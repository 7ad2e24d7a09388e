import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Example } from './documents.ts'
import { type Cost, costOf } from './tree.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const program = (name: string) => join(root, name)

export interface Runner {
  name: string
  command(example: Example, folder: string): string[]
}

/** Ours, without isolation, as the others run. */
export const reprise: Runner = {
  name: 'reprise run',
  command: ({ tool, job }, folder) => [
    ...[program('bin/reprise'), 'run', '--quiet', '--isolation', 'none'],
    ...['--outdir', join(folder, 'out'), tool, job],
  ],
}

export const cwltool: Runner = {
  name: 'cwltool',
  command: ({ tool, job }, folder) => [
    ...['cwltool', '--quiet', '--no-container', '--parallel', '--outdir', join(folder, 'out')],
    ...['--tmpdir-prefix', join(folder, 'tmp/'), '--tmp-outdir-prefix', join(folder, 'tmpout/'), tool, job],
  ],
}

export const toil: Runner = {
  name: 'toil-cwl-runner',
  command: ({ tool, job }, folder) => [
    ...['toil-cwl-runner', '--quiet', '--no-container', '--jobStore', join(folder, 'store')],
    ...['--workDir', folder, '--outdir', join(folder, 'out'), tool, job],
  ],
}

export function isThere({ command }: Runner): boolean {
  const [name] = command({ tool: '', job: '' }, '')
  return !spawnSync(name!, ['--version'], { stdio: 'ignore' }).error
}

export function floor(count: number): Promise<Cost> {
  return costOf([program('bin/node'), program('bench/engine/floor.ts'), String(count)])
}

export const bareNode = (): Promise<Cost> => costOf([program('bin/node'), '-e', '0'])

/** Runs an example in a folder of its own. @throws when the runner fails: a figure of a failure means nothing */
export async function run(runner: Runner, example: Example): Promise<Cost> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-bench-'))
  try {
    const cost = await costOf(runner.command(example, folder))
    if (cost.exitCode !== 0) throw new Error(`${runner.name} ended with ${cost.exitCode} on ${example.tool}`)
    return cost
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
