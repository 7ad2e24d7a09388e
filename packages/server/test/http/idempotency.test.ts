import { afterAll, beforeAll, expect, test } from 'vitest'
import { behindTheCall, OtherHandleError } from '../../src/database/own-handle.ts'
import { ApiError } from '../../src/errors.ts'
import { fingerprintOf, Idempotency, type Kept, type Steps } from '../../src/http/idempotency.ts'
import { type Api, type Client, type Json, startApi } from '../support/api.ts'

const GREET = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: 'echo',
  inputs: { word: 'string?' },
  outputs: {},
}

let api: Api
let kim: Client
let project: string
let app: string
let count = 0

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
  project = await kim.project('Keys')
  app = await kim.app(project, 'greet', GREET)
})
afterAll(() => api.close())

const key = () => `key-${++count}`
const post = (path: string, name: string, body?: unknown) =>
  kim.call(path, { method: 'POST', body, headers: { 'Idempotency-Key': name } })
const tasks = async () => Number((await kim.get('/tasks?limit=1')).headers['x-total-matching-query'])
const draft = async (): Promise<Json> => (await kim.post('/tasks', { project, app, name: 'greet' })).body

/** Loses the answer that was kept, as a crash between the two transactions does. */
const loseAnswer = (name: string) =>
  api.database.write(tx =>
    tx.updateTable('idempotency_keys').set({ status: null, body: null }).where('name', '=', name).execute(),
  )

test('a clone that is repeated with its key is one task, and each answer is the same', async () => {
  const origin = await draft()
  const before = await tasks()
  const name = key()
  const first = await post(`/tasks/${origin.id}/actions/clone?action=run`, name)
  const second = await post(`/tasks/${origin.id}/actions/clone?action=run`, name, {})
  expect([first.status, second.status]).toEqual([201, 409])
  const third = await post(`/tasks/${origin.id}/actions/clone?action=run`, name)
  expect([third.status, third.body, third.headers['idempotency-replayed']]).toEqual([201, first.body, 'true'])
  expect(first.headers['idempotency-replayed']).toBeUndefined()
  expect(await tasks()).toBe(before + 1)
})

test('repeats at the same moment wait for the first, and are answered as it', async () => {
  const before = await tasks()
  const name = key()
  const body = { project, app, name: 'at once' }
  const answers = await Promise.all(Array.from({ length: 12 }, () => post('/tasks', name, body)))
  expect(new Set(answers.map(answer => answer.body.id)).size).toBe(1)
  expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(201))
  expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1)
  expect(await tasks()).toBe(before + 1)
})

test('the same key with another body, or for another call, is 409 and names the header', async () => {
  const name = key()
  await post('/projects', name, { name: 'Once' })
  for (const [path, body] of [
    ['/projects', { name: 'Twice' }],
    ['/projects?fields=id', { name: 'Once' }],
    ['/tasks', { project, app }],
  ] as const) {
    const answer = await post(path, name, body)
    expect([answer.status, answer.body.code, answer.body.message]).toEqual([
      409,
      90007,
      expect.stringContaining('Idempotency-Key: the key was given to another call'),
    ])
  }
})

test("a key is its user's", async () => {
  const lee = await api.user('lee')
  const name = key()
  const headers = { 'Idempotency-Key': name }
  const mine = await post('/projects', name, { name: 'Mine' })
  const theirs = await lee.call('/projects', { method: 'POST', body: { name: 'Mine' }, headers })
  expect([mine.body.id, theirs.body.id]).toEqual(['kim/mine', 'lee/mine'])
})

test('a refused call has taken no key', async () => {
  const name = key()
  expect((await post('/projects', name, { name: '' })).body.code).toBe(3007)
  expect((await post('/projects', name, { name: 'Corrected' })).body.id).toBe('kim/corrected')
})

test('a refusal that changed something is kept as it was', async () => {
  const needy = await kim.app(project, 'needy', { ...GREET, inputs: { word: 'string' } })
  const task = (await kim.post('/tasks', { project, app: needy, name: 'needy' })).body
  const name = key()
  const first = await post(`/tasks/${task.id}/actions/run`, name)
  expect([first.status, first.body.code]).toEqual([400, 7024])
  await kim.patch(`/tasks/${task.id}`, { inputs: { word: 'hello' } })
  const second = await post(`/tasks/${task.id}/actions/run`, name)
  expect([second.status, second.body]).toEqual([400, first.body])
})

test.each(['', ' ', 'a b', 'ä', 'x'.repeat(256)])('the key %j is refused', async name => {
  const answer = await post('/projects', name, { name: 'x' }).catch(() => undefined)
  if (answer) expect([answer.status, answer.body.code]).toEqual([400, 90000])
})

test('when the answer was lost, a repeat shows what the call made, and makes no more', async () => {
  const origin = await draft()
  const upload = (await kim.post('/upload/multipart', { project, name: 'a', size: 1 })).body
  await kim.part(upload.href, 1, Buffer.from('a'))
  const calls: [string, unknown][] = [
    ['/projects', { name: 'Lost' }],
    ['/files', { project, name: 'lost', type: 'folder' }],
    ['/upload/multipart', { project, name: 'lost.txt', size: 1 }],
    [`/upload/multipart/${upload.upload_id}/complete`, undefined],
    [`/apps/${project}/lost/raw`, GREET],
    ['/tasks', { project, app, name: 'lost' }],
    [`/tasks/${origin.id}/actions/clone`, undefined],
    [`/tasks/${origin.id}/actions/run`, undefined],
    [`/tasks/${origin.id}/actions/abort`, undefined],
  ]
  for (const [path, body] of calls) {
    const name = key()
    const first = await post(path, name, body)
    expect(first.status, `${path} ${first.text}`).toBeLessThan(300)
    await loseAnswer(name)
    const before = await tasks()
    const second = await post(path, name, body)
    const stable = ({ execution_status: _, price: __, ...rest }: Json) => rest
    expect([second.status, stable(second.body)], path).toEqual([first.status, stable(first.body)])
    expect(second.headers['idempotency-replayed']).toBe('true')
    expect(await tasks()).toBe(before)
  }
})

const FOREVER: Pick<Steps, 'repeats' | 'refusal' | 'seen'> = {
  repeats: false,
  seen: async () => undefined,
  refusal: ({ status, message }) => ({ status, body: message }),
}
const CALL = { username: 'kim', key: 'unit', fingerprint: fingerprintOf('POST', '/x', {}) }

/** Makes one row in one transaction, and then answers. */
const making = (answer: Kept): Pick<Steps, 'carryOut'> => ({
  async carryOut(database) {
    const row = { key: `made-${++count}`, value: 'x' }
    await database.write(tx => tx.insertInto('settings').values(row).execute())
    return answer
  },
})
const made = async () =>
  (await api.database.read.selectFrom('settings').where('key', 'like', 'made-%').select('key').execute()).length

test('two processes: the one whose transaction comes second carries nothing out', async () => {
  const before = await made()
  const [one, two] = [new Idempotency(api.database), new Idempotency(api.database)]
  const call = { ...CALL, key: 'processes' }
  const steps = { ...making({ status: 201, body: '{}' }), ...FOREVER }
  const answers = await Promise.allSettled([one.once(call, steps), two.once(call, steps)])
  expect(await made()).toBe(before + 1)
  const done = answers.filter(answer => answer.status === 'fulfilled')
  expect(done.map(({ value }) => value)).toContainEqual({ status: 201, body: '{}', replayed: false })
  for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 90007 })
  expect(await one.once(call, steps)).toEqual({ status: 201, body: '{}', replayed: true })
})

test('a call that fails in its transaction has taken no key; one that fails after it is not carried out again', async () => {
  const idempotency = new Idempotency(api.database)
  const before = await made()
  const call = { ...CALL, key: 'failing' }
  const steps = { ...making({ status: 201, body: '{}' }), ...FOREVER }
  const within: Steps = {
    ...steps,
    carryOut: database => database.write(() => Promise.reject(new Error('within'))),
  }
  await expect(idempotency.once(call, within)).rejects.toThrow('within')
  const after: Steps = {
    ...steps,
    async carryOut(database) {
      await steps.carryOut(database)
      throw new Error('after')
    },
  }
  await expect(idempotency.once(call, after)).rejects.toThrow('after')
  await expect(idempotency.once(call, steps)).rejects.toThrow(ApiError)
  expect(await made()).toBe(before + 1)
})

test('after 24 hours a key is new', async () => {
  let now = Date.now()
  const idempotency = new Idempotency(api.database, () => now)
  const before = await made()
  const call = { ...CALL, key: 'old' }
  const steps = { ...making({ status: 201, body: '{}' }), ...FOREVER }
  await idempotency.once(call, steps)
  now += 24 * 3600 * 1000 - 1
  expect((await idempotency.once(call, steps)).replayed).toBe(true)
  now += 2
  expect((await idempotency.once(call, steps)).replayed).toBe(false)
  expect(await made()).toBe(before + 2)
  now += 25 * 3600 * 1000
  await idempotency.once({ ...call, key: 'other' }, steps)
  const names = await api.database.read.selectFrom('idempotency_keys').select('name').execute()
  expect(names.map(({ name }) => name)).not.toContain('old')
})

test('a rule that writes by another database than its own writes nothing', async () => {
  const idempotency = new Idempotency(api.database)
  const before = await made()
  const steps = { ...making({ status: 201, body: '{}' }), ...FOREVER }
  const astray: Steps = {
    ...steps,
    async carryOut(database) {
      await database.read.selectFrom('settings').select('key').execute()
      return steps.carryOut(api.database)
    },
  }
  await expect(idempotency.once({ ...CALL, key: 'astray' }, astray)).rejects.toThrow(OtherHandleError)
  expect(await made()).toBe(before)
  // what it sets going is not part of it
  const behind: Steps = {
    ...steps,
    async carryOut(database) {
      const set = behindTheCall(() => steps.carryOut(api.database))
      await steps.carryOut(database)
      return await set
    },
  }
  await idempotency.once({ ...CALL, key: 'behind' }, behind)
  expect(await made()).toBe(before + 2)
})

test('a file whose upload is completed with a key is hashed as any other', async () => {
  const bytes = Buffer.alloc(100_000, 'x')
  const upload = (await kim.post('/upload/multipart', { project, name: 'large.bin', size: bytes.length })).body
  await kim.part(upload.href, 1, bytes)
  expect((await post(`${upload.href}/complete`, key())).status).toBe(201)
  const { read } = api.database
  for (;;) {
    const { sha256 } = await read
      .selectFrom('contents')
      .select('sha256')
      .where('size', '=', bytes.length)
      .executeTakeFirstOrThrow()
    if (sha256 !== null) return
  }
})
