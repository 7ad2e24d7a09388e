import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pairJobs } from '../../src/rerun/comparison/pairing.ts'
import type { Client, Json } from '../support/api.ts'
import { databaseOf } from '../support/database.ts'
import { WholeServer } from '../support/server.ts'

let server: WholeServer
let kim: Client
let project: string

beforeAll(async () => {
  const database = await databaseOf('divergence')
  server = await WholeServer.start({ isolation: 'none', ...(database ? { database } : {}) })
  kim = server.admin
  project = await kim.project('Divergence')
})
afterAll(() => server.close())

/** A step that joins what it is given, and one text of its own. */
interface Step {
  /** indices of earlier steps */
  from: number[]
  /** of the workflow's inputs */
  inputs: number[]
  scatter: boolean
}

interface Flow {
  steps: Step[]
  /** the order of the steps in the document */
  order: number[]
  planted: { step: number } | { input: number }
}

const INPUTS = 3
const WORDS = ['a', 'b', 'c']

const flows = fc
  .array(
    fc.record({ from: fc.array(fc.nat(), { maxLength: 3 }), inputs: fc.subarray([0, 1, 2]), scatter: fc.boolean() }),
    { minLength: 3, maxLength: 8 },
  )
  .map(steps => steps.map((step, at) => ({ ...step, from: at === 0 ? [] : [...new Set(step.from.map(n => n % at))] })))
  .chain(steps =>
    fc.record({
      steps: fc.constant(steps),
      order: fc.shuffledSubarray([...steps.keys()], { minLength: steps.length }),
      planted: fc.oneof(
        fc.nat(steps.length - 1).map(step => ({ step })),
        fc.nat(INPUTS - 1).map(input => ({ input })),
      ),
    }),
  )

function documentOf({ steps, order }: Flow, texts: string[]): Json {
  const step = (at: number) => {
    const { from, inputs, scatter } = steps[at]!
    const given = {
      ...Object.fromEntries(from.map(n => [`s${n}`, `step${n}/said`])),
      ...Object.fromEntries(inputs.map(n => [`i${n}`, `input${n}`])),
      ...(scatter ? { word: 'words' } : {}),
    }
    const names = Object.keys(given)
    return {
      in: given,
      out: ['said'],
      ...(scatter ? { scatter: 'word' } : {}),
      run: {
        class: 'ExpressionTool',
        requirements: { InlineJavascriptRequirement: {} },
        inputs: Object.fromEntries(names.map(name => [name, 'Any'])),
        outputs: { said: 'string' },
        expression: `$({ said: ${JSON.stringify(texts[at])} + [${names.map(name => `inputs.${name}`).join(', ')}].join(' ').length + JSON.stringify(inputs) })`,
      },
    }
  }
  return {
    cwlVersion: 'v1.2',
    class: 'Workflow',
    requirements: { ScatterFeatureRequirement: {} },
    inputs: { words: 'string[]', ...Object.fromEntries([...Array(INPUTS).keys()].map(n => [`input${n}`, 'string'])) },
    outputs: Object.fromEntries(order.map(at => [`o${at}`, { type: 'Any', outputSource: `step${at}/said` }])),
    steps: Object.fromEntries(order.map(at => [`step${at}`, step(at)])),
  } as unknown as Json
}

/** The job that is to be named: of those that take what was planted the first that can run, by the order of the document. */
function expected({ steps, order, planted }: Flow): { path: string; part: string } | undefined {
  const done: number[] = []
  while (done.length < order.length) {
    const next = order.find(at => !done.includes(at) && steps[at]!.from.every(n => done.includes(n)))!
    const isIt = 'step' in planted ? planted.step === next : steps[next]!.inputs.includes(planted.input)
    const path = `step${next}${steps[next]!.scatter ? '[0]' : ''}`
    if (isIt) return { path, part: 'step' in planted ? 'tool' : `inputs/i${planted.input}` }
    done.push(next)
  }
  return undefined
}

async function ended(task: Json): Promise<Json> {
  for (;;) {
    const { body } = await kim.get(task.href)
    if (body.status === 'COMPLETED') return body
    if (['FAILED', 'DRAFT'].includes(body.status)) throw new Error(JSON.stringify(body))
  }
}

let apps = 0

test('of random workflows the job that is named is the one that was changed', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(flows, async flow => {
      const texts = flow.steps.map((_, at) => `t${at}`)
      const name = `flow${++apps}`
      const inputs = { words: WORDS, input0: 'x', input1: 'y', input2: 'z' }
      const app = await kim.app(project, name, documentOf(flow, texts))
      const body = { project, app, name, inputs }
      const origin = await ended((await kim.post('/tasks?action=run', body)).body)
      const change: Json = {} as Json
      if ('step' in flow.planted) {
        const other = texts.with(flow.planted.step, 'planted')
        await kim.post(`/apps/${project}/${name}/1/raw`, documentOf(flow, other))
        change.app = `${project}/${name}`
      } else change.inputs = { [`input${flow.planted.input}`]: 'planted' } as unknown as Json
      const rerun = await ended((await kim.post(`${origin.href}/actions/clone?action=run`, change)).body)
      const { body: comparison } = await kim.get(`${rerun.href}/comparison?wait=30`)
      const wanted = expected(flow)
      const first = comparison.first_divergence as (Json & { path: string; differs: { part: string }[] }) | undefined
      expect([first?.path, comparison.reproduced]).toEqual([wanted?.path, wanted === undefined])
      if (wanted) expect(first!.differs.map(({ part }) => part)).toContain(wanted.part)
    }),
    { numRuns: 15 },
  )
})

test('an element that is put in front moves no other’s counterpart', () => {
  const job = (path: string, inputs_digest: string) =>
    ({
      path,
      inputs_digest,
      status: 'DONE',
      plan: null,
      inputs: null,
      outputs: null,
      plan_digest: null,
      outputs_digest: null,
      circumstances: null,
      exit_code: null,
    }) as const
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 }), fc.nat(), (inputs, at) => {
      const place = at % (inputs.length + 1)
      const longer = inputs.toSpliced(place, 0, 'new one ')
      const old = inputs.map((input, index) => job(`align[${index}]`, input))
      const now = longer.map((input, index) => job(`align[${index}]`, input))
      const { pairs, onlyOld, onlyNew } = pairJobs(old, now)
      expect(pairs.map(pair => [pair.old.inputs_digest, pair.now.inputs_digest])).toEqual(
        inputs.map(input => [input, input]),
      )
      expect([onlyOld, onlyNew]).toEqual([0, 1])
    }),
  )
})
