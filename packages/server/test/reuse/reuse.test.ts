import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Client, Json } from '../support/api.ts'
import { databaseOf } from '../support/database.ts'
import { WholeServer } from '../support/server.ts'

let server: WholeServer
let kim: Client
let project: string

beforeAll(async () => {
  const database = await databaseOf('reuse')
  server = await WholeServer.start(database ? { database } : {})
  kim = server.admin
  project = await kim.project('Reuse')
})
afterAll(() => server.close())

/** Writes random bytes: equal outputs are a reuse, other ones a run. */
const RANDOM = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: ['sh', '-c', 'head -c 30 /dev/urandom | od -An -tx1; echo told >&2'],
  inputs: { word: { type: 'string', inputBinding: {} } },
  outputs: { drawn: 'stdout' },
  stdout: 'drawn.txt',
}

const FLOW = {
  cwlVersion: 'v1.2',
  class: 'Workflow',
  requirements: { ScatterFeatureRequirement: {} },
  inputs: { words: 'string[]' },
  outputs: { all: { type: 'File[]', outputSource: 'draw/drawn' } },
  steps: { draw: { run: RANDOM, in: { word: 'words' }, scatter: 'word', out: ['drawn'] } },
}

async function run(app: string, inputs: object, memoize = true, more: object = {}): Promise<Json> {
  const settings = { use_memoization: memoize }
  const body = { project, app, name: 'task', inputs, execution_settings: settings, ...more }
  const made = await kim.post('/tasks?action=run', body)
  return await ended(made.body.href)
}

async function ended(href: string): Promise<Json> {
  for (;;) {
    const { body } = await kim.get(href)
    if (['COMPLETED', 'FAILED', 'ABORTED', 'DRAFT'].includes(body.status)) return body
  }
}

const jobs = async (task: Json, query = '') => (await kim.get(`${task.href}/jobs${query}`)).body.items

async function digests(task: Json): Promise<unknown[]> {
  return (await jobs(task)).map(job => job.outputs_digest)
}

test('a job that ran is taken by the next task that is the same, with its logs, for nothing', async () => {
  const app = await kim.app(project, 'random', RANDOM)
  const first = await run(app, { word: 'a' }, false)
  expect(first.status).toBe('COMPLETED')
  const second = await run(app, { word: 'a' })
  expect(second.status).toBe('COMPLETED')
  const [ran] = await jobs(first)
  const [taken] = await jobs(second)
  expect(ran).toMatchObject({ key: expect.stringMatching(/^sha256:/), attempt: 1 })
  expect(ran).not.toHaveProperty('reused')
  expect(taken).toMatchObject({ key: ran!.key, status: 'DONE', reused: { task: first.id, path: ran!.path } })
  expect(taken!.outputs_digest).toBe(ran!.outputs_digest)
  const log = (taken!.logs as unknown as { [name: string]: string })['stderr.log']!
  expect(log).not.toBe((ran!.logs as unknown as { [name: string]: string })['stderr.log'])
  expect((await kim.get(log)).status).toBe(200)
  expect(await jobs(second, '?reused=true')).toHaveLength(1)
  expect(await jobs(second, '?reused=false')).toHaveLength(0)
})

test('another input runs, and so does the same without memoization', async () => {
  const app = await kim.app(project, 'random2', RANDOM)
  const first = await run(app, { word: 'x' })
  const other = await run(app, { word: 'y' })
  const without = await run(app, { word: 'x' }, false)
  expect(new Set([...(await digests(first)), ...(await digests(other)), ...(await digests(without))]).size).toBe(3)
})

test('each result serves one job of a task, that of the same path first', async () => {
  const app = await kim.app(project, 'many', FLOW)
  const words = Array(12).fill('same')
  const first = await run(app, { words }, false)
  const drawn = await digests(first)
  expect(new Set(drawn).size).toBe(12)
  const again = await ended(
    (await kim.post(`${first.href}/actions/clone?action=run`, { execution_settings: { use_memoization: true } })).body
      .href,
  )
  expect(await digests(again)).toEqual(drawn)
  const more = await run(app, { words: Array(14).fill('same') })
  expect((await jobs(more, '?reused=true')).length).toBe(12)
  expect(new Set(await digests(more)).size).toBe(14)
})

test('a job that runs already is waited for', async () => {
  const slow = { ...RANDOM, baseCommand: ['sh', '-c', 'sleep 1; head -c 30 /dev/urandom | od -An -tx1'] }
  const app = await kim.app(project, 'slow', slow)
  const tasks = await Promise.all([run(app, { word: 'a' }), run(app, { word: 'a' }), run(app, { word: 'a' })])
  const drawn = await Promise.all(tasks.map(digests))
  expect(new Set(drawn.flat()).size).toBe(1)
  const reused = await Promise.all(tasks.map(task => jobs(task, '?reused=true')))
  expect(reused.flat()).toHaveLength(2)
})

test('what is distrusted is not taken, until it is trusted again', async () => {
  const app = await kim.app(project, 'trust', RANDOM)
  const first = await run(app, { word: 'trust' })
  const second = await run(app, { word: 'trust' })
  const path = (await jobs(first))[0]!.path
  const marked = await kim.post(`${first.href}/jobs/actions/distrust`, { path, reason: 'bad disk' })
  expect([marked.status, marked.body]).toEqual([200, { jobs: 1, taken_by: [{ task: second.id, path }], hidden: 0 }])
  expect((await jobs(first))[0]).toMatchObject({ distrusted: { by: 'admin', reason: 'bad disk' } })
  const third = await run(app, { word: 'trust' })
  expect(await digests(third)).not.toEqual(await digests(first))
  await kim.post(`${third.href}/jobs/actions/distrust`, { path: '*' })
  await kim.post(`${first.href}/jobs/actions/trust`, { path })
  const fourth = await run(app, { word: 'trust' })
  expect(await digests(fourth)).toEqual(await digests(first))
  const refused = await kim.post(`${first.href}/jobs/actions/distrust`, { path: 'nothing' })
  expect([refused.status, refused.body.code]).toEqual([400, 90000])
  expect(refused.body.message).toContain('path')
})

test('the tree of a key names its parts, for who asks for it', async () => {
  const app = await kim.app(project, 'tree', RANDOM)
  const task = await run(app, { word: 'a' })
  const [job] = await jobs(task, '?fields=tree,path')
  expect(Object.keys(job!.tree as unknown as object)).toEqual(
    expect.arrayContaining([
      'tool',
      'command',
      'environment',
      'platform',
      'inputs/word',
      'staging',
      'network',
      'engine',
    ]),
  )
  expect(await jobs(task).then(([each]) => each)).not.toHaveProperty('tree')
})
