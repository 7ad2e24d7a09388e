import { afterEach, beforeEach, expect, test } from 'vitest'
import { Harness } from '../support/harness.ts'

/** Kills of a server whose task takes results. */
let harness: Harness

beforeEach(async () => {
  harness = await Harness.make('sandbox')
})
afterEach(() => harness.close())

const JOBS = 8

/** Jobs that are all the same, and draw by chance: one key, and a result for each. */
const DRAWS = `
cwlVersion: v1.2
class: Workflow
requirements: { ScatterFeatureRequirement: {} }
inputs: { words: "string[]" }
outputs: { all: { type: "File[]", outputSource: draw/drawn } }
steps:
  draw:
    scatter: word
    in: { word: words }
    out: [drawn]
    run:
      class: CommandLineTool
      baseCommand: [sh, -c, "head -c 30 /dev/urandom | od -An -tx1; echo told >&2"]
      inputs: { word: string }
      outputs: { drawn: stdout }
      stdout: drawn.txt
`

const words = Array(JOBS).fill('same')

async function texts(id: string): Promise<string[]> {
  const { all } = (await harness.outputs(await harness.task(id))) as unknown as { all: { path: string }[] }
  return await Promise.all(all.map(file => harness.text(file.path)))
}

const POINTS = ['after-take-result:3', 'before-finish', 'worker/after-commit:2', 'worker/before-commit:2']

test.each(POINTS)('at %s: each result serves its own job, once', { timeout: 180_000 }, async failpoint => {
  await harness.start()
  const origin = await harness.submit(DRAWS, { words })
  await harness.ended(origin)
  await harness.stop()
  await harness.start(failpoint)
  const rerun = await harness.submit(DRAWS, { words }, { memoization: true }, 'QUEUED', { origin })
  await harness.dead()
  await harness.start()
  expect(await harness.ended(rerun)).toMatchObject({ status: 'COMPLETED', steps_completed: JOBS })
  const jobs = await harness.jobs(rerun)
  expect(jobs.map(job => [job.path, job.reused_task, job.reused_path, job.attempt, job.cost])).toEqual(
    Array.from({ length: JOBS }, (_, index) => [`draw[${index}]`, origin, `draw[${index}]`, 0, 0]),
  )
  expect(await texts(rerun)).toEqual(await texts(origin))
  // each log is a file of its own
  const logs = jobs.map(job => job.stderr)
  expect(new Set(logs).size).toBe(JOBS)
  const files = await harness.database.read.selectFrom('files').select('id').where('origin_task', '=', rerun).execute()
  expect(files.filter(({ id }) => logs.includes(id))).toHaveLength(JOBS)
  expect(files).toHaveLength(2 * JOBS)
})
