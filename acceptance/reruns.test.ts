import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from './call.ts'
import { Client, file } from './client.ts'
import { GREET } from './documents.ts'
import type { Json } from './exchange.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** What goes beyond the platform: a rerun is told what is other, compared with its origin, verified, and seen in its lineage. */
let server: Server
let kim: Client
let project: Json

beforeAll(async () => {
  server = await serve()
  kim = new Client(server)
  project = await kim.post('/projects', { name: 'Reruns' })
})
afterAll(() => server.close())

/** Says on each line a word and what chance, the date and the place of its input say: a rerun says the same. */
const SAY = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  requirements: {
    InlineJavascriptRequirement: {},
    InitialWorkDirRequirement: {
      listing: [
        { entryname: 'said.txt', entry: '$(inputs.word)\n${ return Math.random() + " " + new Date() }\n$(inputs)\n' },
      ],
    },
  },
  baseCommand: ['true'],
  inputs: { word: 'string', reads: 'File' },
  outputs: { said: { type: 'File', outputBinding: { glob: 'said.txt' } } },
}

/** Its result is by chance: the same only where it was taken. */
const DRAW = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: ['sh', '-c', 'head -c 30 /dev/urandom | od -An -tx1'],
  inputs: { word: 'string' },
  outputs: { drawn: 'stdout' },
  stdout: 'drawn.txt',
}

const compared = (task: Json, query = '') =>
  until(
    () => kim.get(`${task.href}/comparison?wait=10${query}`),
    ({ state }) => state !== 'MAKING',
  )

test('a rerun reproduces, one with another input does not, and both stand in the lineage', async () => {
  const reads = await kim.upload(project.root_folder, 'reads.txt', 'reads')
  const origin = await kim.run(project, 'say', SAY, { word: 'a', reads: file(reads) })
  const same = await kim.wait(await kim.post(`${origin.href}/actions/clone?action=run`))
  expect(await compared(same)).toMatchObject({
    state: 'READY',
    reproduced: true,
    counts: { identical: 1, equivalent: 0, different: 0, missing: 0 },
    jobs: { same: 1, diverged: 0, only_old: 0, only_new: 0 },
  })
  const told = {
    name: 'b',
    description: 'another word',
    inputs: { word: 'b' },
    resources: { '*': { memory_mib: 500 } },
  }
  const other = await kim.wait(await kim.post(`${origin.href}/actions/clone?action=run`, told))
  expect(other).toMatchObject({ name: 'b', description: 'another word', inputs: { word: 'b' } })
  expect(await compared(other, `&with=${same.id}`)).toMatchObject({
    reproduced: false,
    inputs: [
      { id: 'word', verdict: 'different', old: 'a', new: 'b' },
      { id: 'reads', verdict: 'identical' },
    ],
    settings: [{ id: 'resources', new: { '*': { memory_mib: 500 } } }],
    first_divergence: { kind: 'CHANGED' },
  })
  const rows = await kim.get(`${other.href}/comparison/outputs?with=${same.id}&verdict=different&limit=1&offset=0`)
  expect(rows.items).toMatchObject([
    { output: 'said', place: 'said', verdict: 'different', format: 'TEXT', first: { line: 1, old: 'a', new: 'b' } },
  ])
  const jobs = await kim.get(
    `${other.href}/jobs?status=done&path=*&reused=false&order_by=duration&order=desc&limit=1&offset=0`,
  )
  expect(jobs.items).toMatchObject([{ status: 'DONE', exit_code: 0, resources: { memory_mib: 500 } }])
  await compared(other)
  const { tasks, root } = await kim.get(`${other.href}/lineage`)
  expect([root, tasks]).toMatchObject([
    origin.id,
    [
      { id: origin.id },
      { id: same.id, origin: origin.id, changed: [], reproduced: true },
      { id: other.id, origin: origin.id, changed: ['inputs/word'], reproduced: false },
    ],
  ])
})

test('verify runs again, compares, and says which steps are deterministic', async () => {
  const origin = await kim.run(project, 'greet', GREET, { word: 'hello' })
  const again = await kim.wait(await kim.post(`${origin.href}/actions/verify`))
  expect(await compared(again)).toMatchObject({ reproduced: true, with: origin.id })
  const { steps } = await kim.get(`${origin.href}/determinism`)
  expect(steps).toMatchObject([{ runs: 2, outputs: 1, deterministic: 'yes' }])
})

test('two batch tasks are compared child by child; of one only what failed runs again', async () => {
  const words = { ...GREET, inputs: { word: { type: 'string', inputBinding: {} } } }
  const raw = await kim.post(`/apps/${project.id}/words/raw`, {
    ...words,
    baseCommand: ['sh', '-c', 'test "$0" != no'],
  })
  const app = raw['sbg:id']
  const by = { batch_input: 'word', batch_by: { type: 'ITEM' } }
  const made = await kim.post('/tasks', {
    name: 'all',
    project: project.id,
    app,
    inputs: { word: ['yes', 'no'] },
    ...by,
  })
  const batch = await kim.wait(await kim.post(`${made.href}/actions/run`))
  const again = await kim.wait(await kim.post(`${batch.href}/actions/clone?action=run`))
  const pairs = await kim.get(`${again.href}/comparison/pairs?with=${batch.id}&limit=10&offset=0`)
  expect(pairs.items).toMatchObject([{ group: { value: 'yes' } }, { group: { value: 'no' } }])
  const [yes] = pairs.items as Json[]
  await until(
    () => kim.get(String(yes!.href)),
    ({ state }) => state !== 'MAKING',
  )
  const [known] = (await kim.get(`${again.href}/comparison/pairs`)).items as Json[]
  expect(known).toMatchObject({ reproduced: true })
  const failed = await kim.wait(await kim.post(`${batch.href}/actions/clone?action=run`, { only_failed: true }))
  expect(failed).toMatchObject({ batch: true, inputs: { word: ['no'] } })
})

test('what ran is taken by a rerun that uses memoization, until it is distrusted', async () => {
  const origin = await kim.run(project, 'drawing', DRAW, { word: 'a' })
  const again = async () =>
    kim.wait(
      await kim.post(`${origin.href}/actions/clone?action=run`, { execution_settings: { use_memoization: true } }),
    )
  const taker = await again()
  const [ran] = (await kim.get(`${origin.href}/jobs?reused=false&fields=path,key,tree`)).items as Json[]
  const [taken] = (await kim.get(`${taker.href}/jobs?reused=true`)).items as Json[]
  expect(taken).toMatchObject({ path: ran!.path, key: ran!.key, reused: { task: origin.id, path: ran!.path } })
  expect(Object.keys(ran!.tree as object)).toEqual(expect.arrayContaining(['tool', 'command', 'inputs/word']))
  const body = { path: ran!.path, reason: 'a bad disk' }
  expect(await kim.post(`${origin.href}/jobs/actions/distrust`, body)).toEqual({
    jobs: 1,
    taken_by: [{ task: taker.id, path: ran!.path }],
    hidden: 0,
  })
  const other = await again()
  expect((await kim.get(`${other.href}/jobs?reused=true`)).items).toEqual([])
  expect(await kim.post(`${origin.href}/jobs/actions/trust`, { path: '*' })).toMatchObject({ jobs: 1 })
  await refused(kim.ask('POST', `${origin.href}/jobs/actions/distrust`, { path: 'none' }), 400, 90000, /path/)
  await refused(kim.ask('POST', `${origin.href}/jobs/actions/distrust`, {}), 400, 90000, /path/)
})

test('a plan says what a rerun takes and runs, and a run may demand just that', async () => {
  const origin = await kim.run(project, 'planned', DRAW, { word: 'a' })
  const memoized = { execution_settings: { use_memoization: true } }
  const draft = await kim.post(`${origin.href}/actions/clone`, memoized)
  const plan = await kim.get(`${draft.href}/plan?wait=30`)
  expect(plan).toMatchObject({
    state: 'READY',
    stale: false,
    origin: origin.id,
    counts: { reuse: 1, run: 0, unknown: 0, skip: 0 },
  })
  const listed = await kim.get(`${(plan.jobs as unknown as Json).href}?decision=reuse&limit=1&offset=0`)
  expect(listed.items).toMatchObject([{ decision: 'reuse', count: 1, from: { task: origin.id } }])
  const other = { ...memoized, name: 'other', inputs: { word: 'b' }, resources: { '*': { cores: 1 } } }
  const rerun = await kim.post(`${origin.href}/plan?wait=30`, { ...other, app: origin.app })
  expect(rerun).toMatchObject({ draft: false, counts: { reuse: 0, run: 1 } })
  const id = encodeURIComponent(String(rerun.id))
  expect(await kim.get(`${origin.href}/plan?plan=${id}`)).toMatchObject({ id: rerun.id, state: 'READY' })
  const [job] = (await kim.get(`${origin.href}/plan/jobs?plan=${id}`)).items as Json[]
  expect(job).toMatchObject({ decision: 'run', reason: 'CHANGED' })
  expect(job!.differs).toContainEqual({ part: 'inputs/word', old: 'a', new: 'b' })
  await refused(kim.ask('POST', `${draft.href}/actions/run?plan=${id}`), 409, 90007, /plan/)
  await refused(kim.ask('GET', `${origin.href}/plan`), 400, 7007, /COMPLETED/)
  await refused(kim.ask('GET', `${draft.href}/plan?wait=31`), 400, 90000, /wait/)
  const task = await kim.wait(await kim.post(`${draft.href}/actions/run?plan=${encodeURIComponent(String(plan.id))}`))
  expect((await kim.get(`${task.href}/jobs?reused=true`)).items).toHaveLength(1)
})

test('what is refused says why', async () => {
  const task = await kim.run(project, 'alone', GREET, { word: 'x' })
  const draft = await kim.post(`${task.href}/actions/clone`)
  await refused(kim.ask('GET', `${task.href}/comparison`), 400, 90000, /with/)
  await refused(kim.ask('GET', `${draft.href}/comparison`), 400, 7007, /DRAFT/)
  await refused(kim.ask('POST', `${draft.href}/actions/verify`), 400, 7007, /DRAFT/)
  await refused(kim.ask('POST', `${task.href}/actions/clone`, { inputs: { wrod: 'y' } }), 400, 90000, /wrod/)
  await refused(kim.ask('POST', `${task.href}/actions/clone`, { only_failed: true }), 400, 7022, /batch/)
})
