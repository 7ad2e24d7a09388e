import { afterAll, beforeAll, expect, test } from 'vitest'
import { DIFFERENT, type Pair, SAME } from '../../../../cwl/test/reuse/pairs.ts'
import type { JobRow, TaskRow } from '../../../src/database/schema.ts'
import { Harness } from '../../support/harness.ts'
import { runnable } from './runnable.ts'

/**
 * The pairs of the key's tests, each through a server: a tool that writes random bytes runs for the one side without memoization, then
 * for the other with it. Equal bytes show that the result was taken, unequal ones that the job ran.
 */
/**
 * What this server can't be given: images and other programs have tests of their own, a stored record has no -0, an expression that
 * names secondary files sees no `runtime` and fails, and no job gets the network here.
 */
const LEFT_OUT = new Set([
  'an image',
  'an image and none',
  'programs of the machine',
  '0 and -0',
  'runtime in secondary files',
  'the network',
  'the network granted',
])
/** The same job, whose result the tool's author keeps from others. */
const KEPT = new Set(['WorkReuse {"enableReuse":false}'])

interface Came {
  task: TaskRow
  jobs: JobRow[]
  text: string
}

let harness: Harness
const came = new Map<string, [first: Came, second: Came]>()
const runs = ([what]: Pair) => !LEFT_OUT.has(what)

beforeAll(async () => {
  harness = await Harness.make('sandbox')
  await harness.start()
  const pairs = [...DIFFERENT, ...SAME].filter(runs)
  const sides = async (index: 1 | 2, memoization?: true) => {
    const ids: string[] = []
    for (const [number, pair] of pairs.entries()) {
      const { document, inputs, record } = await runnable(harness, pair[index], [pair[1], pair[2]], `pair ${number}`)
      ids.push(await harness.submit(document, inputs, { ...record, ...(memoization ? { memoization } : {}) }))
    }
    return await Promise.all(ids.map(look))
  }
  const firsts = await sides(1)
  const seconds = await sides(2, true)
  for (const [number, [what]] of pairs.entries()) came.set(what, [firsts[number]!, seconds[number]!])
}, 900_000)
afterAll(() => harness.close())

async function look(id: string): Promise<Came> {
  const task = await harness.ended(id)
  if (task.status !== 'COMPLETED') return { task, jobs: [], text: '' }
  const { drawn } = (await harness.outputs(task)) as unknown as { drawn: { path: string } }
  return { task, jobs: await harness.jobs(id), text: await harness.text(drawn.path) }
}

function completed(what: string): [Came, Came] {
  const [first, second] = came.get(what)!
  expect([first, second].map(({ task }) => [task.status, task.message])).toEqual([
    ['COMPLETED', ''],
    ['COMPLETED', ''],
  ])
  return [first, second]
}

test.each(DIFFERENT.filter(runs))('%s: another job, which runs', what => {
  const [first, second] = completed(what)
  expect(second.jobs.map(job => job.reused_task)).toEqual([null])
  expect(second.text).not.toBe(first.text)
})

test.each(SAME.filter(([what]) => !KEPT.has(what)))('%s: the same job, whose result is taken', what => {
  const [first, second] = completed(what)
  expect(second.jobs.map(job => job.reused_task)).toEqual([first.task.id])
  expect(second.text).toBe(first.text)
})

test.each([...KEPT])('%s: the same job, which runs', what => {
  const [first, second] = completed(what)
  expect(second.jobs[0]!.key).toBe(first.jobs[0]!.key)
  expect(second.text).not.toBe(first.text)
})
