import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import type { Client, Json } from '../support/api.ts'
import { databaseOf } from '../support/database.ts'
import { WholeServer } from '../support/server.ts'

let server: WholeServer
let kim: Client
let project: string
let reads: string

beforeAll(async () => {
  const database = await databaseOf('comparison')
  server = await WholeServer.start(database ? { database } : {})
  kim = server.admin
  project = await kim.project('Reruns')
  reads = await kim.upload({ project }, 'reads.txt', 'some words')
})
afterAll(() => server.close())

/** Everything that differed from run to run once: chance, the date, and where files lie. */
const WORKFLOW = {
  cwlVersion: 'v1.2',
  class: 'Workflow',
  requirements: {
    ScatterFeatureRequirement: {},
    StepInputExpressionRequirement: {},
    InlineJavascriptRequirement: {},
  },
  inputs: { reads: 'File', samples: 'string[]', least: 'int' },
  outputs: {
    made: { type: 'string', outputSource: 'draw/made' },
    parts: { type: 'File[]', outputSource: 'part/out' },
    all: { type: 'File', outputSource: 'join/out' },
  },
  steps: {
    draw: {
      in: { reads: 'reads' },
      out: ['made'],
      run: {
        class: 'ExpressionTool',
        inputs: { reads: 'File' },
        outputs: { made: 'string' },
        expression:
          '$({ made: [Math.random(), Date.now(), new Date().toISOString(), JSON.stringify(inputs)].join(" ") })',
      },
    },
    part: {
      scatter: 'sample',
      in: { sample: 'samples', least: 'least', reads: 'reads', made: 'draw/made' },
      out: ['out'],
      run: {
        class: 'CommandLineTool',
        requirements: { InitialWorkDirRequirement: { listing: [{ entryname: 'all.json', entry: '$(inputs)' }] } },
        inputs: { sample: 'string', least: 'int', reads: 'File', made: 'string' },
        baseCommand: ['sh', '-c', 'cat all.json; echo "$0 at least $1"; hostname; id -u; pwd; env'],
        arguments: ['$(inputs.sample)', '$(inputs.sample == "S2" ? inputs.least : 0)'],
        outputs: { out: { type: 'File', outputBinding: { glob: '*.txt' } } },
        stdout: '$(inputs.sample).txt',
      },
    },
    join: {
      in: { parts: 'part/out' },
      out: ['out'],
      run: {
        class: 'CommandLineTool',
        inputs: { parts: { type: 'File[]', inputBinding: {} } },
        baseCommand: ['cat'],
        outputs: { out: 'stdout' },
        stdout: 'all.txt',
      },
    },
  },
}

const inputs = () => ({ reads: { class: 'File', path: reads }, samples: ['S1', 'S2'], least: 20 })

async function rerun(task: Json, body: object = {}): Promise<Json> {
  return await ended((await kim.post(`${task.href}/actions/clone?action=run`, body)).body)
}

async function ended(task: Json): Promise<Json> {
  for (;;) {
    const { body } = await kim.get(task.href)
    if (['COMPLETED', 'FAILED', 'ABORTED', 'DRAFT'].includes(body.status)) return body
  }
}

async function compared(task: Json, query = ''): Promise<Json> {
  for (;;) {
    const { body } = await kim.get(`${task.href}/comparison?wait=30${query}`)
    if (body.state !== 'MAKING') return body
  }
}

test('a rerun of what draws, dates and names its inputs is identical, and every job the same', async () => {
  const app = await kim.app(project, 'all', WORKFLOW)
  const origin = await server.run(project, app, inputs())
  expect([origin.status, origin.message]).toEqual(['COMPLETED', undefined])
  const again = await rerun(origin)
  const comparison = await compared(again)
  expect(comparison).toMatchObject({
    state: 'READY',
    reproduced: true,
    counts: { identical: 4, equivalent: 0, different: 0, missing: 0 },
    jobs: { same: 4, diverged: 0, only_old: 0, only_new: 0 },
    app: { same: true },
    settings: [],
  })
  expect(comparison).not.toHaveProperty('first_divergence')
  const rows = (await kim.get(`${again.href}/comparison/outputs?limit=2&offset=1`)).body
  expect(rows.items).toMatchObject([
    { output: 'parts', place: 'parts[0]', verdict: 'identical', old: { name: 'S1.txt' }, new: { name: '_1_S1.txt' } },
    { output: 'parts', place: 'parts[1]', verdict: 'identical' },
  ])
  expect(rows.items[0]).not.toHaveProperty('renamed')
  // asked for again it is there at once, and of a third the same
  expect(await compared(again)).toEqual(comparison)
  const third = await rerun(again)
  expect(await compared(third, `&with=${origin.id}`)).toMatchObject({ reproduced: true })

  const changed = await rerun(origin, { inputs: { least: 30 } })
  const diverged = await compared(changed)
  expect(diverged).toMatchObject({
    reproduced: false,
    counts: { identical: 1, different: 3 },
    inputs: [
      { id: 'reads', verdict: 'identical' },
      { id: 'samples' },
      { id: 'least', verdict: 'different', old: 20, new: 30 },
    ],
    jobs: { same: 1, diverged: 3 },
    first_divergence: { path: 'part[0]', kind: 'CHANGED' },
  })
  const parts = (diverged.first_divergence as Json).differs as unknown as { part: string }[]
  expect(parts.map(({ part }) => part)).toEqual(['inputs/least', 'staging'])
  const differing = (await kim.get(`${changed.href}/comparison/outputs?verdict=different`)).body.items
  expect(differing.map(row => row.place)).toEqual(['parts[0]', 'parts[1]', 'all'])

  const lineage = (await kim.get(`${third.href}/lineage`)).body
  expect(lineage).toMatchObject({ root: origin.id, counts: { tasks: 4, hidden: 0 } })
  expect(lineage.tasks).toMatchObject([
    { id: origin.id },
    { id: again.id, origin: origin.id, changed: [], reproduced: true },
    { id: third.id, origin: again.id, changed: [] },
    { id: changed.id, origin: origin.id, changed: ['inputs/least'], reproduced: false },
  ])
})

test('a tool that is not deterministic is named, and verify says so of its step', async () => {
  const app = await kim.app(project, 'chance', {
    cwlVersion: 'v1.2',
    class: 'CommandLineTool',
    baseCommand: ['sh', '-c', 'echo same; head -c 8 /dev/urandom | od -An -tx1'],
    inputs: {},
    outputs: { out: 'stdout' },
    stdout: 'out.txt',
  })
  const origin = await server.run(project, app, {})
  const verified = await kim.post(`${origin.href}/actions/verify`)
  expect([verified.status, verified.body.execution_settings]).toEqual([201, { use_memoization: false }])
  const again = await ended(verified.body)
  const comparison = await compared(again)
  expect(comparison).toMatchObject({
    reproduced: false,
    first_divergence: { kind: 'NOT_DETERMINISTIC', circumstances: [] },
    jobs: { same: 0, diverged: 1 },
  })
  const [row] = (await kim.get(`${again.href}/comparison/outputs`)).body.items
  expect(row).toMatchObject({ place: 'out', verdict: 'different', format: 'TEXT', first: { line: 2 } })
  const { body } = await kim.get(`${origin.href}/determinism`)
  expect(body.steps).toMatchObject([{ runs: 2, outputs: 2, deterministic: 'no' }])
  const jobs = (await kim.get(`${again.href}/jobs`)).body.items
  expect(jobs).toMatchObject([
    { status: 'DONE', attempt: 1, exit_code: 0, circumstances: { isolation: 'sandbox' }, resources: { cores: 1 } },
  ])
})

/** A batch of two, each of which prints its word and what the script does. */
async function batchOf(name: string, script: string): Promise<Json> {
  const app = await kim.app(project, name, {
    cwlVersion: 'v1.2',
    class: 'CommandLineTool',
    baseCommand: ['sh', '-c', script],
    inputs: { word: { type: 'string', inputBinding: {} } },
    outputs: { out: 'stdout' },
    stdout: 'out.txt',
  })
  const batch = { batch_input: 'word', batch_by: { type: 'ITEM' }, inputs: { word: ['a', 'b'] } }
  const body = { project, app, name, use_interruptible_instances: false, ...batch }
  return await ended((await kim.post('/tasks?action=run', body)).body)
}

test('of a batch all pairs are compared when its comparison is asked for', async () => {
  const origin = await batchOf('words', 'echo "$0"')
  const again = await ended((await kim.post(`${origin.href}/actions/clone?action=run`)).body)
  expect((await kim.get(`${again.href}/comparison`)).body.state).toMatch(/MAKING|READY/)
  const comparison = (await kim.get(`${again.href}/comparison?wait=30`)).body
  expect(comparison).toMatchObject({ state: 'READY', reproduced: true, with: origin.id })
  const pairs = (await kim.get(`${again.href}/comparison/pairs`)).body.items
  expect(pairs).toMatchObject([
    { group: { value: 'a' }, reproduced: true },
    { group: { value: 'b' }, reproduced: true },
  ])
})

test('verify of a batch runs it again, compares its pairs when it ends, and counts the jobs of all of them', async () => {
  const origin = await batchOf('half-chance', 'echo "$0"; [ "$0" = a ] || head -c 8 /dev/urandom | od -An -tx1')
  const made = await kim.post(`${origin.href}/actions/verify`)
  expect([made.status, made.body.batch]).toEqual([201, true])
  const again = await ended(made.body)
  // nobody has asked for it
  const children = (await kim.get(`/tasks?parent=${again.id}`)).body.items.map(({ id }) => id as string)
  const database = await openDatabase(server.folder, { url: await databaseOf('comparison') })
  const states = database.read.selectFrom('comparisons').select('state').where('task', 'in', children)
  await expect.poll(() => states.execute(), { timeout: 20_000 }).toEqual([{ state: 'READY' }, { state: 'READY' }])
  await database.close()
  const comparison = (await kim.get(`${again.href}/comparison?wait=30`)).body
  expect(comparison).toMatchObject({ state: 'READY', reproduced: false })
  const pairs = (await kim.get(`${again.href}/comparison/pairs`)).body.items
  expect(pairs.map(({ reproduced }) => reproduced)).toEqual([true, false])
  const { body } = await kim.get(`${origin.href}/determinism`)
  expect(body.steps).toMatchObject([{ runs: 4, outputs: 2, deterministic: 'no' }])
})

test('what can’t be compared says why', async () => {
  const app = await kim.app(project, 'nothing', {
    cwlVersion: 'v1.2',
    class: 'CommandLineTool',
    baseCommand: 'true',
    inputs: {},
    outputs: {},
  })
  const task = await server.run(project, app, {})
  const ask = async (href: string, query = '') => {
    const { status, body } = await kim.get(`${href}/comparison${query}`)
    return [status, body.code, body.message]
  }
  expect(await ask(task.href)).toEqual([400, 90000, expect.stringContaining('with')])
  expect(await ask(task.href, `?with=${'0'.repeat(8)}-0000-4000-8000-000000000000`)).toEqual([
    404,
    7002,
    expect.stringContaining('with'),
  ])
  const draft = (await kim.post(`${task.href}/actions/clone`)).body
  expect(await ask(draft.href)).toEqual([400, 7007, expect.stringContaining(draft.id)])
  expect(await ask(task.href, `?with=${task.id}&wait=31`)).toEqual([400, 90000, expect.stringContaining('wait')])
  const verify = await kim.post(`${draft.href}/actions/verify`)
  expect([verify.status, verify.body.code]).toEqual([400, 7007])
})
