import { afterEach, beforeEach, expect, test } from 'vitest'
import { announce } from '../../src/database/postgres/announce.ts'
import { databaseOf } from '../support/database.ts'
import { Harness } from '../support/harness.ts'
import { WorkerProcess } from '../support/worker-process.ts'

let harness: Harness
let workers: WorkerProcess[]

beforeEach(async () => {
  harness = await Harness.make('sandbox')
  workers = []
})
afterEach(async () => {
  for (const worker of workers) await worker.end()
  await harness.close()
})

const TASKS = 12
const JOBS = 3

/** Jobs that are all the same, and draw by chance. */
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
      baseCommand: [sh, -c, "head -c 30 /dev/urandom | od -An -tx1"]
      inputs: { word: string }
      outputs: { drawn: stdout }
      stdout: drawn.txt
`

test('one key, many tasks, two workers: each job ran or has the result of one that did, once in its task', {
  timeout: 240_000,
}, async () => {
  const url = (await databaseOf(harness.folder))!
  const start = async () =>
    workers.push(await WorkerProcess.start(harness.folder, url, 30_000, { isolation: 'sandbox' }))
  await Promise.all([start(), start()])
  const ids: string[] = []
  for (let number = 0; number < TASKS; number++) {
    ids.push(await harness.submit(DRAWS, { words: Array(JOBS).fill('same') }, { memoization: true }))
  }
  await announce(harness.database.read, { type: 'look' })
  const isOver = async () => (await Promise.all(ids.map(id => harness.task(id)))).every(task => task.ended !== null)
  await Promise.race(workers.map(worker => worker.until(isOver)))

  const tasks = await Promise.all(ids.map(id => harness.task(id)))
  expect(tasks.map(task => [task.status, task.message])).toEqual(Array(TASKS).fill(['COMPLETED', '']))
  expect(new Set(tasks.map(task => task.claim)).size).toBe(2)
  const jobs = (await Promise.all(ids.map(id => harness.jobs(id)))).flat()
  expect(new Set(jobs.map(job => job.key)).size).toBe(1)
  const ran = new Map(
    jobs.filter(job => job.reused_task === null).map(job => [`${job.task} ${job.path}`, job.outputs] as const),
  )
  const taken = jobs.filter(job => job.reused_task !== null)
  expect(taken.length).toBeGreaterThan(0)
  for (const job of taken) expect(job.outputs).toBe(ran.get(`${job.reused_task} ${job.reused_path}`))
  for (const id of ids) {
    const texts = jobs.filter(job => job.task === id).map(job => job.outputs)
    expect(new Set(texts).size).toBe(JOBS)
  }
  expect(workers.map(worker => worker.errors)).toEqual(['', ''])
})
