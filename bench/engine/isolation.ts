import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Isolation, type JobSpecification, remove, stage, start, viewOf } from '../../packages/runner/src/index.ts'
import { median } from '../measure.ts'

const RUNS = 60

/** Milliseconds from handing a job of one `true` to the runner until its end is known, by isolation, in turn. */
export async function isolationCost(kinds: Isolation[]): Promise<{ [kind: string]: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-bench-'))
  const walls = new Map(kinds.map(kind => [kind, [] as number[]]))
  try {
    for (let turn = 0; turn < RUNS; turn++) {
      for (const kind of kinds) {
        const attempt = join(folder, `${kind}-${turn}`)
        const begun = performance.now()
        await stage(attempt, specification(attempt, kind))
        await start(attempt).ended
        if (turn > 2) walls.get(kind)!.push(performance.now() - begun)
      }
    }
  } finally {
    await remove(folder)
  }
  return Object.fromEntries([...walls].map(([kind, times]) => [kind, median(times)]))
}

function specification(attempt: string, isolation: Isolation): JobSpecification {
  return {
    format: 1,
    path: 'main',
    argv: ['true'],
    shell: false,
    environment: {},
    stage: [],
    view: viewOf(attempt, isolation),
    isolation,
    network: false,
    resources: { cores: 1, ram: 64 },
  }
}
