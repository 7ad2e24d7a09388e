import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Scripted, startScripted } from './scripted-server.ts'

const id = '0b8e63c5-3d20-4f1e-8a2f-3f6d3a6f9d11'
const copy = '7d1f9b52-40c6-4a6e-9c0e-6a2b6d0a8c22'

let server: Scripted
let script: Scripted['script']
let calls: Scripted['calls']

beforeEach(async () => {
  server = await startScripted()
  ;({ script, calls } = server)
})

afterEach(() => server.close())

const run = (...args: string[]) => server.run(...args)

const task = (status: string, more: object = {}) => ({
  id,
  name: 'calls',
  status,
  app: 'a/b/somatic/0',
  project: 'a/b',
  created_time: '2026-01-01T00:00:00Z',
  errors: [],
  warnings: [],
  inputs: {},
  outputs: {},
  ...more,
})

test('waiting asks until the task is over and prints its outputs', async () => {
  const value = { class: 'File', path: '5f2c0a1be4b0aa10e77c0001', name: 'calls.vcf' }
  script[`GET /tasks/${id}`] = [
    [200, task('QUEUED')],
    [200, task('RUNNING')],
    [200, task('COMPLETED', { outputs: { calls: value } })],
  ]
  const { stdout, stderr, code } = await run('task', id, '--wait')
  expect(calls).toHaveLength(3)
  expect(stdout).toContain('Status   COMPLETED')
  expect(stdout).toContain('calls: 5f2c0a1be4b0aa10e77c0001 (calls.vcf)')
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
})

test('Ctrl-C ends the waiting, leaves the task running and says how to come back', async () => {
  script[`GET /tasks/${id}`] = [[200, task('RUNNING')]]
  const child = server.start('task', id, '--wait')
  const done = server.finish(child)
  await once(server.http, 'answered')
  await once(server.http, 'answered')
  child.kill('SIGINT')
  const { stderr, code } = await done
  expect(stderr).toBe(`reprise: The task goes on. Come back with: reprise task ${id} --wait\n`)
  expect(code).toBe(130)
  expect(calls.every(({ call }) => call === `GET /tasks/${id}`)).toBe(true)
})

test('a task that failed ends the command with 1', async () => {
  script[`GET /tasks/${id}`] = [[200, task('FAILED')]]
  const { code, stderr } = await run('task', id, '--wait')
  expect({ code, stderr }).toEqual({ code: 1, stderr: `What its jobs wrote: reprise logs ${id}\n` })
})

test('a rerun is one call, then waiting', async () => {
  script[`POST /tasks/${id}/actions/clone?action=run`] = [[201, task('QUEUED', { id: copy })]]
  script[`GET /tasks/${copy}`] = [[200, task('COMPLETED', { id: copy })]]
  const { stdout, code } = await run('rerun', id, '--json')
  expect(JSON.parse(stdout).id).toBe(copy)
  expect(code).toBe(0)
  expect(calls.map(({ call }) => call)).toEqual([`POST /tasks/${id}/actions/clone?action=run`, `GET /tasks/${copy}`])
})

test.each([
  ['takes them in the call that makes it', { depth: 20 }, []],
  ['takes no body there', { depth: 5 }, [{ call: `PATCH /tasks/${copy}`, body: { inputs: { depth: 20 } } }]],
])('a rerun runs with other inputs and no sooner, on a server that %s', async (_, inputs, more) => {
  script[`GET /tasks/${id}`] = [[200, task('COMPLETED')]]
  script['GET /apps/a/b/somatic/0'] = [[200, { id: 'a/b/somatic/0', raw: { inputs: { depth: 'int' } } }]]
  script[`POST /tasks/${id}/actions/clone`] = [[201, task('DRAFT', { id: copy, inputs })]]
  script[`PATCH /tasks/${copy}`] = [[200, task('DRAFT', { id: copy })]]
  script[`POST /tasks/${copy}/actions/run`] = [[200, task('QUEUED', { id: copy })]]
  const { code } = await run('rerun', id, '--set', 'depth=20', '--no-wait')
  expect(code).toBe(0)
  expect(calls.slice(2)).toEqual([
    { call: `POST /tasks/${id}/actions/clone`, body: { inputs: { depth: 20 } } },
    ...more,
    { call: `POST /tasks/${copy}/actions/run`, body: undefined },
  ])
})

test('a rerun that is to stay a draft with other inputs does not run', async () => {
  script[`GET /tasks/${id}`] = [[200, task('COMPLETED')]]
  script['GET /apps/a/b/somatic/0'] = [[200, { id: 'a/b/somatic/0', raw: { inputs: { depth: 'int' } } }]]
  script[`POST /tasks/${id}/actions/clone`] = [[201, task('DRAFT', { id: copy, inputs: { depth: 20 } })]]
  const { code } = await run('rerun', id, '--set', 'depth=20', '--draft')
  expect(code).toBe(0)
  expect(calls.slice(2)).toEqual([{ call: `POST /tasks/${id}/actions/clone`, body: { inputs: { depth: 20 } } }])
})

test('an unknown input makes no task', async () => {
  script[`GET /tasks/${id}`] = [[200, task('COMPLETED')]]
  script['GET /apps/a/b/somatic/0'] = [[200, { id: 'a/b/somatic/0', raw: { inputs: { depth: 'int' } } }]]
  const { code, stderr } = await run('rerun', id, '--set', 'deep=20')
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'reprise: The app has no input "deep". Its inputs: depth.\n' })
  expect(calls.some(({ call }) => !call.startsWith('GET'))).toBe(false)
})

test('a rerun that stays a draft shows why and ends with 1', async () => {
  const errors = [{ input_id: 'reads', message: 'The file is gone.' }]
  script[`POST /tasks/${id}/actions/clone?action=run`] = [[201, task('DRAFT', { id: copy, errors })]]
  const { code, stdout } = await run('rerun', id)
  expect(stdout).toContain('Error    reads: The file is gone.')
  expect(code).toBe(1)
})

test("the API's own words, status and code are shown", async () => {
  const { code, stderr } = await run('task', id)
  expect({ code, stderr }).toEqual({ code: 1, stderr: `reprise: Nothing at GET /tasks/${id}. (HTTP 404, code 7002)\n` })
})

test('a refused connection says which address', async () => {
  // nobody listens on port 2
  const { code, stderr } = await run('task', id, '--url', 'http://127.0.0.1:2/v2')
  expect(code).toBe(1)
  expect(stderr).toBe("reprise: Can't reach http://127.0.0.1:2: ECONNREFUSED. Is the server running there?\n")
})

test('a busy server is asked again', async () => {
  const busy = { status: 429, code: 1000, message: 'Too many calls.' }
  script[`GET /tasks/${id}`] = [
    [429, busy],
    [200, task('RUNNING')],
  ]
  const { code, stdout } = await run('task', id, '--json')
  expect({ code, status: JSON.parse(stdout).status }).toEqual({ code: 0, status: 'RUNNING' })
})

test('one job is picked by its name, and an unknown one is told from those that there are', async () => {
  const jobs = [{ name: 'align', status: 'DONE', command_line: 'bwa mem', logs: {} }]
  script[`GET /tasks/${id}/execution_details`] = [[200, { status: 'COMPLETED', jobs }]]
  expect((await run('logs', id, '--job', 'align')).stdout).toBe('== align (DONE)\n$ bwa mem\n')
  expect((await run('logs', id, '--job', 'sort')).stderr).toBe(
    'reprise: The task has no job "sort". Its jobs: align.\n',
  )
})
