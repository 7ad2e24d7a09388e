import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Memoizing } from '../reuse/memoizing.ts'
import type { Json } from '../support/api.ts'

/** For random workflows, caches and edits: what a plan said is reused, what it said runs does. */
let on: Memoizing

beforeAll(async () => {
  on = await Memoizing.start('property')
})
afterAll(() => on.close())

const STEPS = 5

interface Shape {
  /** of each step: which steps before it, or inputs, it takes from */
  sources: number[][]
  scattered: boolean[]
  conditional: boolean[]
  /** which are given another text */
  edits: boolean[]
  /** which inputs are other */
  inputs: boolean[]
  /** the earlier run was of this many steps only */
  known: number
}

const shapes = fc.record<Shape>({
  sources: fc.tuple(
    ...Array.from({ length: STEPS }, (_, index) =>
      fc.array(fc.integer({ min: -2, max: index - 1 }), { minLength: 1, maxLength: 2 }),
    ),
  ),
  scattered: fc.array(fc.boolean(), { minLength: STEPS, maxLength: STEPS }),
  conditional: fc.array(
    fc.nat(3).map(number => number === 0),
    { minLength: STEPS, maxLength: STEPS },
  ),
  edits: fc.array(
    fc.nat(4).map(number => number === 0),
    { minLength: STEPS, maxLength: STEPS },
  ),
  inputs: fc.array(
    fc.nat(2).map(number => number === 0),
    { minLength: 2, maxLength: 2 },
  ),
  known: fc.integer({ min: 1, max: STEPS }),
})

/** Each step writes random bytes behind what it was given. Inputs are lists of words; a step that is spread takes them one by one. */
function workflowOf({ sources, scattered, conditional }: Shape, edits: boolean[], steps: number, salt: string) {
  const named = sources.slice(0, steps)
  return {
    cwlVersion: 'v1.2',
    class: 'Workflow',
    requirements: {
      ScatterFeatureRequirement: {},
      MultipleInputFeatureRequirement: {},
      InlineJavascriptRequirement: {},
      StepInputExpressionRequirement: {},
    },
    inputs: { a: 'string[]', b: 'string[]' },
    outputs: Object.fromEntries(
      named.map((_, index) => [`o${index}`, { type: 'Any?', outputSource: `s${index}/drawn` }]),
    ),
    steps: Object.fromEntries(
      named.map((from, index) => [
        `s${index}`,
        {
          run: {
            class: 'CommandLineTool',
            requirements: { InlineJavascriptRequirement: {} },
            baseCommand: [
              'sh',
              '-c',
              `: ${salt}${edits[index] ? ' edited' : ''}; head -c 20 /dev/urandom | od -An -tx1`,
            ],
            inputs: { given: 'Any?', word: 'Any?' },
            arguments: ['$(JSON.stringify(inputs.word))'],
            outputs: {
              drawn: {
                type: 'string',
                outputBinding: { glob: 'out', loadContents: true, outputEval: '$(self[0].contents)' },
              },
            },
            stdout: 'out',
          },
          ...(scattered[index] ? { scatter: 'word' } : {}),
          // nothing runs where the first word says so
          ...(conditional[index] && !scattered[index]
            ? { when: '$(JSON.stringify(inputs.word).indexOf("skip") < 0)' }
            : {}),
          in: {
            word: { source: from[0]! % 2 === 0 ? 'a' : 'b' },
            given: { source: from.map(source => (source < 0 ? 'a' : `s${source}/drawn`)), linkMerge: 'merge_nested' },
          },
          out: ['drawn'],
        },
      ]),
    ),
  }
}

let count = 0

test('what a plan said is reused, what it said runs does', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(shapes, async shape => {
      const salt = `case${++count}`
      const [before, after] = [
        { a: ['x', 'y', 'z'], b: ['skip', 'v'] },
        { a: shape.inputs[0] ? ['x', 'other', 'z'] : ['x', 'y', 'z'], b: shape.inputs[1] ? ['w'] : ['skip', 'v'] },
      ]
      const app = await on.kim.app(on.project, `app${count}`, workflowOf(shape, [], shape.known, salt))
      const origin = await on.run(app, before)
      expect(origin.status).toBe('COMPLETED')
      await on.kim.post(`/apps/${app}/1/raw`, workflowOf(shape, shape.edits, STEPS, salt))
      const body = { app, inputs: after, execution_settings: { use_memoization: true } }
      const { body: draft } = await on.kim.post(`${origin.href}/actions/clone`, body)
      const { body: plan } = await on.kim.get(`${draft.href}/plan?wait=30`)
      expect(plan.state).toBe('READY')
      const rows = (await on.kim.get(`${draft.href}/plan/jobs?limit=100`)).body.items as Json[]
      expect((await on.kim.post(`${draft.href}/actions/run?plan=${plan.id}`)).status).toBe(200)
      expect((await on.ended(draft.href)).status).toBe('COMPLETED')
      const jobs = await on.jobs(draft)
      const stepsOf = (decision: string) => rows.filter(row => row.decision === decision).map(row => `${row.step}`)
      // at least what was said: what was unknown may be reused as well
      const inStep = (step: string, reused: boolean) =>
        jobs.filter(job => job.step === step && job.status === 'DONE' && (job.reused !== undefined) === reused).length
      for (const step of new Set(rows.map(row => `${row.step}`))) {
        const said = (decision: string) =>
          rows
            .filter(row => row.step === step && row.decision === decision)
            .reduce((sum, row) => sum + Number(row.count), 0)
        expect(inStep(step, true)).toBeGreaterThanOrEqual(said('reuse'))
        expect(inStep(step, false)).toBeGreaterThanOrEqual(said('run'))
        if (said('unknown') > 0) continue
        expect([inStep(step, true), inStep(step, false)]).toEqual([said('reuse'), said('run')])
        expect(jobs.filter(job => job.step === step && job.status === 'SKIPPED')).toHaveLength(said('skip'))
      }
      // every job is in the plan, as what it is or as not known
      const all = new Set(['reuse', 'run', 'unknown', 'skip'].flatMap(stepsOf))
      for (const job of jobs) expect(all).toContain(job.step)
    }),
    { numRuns: Number(process.env.RUNS ?? 6) },
  )
})
