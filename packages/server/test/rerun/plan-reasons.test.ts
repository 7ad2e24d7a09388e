import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../src/database/open.ts'
import { createToken, createUser } from '../../src/users/accounts.ts'
import { Memoizing, RANDOM } from '../reuse/memoizing.ts'
import { Client, type Json } from '../support/api.ts'
import { databaseOf } from '../support/database.ts'

/** Why a job would run, and when a plan holds no longer. */
let on: Memoizing
let database: OpenDatabase

beforeAll(async () => {
  on = await Memoizing.start('reasons')
  database = await openDatabase(on.server.folder, { url: await databaseOf('reasons') })
})
afterAll(async () => {
  await database.close()
  await on.close()
})

const MEMOIZED = { execution_settings: { use_memoization: true } }
let count = 0
const word = () => `word${++count}`
const app = (document: object = RANDOM, project = on.project) => on.kim.app(project, `app${++count}`, document)

async function draftOf(of: string, inputs: object, project = on.project): Promise<Json> {
  const made = await on.kim.post('/tasks', { project, app: of, name: 'draft', inputs, ...MEMOIZED })
  expect(made.status).toBe(201)
  return made.body
}

async function planOf(task: Json, as = on.kim): Promise<Json> {
  const { status, body } = await as.get(`${task.href}/plan?wait=30`)
  expect({ status, message: body.message }).toEqual({ status: 200, message: undefined })
  return body
}

async function rowsOf(plan: Json, as = on.kim): Promise<Json[]> {
  return (await as.get(String((plan.jobs as unknown as Json).href))).body.items as Json[]
}

async function reasonOf(task: Json): Promise<Json> {
  const [row] = await rowsOf(await planOf(task))
  return row!
}

test('what never ran is NEW; without memoization all runs, and it says what could be reused', async () => {
  const of = await app()
  const inputs = { word: word() }
  expect(await reasonOf(await draftOf(of, inputs))).toMatchObject({ decision: 'run', reason: 'NEW' })
  const origin = await on.run(of, inputs)
  const { body: off } = await on.kim.post('/tasks', { project: on.project, app: of, name: 'off', inputs })
  const plan = await planOf(off)
  expect(plan).toMatchObject({ memoization: false, counts: { reuse: 0, run: 1, unknown: 0, would_reuse: 1 } })
  expect(plan.saved).toBeUndefined()
  expect(await rowsOf(plan)).toMatchObject([
    {
      decision: 'run',
      reason: 'MEMOIZATION_OFF',
      from: { task: origin.id, path: origin.app ? expect.any(String) : '' },
    },
  ])
})

test('of a job whose outputs were freed it is said', async () => {
  const of = await app()
  const inputs = { word: word() }
  const origin = await on.run(of, inputs)
  const draft = await draftOf(of, inputs)
  const plan = await planOf(draft)
  expect(plan.counts).toMatchObject({ reuse: 1 })
  const { path: file } = (origin.outputs as unknown as { drawn: { path: string } }).drawn
  const { content } = await database.read
    .selectFrom('files')
    .select('content')
    .where('id', '=', file)
    .executeTakeFirstOrThrow()
  await database.write(tx =>
    tx.updateTable('contents').set({ condemned: 1, gone: 1 }).where('id', '=', content!).execute(),
  )
  const stale = (await on.kim.get(`${draft.href}/plan`)).body
  expect(stale).toMatchObject({ id: plan.id, stale: true })
  expect(await on.kim.post(`${draft.href}/actions/run?plan=${plan.id}`)).toMatchObject({
    status: 409,
    body: { code: 90007 },
  })
  expect(await reasonOf(draft)).toMatchObject({ decision: 'run', reason: 'FREED', nearest: { task: origin.id } })
})

test('what is distrusted, or never reused, or evaluated, is said to be so', async () => {
  const of = await app()
  const inputs = { word: word() }
  const origin = await on.run(of, inputs)
  await on.kim.post(`${origin.href}/jobs/actions/distrust`, { path: '*', reason: 'bad disk' })
  expect(await reasonOf(await draftOf(of, inputs))).toMatchObject({
    reason: 'DISTRUSTED',
    nearest: { task: origin.id },
  })
  const never = await app({ ...RANDOM, hints: { WorkReuse: { enableReuse: false } } })
  expect(await reasonOf(await draftOf(never, inputs))).toMatchObject({
    reason: 'NOT_REUSABLE',
    why: expect.stringContaining('WorkReuse'),
  })
  const expression = await app({
    cwlVersion: 'v1.2',
    class: 'ExpressionTool',
    requirements: { InlineJavascriptRequirement: {} },
    inputs: { word: 'string' },
    outputs: { made: 'File' },
    expression: '${ return { made: { class: "File", basename: "a.txt", contents: inputs.word } } }',
  })
  const before = await database.read.selectFrom('contents').select('id').execute()
  expect(await reasonOf(await draftOf(expression, inputs))).toMatchObject({ decision: 'run', reason: 'NOT_REUSABLE' })
  // nothing is written
  expect(await database.read.selectFrom('contents').select('id').execute()).toHaveLength(before.length)
})

test('what another project has is not told to who may not read it, nor taken by who may not copy', async () => {
  await createUser(database, { username: 'lee' })
  const { token } = await createToken(database, 'lee')
  const lee = new Client(on.kim.base, token)
  const of = await app()
  const inputs = { word: word() }
  await on.run(of, inputs)
  const own = await lee.project('Own')
  const theirs = await lee.app(own, 'same', { ...RANDOM })
  const make = async () =>
    (await lee.post('/tasks', { project: own, app: theirs, name: 'theirs', inputs, ...MEMOIZED })).body
  const [unseen] = await rowsOf(await planOf(await make(), lee), lee)
  expect(unseen).toMatchObject({ decision: 'run', reason: 'NEW' })
  expect(unseen!.nearest).toBeUndefined()
  await on.kim.post(`/projects/${on.project}/members`, { username: 'lee', permissions: { read: true, copy: false } })
  const [seen] = await rowsOf(await planOf(await make(), lee), lee)
  expect(seen).toMatchObject({ decision: 'run', reason: 'NOT_ALLOWED' })
  await on.kim.patch(`/projects/${on.project}/members/lee/permissions`, { copy: true })
  const taking = await planOf(await make(), lee)
  expect(taking.counts).toMatchObject({ reuse: 1 })
  // who reads the plan is not who asked for it: members of the project have plans of their own
  await on.kim.delete(`/projects/${on.project}/members/lee`)
  const [hidden] = await rowsOf({ jobs: { href: `${taking.href}/jobs?plan=${taking.id}` } } as unknown as Json, lee)
  expect(hidden!.from).toEqual({ hidden: true })
})

test('a plan is stale when the draft, its files or the donors are others; asked for again it is made anew', async () => {
  const of = await app()
  const inputs = { word: word() }
  const draft = await draftOf(of, inputs)
  const first = await planOf(draft)
  expect(first.counts).toMatchObject({ run: 1 })
  expect(await planOf(draft)).toEqual(first)
  // a donor has come
  await on.run(of, inputs)
  expect((await on.kim.get(`${draft.href}/plan`)).body).toMatchObject({ id: first.id, stale: true })
  const second = await planOf(draft)
  expect(second).toMatchObject({ stale: false, counts: { reuse: 1 } })
  await on.kim.patch(`${draft.href}/inputs`, { word: word() })
  const run = (plan: Json) => on.kim.post(`${draft.href}/actions/run?plan=${plan.id}`)
  for (const plan of [first, second]) expect(await run(plan)).toMatchObject({ status: 409, body: { code: 90007 } })
  expect((await on.kim.get(draft.href)).body.status).toBe('DRAFT')
  const third = await planOf(draft)
  expect(third.counts).toMatchObject({ run: 1 })
  // a switch is part of what runs, a name is not
  await on.kim.patch(draft.href, { name: 'other' })
  expect(await planOf(draft)).toMatchObject({ id: third.id })
  await on.kim.patch(draft.href, { execution_settings: { use_memoization: false } })
  expect(await run(third)).toMatchObject({ status: 409 })
  expect(await run(await planOf(draft))).toMatchObject({ status: 200 })
})

test('POST plans a rerun that is not made, of a task in any state; a newer one takes its place', async () => {
  const of = await app()
  const origin = await on.run(of, { word: word() })
  const before = await database.read.selectFrom('tasks').select('id').execute()
  const post = async (body: object) => (await on.kim.post(`${origin.href}/plan?wait=30`, body)).body
  const same = await post(MEMOIZED)
  expect(same).toMatchObject({ draft: false, task: origin.id, origin: origin.id, counts: { reuse: 1, run: 0 } })
  const other = await post({ ...MEMOIZED, inputs: { word: 'other' } })
  expect(await rowsOf(other)).toMatchObject([
    {
      decision: 'run',
      reason: 'CHANGED',
      differs: expect.arrayContaining([{ part: 'inputs/word', old: expect.anything(), new: 'other' }]),
    },
  ])
  expect(await on.kim.get(`${origin.href}/plan?plan=${same.id}`)).toMatchObject({ status: 400, body: { code: 90000 } })
  expect(await database.read.selectFrom('tasks').select('id').execute()).toHaveLength(before.length)
  expect(await on.kim.post(`${origin.href}/plan`, { inputs: { wrod: 1 } })).toMatchObject({
    status: 400,
    body: { code: 90000 },
  })
  expect(await on.kim.post(`${origin.href}/plan`, { inputs: { word: null } })).toMatchObject({
    status: 400,
    body: { code: 7024 },
  })
})

test('what fails an expression fails the plan, with its message', async () => {
  const bad = await app({
    ...RANDOM,
    requirements: { InlineJavascriptRequirement: {} },
    arguments: [{ valueFrom: '$(inputs.word.missing.more)' }],
  })
  const plan = (await on.kim.get(`${(await draftOf(bad, { word: word() })).href}/plan?wait=30`)).body
  expect(plan).toMatchObject({ state: 'FAILED', message: expect.stringContaining('missing') })
})

test('each result serves one job, in a plan as in a run', async () => {
  const { cwlVersion: _, ...tool } = RANDOM
  const flow = await app({
    cwlVersion: 'v1.2',
    class: 'Workflow',
    requirements: { ScatterFeatureRequirement: {} },
    inputs: { words: 'string[]' },
    outputs: { all: { type: 'File[]', outputSource: 'draw/drawn' } },
    steps: { draw: { run: tool, scatter: 'word', in: { word: 'words' }, out: ['drawn'] } },
  })
  const same = word()
  await on.run(flow, { words: [same, same] })
  const plan = await planOf(await draftOf(flow, { words: Array(5).fill(same) }))
  expect(plan.counts).toMatchObject({ reuse: 2, run: 3 })
  expect((await rowsOf(plan)).map(row => [row.decision, row.count, row.reason])).toEqual([
    ['reuse', 2, undefined],
    ['run', 3, 'NEW'],
  ])
})

test('of a batch task the children are planned, each by itself', async () => {
  const of = await app()
  const words = [word(), word(), word()]
  const batched = { batch_input: 'word', batch_by: { type: 'item' } }
  const body = { project: on.project, app: of, name: 'batch', ...MEMOIZED, inputs: { word: words }, ...batched }
  const origin = await on.ended((await on.kim.post('/tasks?action=run', body)).body.href)
  expect(origin.status).toBe('COMPLETED')
  const { body: draft } = await on.kim.post(`${origin.href}/actions/clone`, { inputs: { word: [...words, word()] } })
  const plan = await planOf(draft)
  expect(plan.counts).toMatchObject({ reuse: 3, run: 1 })
  const run = (await rowsOf(plan)).find(row => row.decision === 'run')
  expect(run).toMatchObject({ count: 1, group: `word${count}` })
})

const { cwlVersion: _, ...DRAW } = RANDOM

/** A scatter over words. */
const SCATTERED = {
  cwlVersion: 'v1.2',
  class: 'Workflow',
  requirements: { ScatterFeatureRequirement: {} },
  inputs: { words: 'string[]' },
  outputs: { all: { type: 'File[]', outputSource: 'draw/drawn' } },
  steps: { draw: { run: DRAW, scatter: 'word', in: { word: 'words' }, out: ['drawn'] } },
}

async function free(task: Json): Promise<void> {
  const files = await database.read
    .selectFrom('files')
    .select('content')
    .where('origin_task', '=', task.id)
    .where('parent', 'is not', null)
    .execute()
  const contents = files.flatMap(({ content }) => content ?? [])
  await database.write(tx =>
    tx.updateTable('contents').set({ condemned: 1, gone: 1 }).where('id', 'in', contents).execute(),
  )
}

test('donors that lost their bytes before make no plan stale, whichever job looked at them', async () => {
  const flow = await app(SCATTERED)
  const same = word()
  const origin = await on.run(flow, { words: [same, same] })
  await free(origin)
  await on.run(flow, { words: [same] }, { memoize: false })
  const { body: draft } = await on.kim.post(`${origin.href}/actions/clone`, MEMOIZED)
  const plan = await planOf(draft)
  expect(plan).toMatchObject({ stale: false, counts: { reuse: 1, run: 1 } })
  expect(await planOf(draft)).toMatchObject({ id: plan.id })
  expect(await on.kim.post(`${draft.href}/actions/run?plan=${plan.id}`)).toMatchObject({ status: 200 })
})

test('a newer donor, which a run would take, makes a plan stale; an older one does not', async () => {
  const of = await app()
  const inputs = { word: word() }
  await on.run(of, inputs, { memoize: false })
  await on.run(of, inputs, { memoize: false })
  const draft = await draftOf(of, inputs)
  const plan = await planOf(draft)
  expect(plan).toMatchObject({ stale: false, counts: { reuse: 1 } })
  expect((await on.kim.get(`${draft.href}/plan`)).body).toMatchObject({ id: plan.id, stale: false })
  await on.run(of, inputs, { memoize: false })
  expect((await on.kim.get(`${draft.href}/plan`)).body).toMatchObject({ id: plan.id, stale: true })
  expect(await on.kim.post(`${draft.href}/actions/run?plan=${plan.id}`)).toMatchObject({ status: 409 })
})

test('children of a batch: what all need runs once; each is compared with the child of its group', async () => {
  const of = await app({
    cwlVersion: 'v1.2',
    class: 'Workflow',
    inputs: { word: 'string', common: 'string' },
    outputs: { end: { type: 'File', outputSource: 'own/drawn' }, all: { type: 'File', outputSource: 'shared/drawn' } },
    steps: {
      shared: { run: DRAW, in: { word: 'common' }, out: ['drawn'] },
      own: {
        run: { ...DRAW, inputs: { ...DRAW.inputs, other: { type: 'string', inputBinding: {} } } },
        in: { word: 'word', other: 'common' },
        out: ['drawn'],
      },
    },
  })
  const words = [word(), word(), word()]
  const batched = { batch_input: 'word', batch_by: { type: 'item' } }
  const body = {
    project: on.project,
    app: of,
    name: 'batch',
    ...MEMOIZED,
    inputs: { word: words, common: word() },
    ...batched,
  }
  const { body: first } = await on.kim.post('/tasks', body)
  const plan = await planOf(first)
  expect(plan.counts).toMatchObject({ run: 4, unknown: 2 })
  const origin = await on.ended((await on.kim.post(`${first.href}/actions/run?plan=${plan.id}`)).body.href)
  const { body: draft } = await on.kim.post(`${origin.href}/actions/clone`, { inputs: { common: word() } })
  const rows = await rowsOf(await planOf(draft))
  const own = rows.filter(row => row.step === 'own').flatMap(row => row.differs as { part: string }[])
  expect(new Set(own.map(({ part }) => part))).toEqual(new Set(['command', 'inputs/other']))
})

test('two who ask at once get one plan; its rows stay while a newer one is made', async () => {
  const of = await app()
  const inputs = { word: word() }
  const draft = await draftOf(of, inputs)
  const both = await Promise.all([planOf(draft), planOf(draft)])
  expect(both[0]).toEqual(both[1])
  await on.run(of, inputs)
  expect(await rowsOf(both[0])).toMatchObject([{ decision: 'run', reason: 'NEW' }])
  expect((await on.kim.get(`${draft.href}/plan/jobs`)).body.items).toMatchObject([{ decision: 'run' }])
  expect((await on.kim.get(`${draft.href}/plan`)).body).toMatchObject({ id: both[0].id, stale: true })
})
