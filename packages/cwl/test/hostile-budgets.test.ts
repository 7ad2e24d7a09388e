import { expect, test } from 'vitest'
import { BUDGETS, sizeOf } from '../src/budget.ts'
import { measureJson } from '../src/expression/measure.ts'
import { createEvaluator, execute, type JobPlan, type Values } from '../src/index.ts'
import { FakeHost, fileEntry, folderEntry, type Left, run } from './jobs.ts'
import { processOf } from './load.ts'

const MIB = 2 ** 20
const JAVASCRIPT = 'InlineJavascriptRequirement: {}'

const tool = (more: string, requirements = JAVASCRIPT, inputs = '{ x: Any }') =>
  `cwlVersion: v1.2\nclass: CommandLineTool\nbaseCommand: run\ninputs: ${inputs}\nrequirements: { ${requirements} }\noutputs: {}\n${more}`
const many = (count: number, text: string) => JSON.stringify(Array(count).fill(text))
const planned = (text: string, inputs: Values) => run(text, inputs, new FakeHost())

test.each<[string, string, Values, string]>([
  [
    'an argument that repeats a long input',
    tool(`arguments: ${many(60, '$(inputs.x)'.repeat(12))}`),
    { x: 'x'.repeat(7_900_000) },
    'more than 16 MiB (limit expression-bytes)',
  ],
  [
    'many arguments that repeat a long input',
    tool(`arguments: ${many(60, '$(inputs.x)')}`),
    { x: 'x'.repeat(7_900_000) },
    'more than 64 MiB (limit job-bytes)',
  ],
  [
    'the same, where nothing is evaluated',
    tool('', JAVASCRIPT, `{ ${Array.from({ length: 60 }, (_, i) => `x${i}: { type: string, inputBinding: {} }`)} }`),
    Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`x${i}`, 'x'.repeat(1_500_000)])),
    'limit job-bytes',
  ],
  [
    'a large value as JSON in a text',
    tool(`arguments: ["a $(inputs.x) $(inputs.x)"]`),
    { x: { deep: Array(1000).fill('x'.repeat(10_000)) } },
    'limit expression-bytes',
  ],
  [
    'a separator between many items',
    tool('', '', `{ x: { type: "string[]", inputBinding: { itemSeparator: "${'-'.repeat(10_000)}" } } }`),
    { x: Array(100_000).fill('x') },
    'limit job-bytes',
  ],
  [
    'a prefix before many items',
    tool(
      '',
      '',
      `{ x: { type: { type: array, items: string, inputBinding: { prefix: "${'-'.repeat(10_000)}" } }, inputBinding: {} } }`,
    ),
    { x: Array(100_000).fill('x') },
    'limit job-bytes',
  ],
  [
    'quotes that a shell needs',
    tool('arguments: ["$(inputs.x)", "$(inputs.x)"]', 'ShellCommandRequirement: {}'),
    { x: "'".repeat(7_000_000) },
    'limit job-bytes',
  ],
  [
    'variables',
    tool(
      '',
      `EnvVarRequirement: { envDef: { ${Array.from({ length: 20 }, (_, i) => `v${i}: "$(inputs.x)"`).join(', ')} } }`,
    ),
    { x: 'x'.repeat(7_000_000) },
    'limit job-bytes',
  ],
  [
    'files of the work folder',
    tool(
      '',
      `InitialWorkDirRequirement: { listing: [${Array.from({ length: 20 }, (_, i) => `{ entryname: f${i}, entry: "$(inputs.x)" }`)}] }`,
    ),
    { x: 'x'.repeat(7_000_000) },
    'limit job-bytes',
  ],
  [
    'a file of the work folder with a large value',
    tool('', 'InitialWorkDirRequirement: { listing: [{ entryname: f, entry: "$(inputs.x)" }] }'),
    { x: Array(2000).fill('x'.repeat(10_000)) },
    'limit expression-bytes',
  ],
  [
    'a name of standard output',
    tool('stdout: "$(inputs.x)$(inputs.x)$(inputs.x)"', ''),
    { x: 'x'.repeat(7_000_000) },
    'limit expression-bytes',
  ],
  ['inputs', tool('', ''), { x: Array(5_000_000).fill(0) }, 'more than 4000000 values (limit job-values)'],
])(
  '%s',
  async (_, text, inputs, message) => {
    const started = performance.now()
    await expect(planned(text, inputs)).rejects.toThrow(message)
    expect(performance.now() - started).toBeLessThan(20_000)
  },
  30_000,
)

test('contents of many files are counted before they are read', async () => {
  const text = tool('', '', '{ x: { type: "File[]", loadContents: true } }')
  const files = Array.from({ length: 2000 }, (_, i) => ({
    class: 'File' as const,
    location: `mem:${i}`,
    basename: `${i}`,
    size: 60_000,
  }))
  const host = new FakeHost()
  let read = 0
  host.files.read = async () => {
    read++
    return Buffer.alloc(60_000)
  }
  await expect(run(text, { x: files }, host)).rejects.toThrow('limit job-bytes')
  expect(read).toBeLessThan(1200)
})

test('a listing of very many files is counted before it is looked at', async () => {
  const text = tool('', 'LoadListingRequirement: { loadListing: deep_listing }', '{ x: Directory }')
  const host = new FakeHost()
  host.files.list = async location =>
    Array.from({ length: 1000 }, (_, i) => ({
      class: 'Directory' as const,
      location: `${location}/${i}`,
      basename: `${i}`,
    }))
  const x = { class: 'Directory' as const, location: 'mem:d', basename: 'd' }
  await expect(run(text, { x }, host)).rejects.toThrow('limit job-values')
})

const left = (value: Left) => new FakeHost(() => value)
const output = (outputs: string) =>
  `cwlVersion: v1.2\nclass: CommandLineTool\nbaseCommand: run\ninputs: {}\nrequirements: { ${JAVASCRIPT} }\noutputs: { out: ${outputs} }`

test.each([
  [`{"out":[${'{},'.repeat(300_000)}{}]}`, 'cwl.output.json has more than 200000 values (limit output-values)'],
  [`{"out":"${','.repeat(300_000)}"}`, undefined],
  [`{"out":"\\\\\\"${'[{,'.repeat(300_000)}"}`, undefined],
  ['['.repeat(1000), 'cwl.output.json is nested deeper than 200 levels'],
])('cwl.output.json of many values %#', async (text, message) => {
  const ended = run(output('Any'), {}, left({ texts: { 'cwl.output.json': text } }))
  if (message === undefined) await ended
  else await expect(ended).rejects.toThrow(message)
})

test('contents of very many files that a job left are counted', async () => {
  const manifest = Array.from({ length: 2000 }, (_, i) => fileEntry(`${i}.txt`, 60_000))
  const text = output('{ type: "string[]", outputBinding: { glob: "*.txt", loadContents: true, outputEval: "$([])" } }')
  await expect(run(text, {}, left({ manifest }))).rejects.toThrow('limit job-bytes')
})

test('a folder of 20000 files, and a list of as many inputs that come out again, take no long', async () => {
  const manifest = [folderEntry('d'), ...Array.from({ length: 20_000 }, (_, i) => fileEntry(`d/${i}`, 1))]
  const { out } = await run(output('{ type: Directory, outputBinding: { glob: d } }'), {}, left({ manifest }))
  expect((out as { listing: unknown[] }).listing).toHaveLength(20_000)

  const files = Array.from({ length: 10_000 }, (_, i) => ({ class: 'File', location: `mem:f${i}`, size: 1 }))
  const text = `cwlVersion: v1.2\nclass: CommandLineTool\nbaseCommand: run\ninputs: { x: "File[]" }\noutputs: { out: "File[]" }`
  const written = JSON.stringify({ out: files })
  const started = performance.now()
  const again = await run(text, { x: files } as Values, left({ texts: { 'cwl.output.json': written } }))
  expect(again.out).toHaveLength(10_000)
  expect(performance.now() - started).toBeLessThan(5000)
})

const flow = (steps: string, outputs = '{}', inputs = '{}') => `
cwlVersion: v1.2
class: Workflow
requirements: { ${JAVASCRIPT}, ScatterFeatureRequirement: {}, MultipleInputFeatureRequirement: {} }
inputs: ${inputs}
outputs: ${outputs}
steps: ${steps}`
const SAME =
  '{ class: ExpressionTool, inputs: { a: Any, b: Any? }, outputs: { out: Any }, expression: "$({ out: 1 })" }'

test.each<[string, string, string, Values?]>([
  [
    'a product of long lists',
    flow(
      `{ s: { run: ${SAME}, in: { a: x, b: x }, scatter: [a, b], scatterMethod: flat_crossproduct, out: [out] } }`,
      '{}',
      '{ x: "int[]" }',
    ),
    'the scatter makes more than 100000 jobs (limit task-jobs)',
    { x: Array(1000).fill(1) },
  ],
  [
    'a nested product that ends in nothing',
    flow(
      `{ s: { run: ${SAME}, in: { a: x, b: x, c: y }, scatter: [a, b, c], scatterMethod: nested_crossproduct, out: [out] } }`,
      '{}',
      '{ x: "int[]", y: "int[]" }',
    ),
    'limit task-jobs',
    { x: Array(1000).fill(1), y: [] },
  ],
  [
    'a list that is merged with itself very often',
    flow(
      `{ s: { run: ${SAME}, in: { a: { source: [${Array(2000).fill('x')}], linkMerge: merge_flattened } }, out: [out] } }`,
      '{}',
      '{ x: "int[]" }',
    ),
    'the task holds more than 10000000 values (limit task-values)',
    { x: Array(100_000).fill(1) },
  ],
  [
    'an output that is a list merged with itself very often',
    flow(
      '{}',
      `{ out: { type: Any, outputSource: [${Array(2000).fill('x')}], linkMerge: merge_flattened } }`,
      '{ x: "int[]" }',
    ),
    'limit task-values',
    { x: Array(100_000).fill(1) },
  ],
  [
    'a value that is doubled by each step',
    flow(
      `{ ${Array.from({ length: 40 }, (_, i) => `s${i}: { run: { class: ExpressionTool, inputs: { a: Any }, outputs: { a: Any }, expression: "$(inputs)" }, in: { a: { source: [${i === 0 ? 'x, x' : `s${i - 1}/a, s${i - 1}/a`}], linkMerge: merge_nested } }, out: [a] }`).join(',')} }`,
      '{}',
      '{ x: int }',
    ),
    'limit job-values',
    { x: 1 },
  ],
  [
    'what many elements of a scatter give',
    flow(
      `{ s: { run: { class: ExpressionTool, inputs: { a: Any }, outputs: { out: Any }, expression: "$({ out: 'x'.repeat(4e5) })" }, in: { a: x }, scatter: a, out: [out] } }`,
      '{}',
      '{ x: "int[]" }',
    ),
    'the task holds more than 16 MiB (limit task-bytes)',
    { x: Array(100).fill(1) },
  ],
])(
  'a workflow: %s',
  async (_, text, message, inputs = {}) => {
    await expect(run(text, inputs, new FakeHost(), { taskBytes: 16 * MIB })).rejects.toThrow(message)
  },
  30_000,
)

test('a workflow of thousands of steps in a row', async () => {
  const steps = Array.from(
    { length: 3000 },
    (_, i) => `s${i}: { run: ${SAME}, in: { a: ${i === 0 ? 'x' : `s${i - 1}/out`} }, out: [out] }`,
  )
  const text = flow(`{ ${steps.join(', ')} }`, '{ out: { type: Any, outputSource: s2999/out } }', '{ x: int }')
  const recalled = Object.fromEntries(steps.map((_, i) => [`s${i}`, { out: 1 }]))
  expect(await run(text, { x: 1 }, new FakeHost(() => ({}), {}, recalled))).toEqual({ out: 1 })
}, 30_000)

test('jobs that hold much are under way a few at a time, and all come to their end', async () => {
  const text = flow(
    `{ s: { run: { class: CommandLineTool, inputs: { a: Any }, outputs: {}, baseCommand: run, arguments: ["$('x'.repeat(5e5))"] }, in: { a: x }, scatter: a, out: [] } }`,
    '{}',
    '{ x: "int[]" }',
  )
  const host = new FakeHost()
  let [inside, most] = [0, 0]
  const ran: string[] = []
  host.run = async (plan: JobPlan, { collect }) => {
    most = Math.max(most, ++inside)
    await new Promise(resolve => setImmediate(resolve))
    inside--
    ran.push(plan.path)
    return collect({ exitCode: 0, manifest: [], read: async () => new Uint8Array() })
  }
  const evaluator = createEvaluator()
  const options = { evaluator, signal: new AbortController().signal, budgets: { taskBytes: 4 * MIB } }
  await execute(await processOf(text), { x: Array(64).fill(1) }, host, options)
  await evaluator.close()
  expect(ran).toHaveLength(64)
  expect(most).toBeLessThan(40)
}, 30_000)

test('those who share an evaluator take turns', async () => {
  const evaluator = createEvaluator()
  const busy = `(() => { let n = 0; for (let i = 0; i < 1e6; i++) n += i; return n })()`
  const ask = (turn: string, code: string) =>
    evaluator.evaluate({ library: [], code, globals: {}, time: 0, seed: 0, turn })
  let done = 0
  const hostile = Array.from({ length: 40 }, () => ask('a', busy).then(() => done++))
  await ask('b', '1')
  expect(done).toBeLessThan(20)
  await Promise.all(hostile)
  await evaluator.close()
}, 60_000)

test('what many pieces of JavaScript give is counted together', async () => {
  const text = tool(`arguments: ${many(60, "$('x'.repeat(1e5))")}`)
  const host = new FakeHost()
  await expect(run(text, { x: 0 }, host, { jobBytes: 2 ** 20 })).rejects.toThrow('more than 1 MiB (limit job-bytes)')
})

test('what JavaScript gives may have so many characters and values', async () => {
  const evaluator = createEvaluator({ values: 1000, result: 4000 })
  const ask = (code: string) => evaluator.evaluate({ library: [], code, globals: {}, time: 0, seed: 0 })
  await expect(ask('Array(1001).fill(0)')).rejects.toThrow('the result has more than 1000 values (limit job-values)')
  await expect(ask("'x'.repeat(4000)")).rejects.toThrow('the result has more than 4000 bytes (limit expression-bytes)')
  expect(await ask('Array(999).fill(1)')).toHaveLength(999)
  await evaluator.close()
})

test('nothing is made for an evaluation that waits', async () => {
  const evaluator = createEvaluator({ time: 20_000 })
  const text = JSON.stringify('x'.repeat(2e6))
  let made = 0
  const asked = Array.from({ length: 20 }, () =>
    evaluator.evaluate({
      library: [],
      code: 'x.length',
      globals: () => {
        made++
        return { x: text }
      },
      time: 0,
      seed: 0,
    }),
  )
  expect(await asked[0]).toBe(2e6)
  expect(made).toBeLessThan(15)
  expect(await Promise.all(asked)).toEqual(Array(20).fill(2e6))
  await evaluator.close()
}, 30_000)

test('the size of a value', () => {
  const most = { bytes: BUDGETS.jobBytes, values: BUDGETS.jobValues }
  expect(sizeOf({ a: ['xy', null, 3], b: { c: true } }, most)).toEqual({ bytes: 5, values: 7 })
  expect(sizeOf(null, most)).toEqual({ bytes: 0, values: 1 })
  expect(sizeOf(Array(100).fill(0), { bytes: 10, values: 10 }).values).toBeGreaterThan(10)
})

test.each<[string, number, number, string | undefined]>([
  ['[1,2,3]', 4, 1, undefined],
  ['[1,2,3]', 3, 1, 'values'],
  ['[[1]]', 10, 1, 'depth'],
  ['["[[,,\\"[["]', 2, 1, undefined],
  ['["\\\\",1]', 2, 1, 'values'],
  ['["', 2, 1, undefined],
])('JSON %s with %d values in %d levels', (text, values, depth, expected) => {
  expect(measureJson(text, { values, depth })).toBe(expected)
})
