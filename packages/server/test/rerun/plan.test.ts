import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Memoizing, RANDOM } from '../reuse/memoizing.ts'
import type { Json } from '../support/api.ts'

const TOOL = {
  class: 'CommandLineTool',
  baseCommand: ['sh', '-c', 'cat "$0"; head -c 30 /dev/urandom | od -An -tx1'],
  inputs: { file: { type: 'File', inputBinding: {} } },
  outputs: { drawn: 'stdout' },
  stdout: 'drawn.txt',
}
const { cwlVersion: _, ...FIRST } = RANDOM

/** A scatter, a step behind it, and one that runs beside. */
const FLOW = {
  cwlVersion: 'v1.2',
  class: 'Workflow',
  requirements: { ScatterFeatureRequirement: {}, MultipleInputFeatureRequirement: {} },
  inputs: { words: 'string[]', word: 'string' },
  outputs: { end: { type: 'File[]', outputSource: ['last/drawn', 'beside/drawn'] } },
  steps: {
    spread: { run: FIRST, scatter: 'word', in: { word: 'words' }, out: ['drawn'] },
    last: {
      run: { ...TOOL, inputs: { file: { type: 'File[]', inputBinding: {} } } },
      in: { file: 'spread/drawn' },
      out: ['drawn'],
    },
    beside: { run: FIRST, in: { word: 'word' }, out: ['drawn'] },
  },
}

let memoizing: Memoizing
let flow: string

beforeAll(async () => {
  memoizing = await Memoizing.start('plan')
  flow = await memoizing.kim.app(memoizing.project, 'flow', FLOW)
})

afterAll(() => memoizing.close())

async function draftOf(task: Json, body: object = {}): Promise<Json> {
  const settings = { execution_settings: { use_memoization: true }, ...body }
  return (await memoizing.kim.post(`${task.href}/actions/clone`, settings)).body
}

async function planOf(task: Json): Promise<Json> {
  return (await memoizing.kim.get(`${task.href}/plan?wait=30`)).body
}

async function rowsOf(plan: Json): Promise<Json[]> {
  return (await memoizing.kim.get(String((plan.jobs as unknown as Json).href))).body.items
}

describe('a plan', () => {
  test('says what a rerun reuses, and what it runs and why; then that is so', async () => {
    const origin = await memoizing.run(flow, { words: ['a', 'b', 'c'], word: 'x' })
    expect(origin.status).toBe('COMPLETED')
    const draft = await draftOf(origin, { inputs: { words: ['a', 'b', 'other'] } })
    const plan = await planOf(draft)
    expect(plan).toMatchObject({
      state: 'READY',
      stale: false,
      memoization: true,
      origin: origin.id,
      counts: { reuse: 3, run: 1, unknown: 1, skip: 0 },
    })
    expect(plan.saved).toMatchObject({ seconds: expect.any(Number), bytes: expect.any(Number) })
    expect(plan.expected).toMatchObject({ seconds: expect.any(Number) })
    expect(await rowsOf(plan)).toEqual([
      {
        path: 'spread[*]',
        count: 2,
        first: 'spread[0]',
        step: 'spread',
        decision: 'reuse',
        from: { task: origin.id, path: 'spread[*]' },
      },
      {
        path: 'spread[2]',
        count: 1,
        step: 'spread',
        decision: 'run',
        reason: 'CHANGED',
        nearest: { task: origin.id, path: 'spread[2]' },
        differs: [
          { part: 'command', old: expect.stringContaining('c'), new: expect.stringContaining('other') },
          { part: 'inputs/word', old: 'c', new: 'other' },
        ],
      },
      { path: 'last', count: 1, step: 'last', decision: 'unknown', waits_for: ['spread[*]'] },
      { path: 'beside', count: 1, step: 'beside', decision: 'reuse', from: { task: origin.id, path: 'beside' } },
    ])
    const ran = await memoizing.kim.post(`${draft.href}/actions/run?plan=${plan.id}`)
    expect(ran.status).toBe(200)
    const ended = await memoizing.ended(draft.href)
    const jobs = await memoizing.jobs(ended)
    expect(
      jobs
        .filter(job => job.reused)
        .map(job => job.path)
        .toSorted(),
    ).toEqual(['beside', 'spread[0]', 'spread[1]'])
  })
})
