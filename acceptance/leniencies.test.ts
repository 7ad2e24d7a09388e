import { afterAll, beforeAll, expect, test } from 'vitest'
import { expected } from './call.ts'
import { Client, file } from './client.ts'
import type { Json } from './exchange.ts'
import { type Server, serve } from './server.ts'

/** Apps that the standard refuses and the platform runs: stored, made a task of, run, and warned about. */
let server: Server
let kim: Client
let project: Json
let reads: Json[]

beforeAll(async () => {
  server = await serve()
  kim = new Client(server)
  project = await kim.post('/projects', { name: 'Lenient' })
  reads = await Promise.all(['x', 'y'].map(name => kim.upload(project.root_folder, `${name}.txt`, `${name}\n`)))
})
afterAll(() => server.close())

const warned = ({ warnings }: Json) => (warnings as Json[]).map(({ message }) => message).join('\n')
const tool = (fields: object) => ({ cwlVersion: 'v1.2', class: 'CommandLineTool', baseCommand: 'echo', ...fields })
const said = { outputs: { said: 'stdout' }, stdout: 'said.txt' }
const bound = (type: unknown, value?: unknown) => ({
  type,
  inputBinding: {},
  ...(value === undefined ? {} : { default: value }),
})

test.each<[name: string, app: object, inputs: object, line: string, warning: string]>([
  ['javascript', tool({ ...said, inputs: { n: 'int' }, arguments: ['$(inputs.n * 2)'] }), { n: 4 }, '8', 'javascript'],
  [
    'undeclared',
    tool({
      ...said,
      requirements: [{ class: 'InlineJavascriptRequirement' }],
      inputs: [],
      arguments: ['${ for (i = 0; i < 3; i++) {}; return i }'],
    }),
    {},
    '3',
    'plainJavascript',
  ],
  ['wide', tool({ ...said, inputs: { n: bound('int') } }), { n: 20_000_000_000 }, '20000000000', 'wideInt'],
  ['symbol', tool({ ...said, inputs: { e: bound({ type: 'enum', symbols: ['0', '1'] }, 1) } }), {}, '1', 'enumText'],
])('%s', async (name, app, inputs, line, warning) => {
  const task = await kim.run(project, name, app, inputs)
  expect(task).toMatchObject({ status: 'COMPLETED' })
  expect(await kim.read(task.outputs.said)).toBe(`${line}\n`)
  expect(warned(task)).toContain(`(${warning})`)
})

test('a symbol may be given as a number, and a long has 64 bits from the request to the command line and back', async () => {
  const symbol = tool({ ...said, inputs: { e: bound({ type: 'enum', symbols: ['0', '1'] }) } })
  const given = await kim.run(project, 'given', symbol, { e: 0 })
  expect([given.inputs, await kim.read(given.outputs.said)]).toEqual([{ e: '0' }, '0\n'])
  const app = `${project.id}/long`
  await kim.post(`/apps/${app}/raw`, tool({ ...said, inputs: { n: bound('long') } }))
  const body = (n: string) => `{"project":"${project.id}","app":"${app}","name":"long","inputs":{"n":${n}}}`
  const { body: made } = await expected(kim.ask('POST', '/tasks?action=run', body('-9223372036854775807')), 201)
  const done = await kim.wait(made)
  expect(await kim.read(done.outputs.said)).toBe('-9223372036854775807\n')
  const shown = await expected(kim.ask('GET', done.href), 200)
  expect(shown.bytes.toString()).toContain('"n":-9223372036854775807')
  const again = await kim.wait(await kim.post(`${done.href}/actions/clone?action=run`))
  expect(await kim.read(again.outputs.said)).toBe('-9223372036854775807\n')
  const { body: refused } = await expected(kim.ask('POST', '/tasks', body('9223372036854775808')), 201)
  expect(JSON.stringify(refused.errors)).toContain('the number 9223372036854775808')
})

test('a step with when is skipped where there is nothing to scatter over', async () => {
  const task = await kim.run(
    project,
    'skipped',
    {
      cwlVersion: 'v1.2',
      class: 'Workflow',
      requirements: [{ class: 'ScatterFeatureRequirement' }, { class: 'InlineJavascriptRequirement' }],
      inputs: { words: 'string[]?' },
      outputs: { said: { type: 'File[]?', outputSource: 'say/said' } },
      steps: {
        say: {
          run: tool({ ...said, inputs: { word: bound('string?') } }),
          in: { word: 'words' },
          scatter: 'word',
          when: '$(inputs.word != null)',
          out: ['said'],
        },
      },
    },
    {},
  )
  expect(task).toMatchObject({ status: 'COMPLETED', outputs: { said: null } })
  expect(warned(task)).toMatch(/^Step say: .*\(skipNull\)\.$/)
})

test('in draft-2 a scattered step may feed an output that is declared as one File', async () => {
  const document = {
    cwlVersion: 'sbg:draft-2',
    class: 'Workflow',
    inputs: [{ id: '#many', type: [{ type: 'array', items: 'File' }] }],
    outputs: [{ id: '#last', type: ['null', 'File'], source: ['#turn.turned'] }],
    steps: [
      {
        id: '#turn',
        scatter: '#turn.text',
        inputs: [{ id: '#turn.text', source: ['#many'] }],
        outputs: [{ id: '#turn.turned' }],
        run: {
          cwlVersion: 'sbg:draft-2',
          class: 'CommandLineTool',
          baseCommand: ['rev'],
          stdout: 'turned.txt',
          inputs: [{ id: '#text', type: ['File'], inputBinding: { position: 1 } }],
          outputs: [{ id: '#turned', type: ['null', 'File'], outputBinding: { glob: 'turned.txt' } }],
        },
      },
    ],
  }
  const task = await kim.run(project, 'loose', document, { many: reads.map(file) })
  expect(task.status).toBe('COMPLETED')
  expect(await Promise.all((task.outputs.last as Json[]).map(each => kim.read(each)))).toEqual(['x\n', 'y\n'])
  expect(warned(task)).toContain('(looseLinks)')
})
