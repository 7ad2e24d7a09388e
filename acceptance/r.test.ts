import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, expected, hasEnded, until } from './call.ts'
import { COUNT } from './documents.ts'
import type { Answer, Json } from './exchange.ts'
import { type Server, serve } from './server.ts'

/**
 * The habits of the two R clients. The newer one puts `limit`, `offset` and `fields` on every GET and POST, writes TRUE and
 * FALSE, sends nulls and bare scalars, encodes no value of a query, and repeats a call for ever that is answered with 5xx.
 * The older one knows a fixed set of keys of a task and breaks on any other.
 */
let server: Server
let project: Json
let reads: Json
let app: Json

const PAGE = 'limit=50&offset=0&fields=_all'

/** Answers that would keep the client waiting are found here. */
const answers: Answer[] = []

async function r2(method: string, path: string, body?: unknown): Promise<Answer> {
  const url = path.startsWith('http') ? path : `${server.url}/${path}`
  const paged = method === 'GET' || method === 'POST' ? `${url}${url.includes('?') ? '&' : '?'}${PAGE}` : url
  const raw = body === undefined ? (method === 'POST' ? '{}' : undefined) : JSON.stringify(body)
  const headers = {
    'X-SBG-Auth-Token': server.token,
    Accept: 'application/json',
    ...(raw === undefined ? {} : { 'Content-Type': 'application/json' }),
  }
  const answer = await call(paged, { method, headers, ...(raw === undefined ? {} : { raw }) })
  answers.push(answer)
  return answer
}

const get = async (path: string) => (await expected(r2('GET', path), 200)).body
const post = async (path: string, body?: unknown) => (await expected(r2('POST', path, body), 200, 201, 202)).body
const wait = (task: Json) => until(() => get(`tasks/${task.id}`), hasEnded)

beforeAll(async () => {
  server = await serve()
  const settings = {
    locked: false,
    use_interruptible_instances: true,
    use_memoization: false,
    intermediate_files: { retention: 'LIMITED', duration: 24 },
    location: null,
  }
  project = await post('projects', { name: 'R work', billing_group: null, description: 'R work', tags: null, settings })
  reads = await upload('reads.txt', Buffer.from('some bytes'))
  const raw = await post(`apps/${project.id}/count/raw`, COUNT)
  app = await get(`apps/${raw['sbg:id']}`)
})
afterAll(() => server.close())

/** Every part is reported with its quotes, and again when the upload is completed. */
async function upload(name: string, bytes: Buffer, overwrite = 'FALSE'): Promise<Json> {
  const begun = await post(`upload/multipart?overwrite=${overwrite}`, {
    project: project.id,
    parent: null,
    name,
    size: bytes.length,
    part_size: 33554432,
  })
  expect(begun.part_size).toBeGreaterThanOrEqual(5242880)
  const { url } = await get(`upload/multipart/${begun.upload_id}/part/1`)
  const { headers } = await expected(
    call(url, { method: 'PUT', raw: bytes, headers: { 'Content-Type': 'text/plain' } }),
    200,
  )
  expect(headers.etag).toMatch(/^".+"$/)
  const report = { part_number: 1, response: { headers: { ETag: headers.etag } } }
  await expected(r2('POST', `upload/multipart/${begun.upload_id}/part`, report), 200)
  return post(`upload/multipart/${begun.upload_id}/complete`, { parts: [report] })
}

function create(inputs: object, query = '', fields: object = {}): Promise<Json> {
  return post(`tasks/${query}`, {
    project: project.id,
    app: app.id,
    name: null,
    description: null,
    inputs,
    batch: null,
    batch_input: null,
    batch_by: null,
    use_interruptible_instances: null,
    execution_settings: null,
    output_location: null,
    ...fields,
  })
}

const file = (id: string) => ({ class: 'File', path: id })

test('paging and fields are ignored where they mean nothing', async () => {
  expect(await get('user/')).toMatchObject({ username: 'admin' })
  expect(await get('rate_limit')).toMatchObject({ rate: { limit: expect.any(Number), reset: expect.any(Number) } })
  const { instance_limit, ...rate } = await get('rate_limit')
  expect(instance_limit).toMatchObject({ limit: expect.any(Number) })
  expect(Object.keys(rate).filter(key => key.startsWith('instance'))).toEqual([])
  expect(await get(`projects/${project.id}`)).toMatchObject({
    id: project.id,
    settings: { location: expect.any(String) },
  })
  const raw = await get(`apps/${project.id}/count/0/raw`)
  expect(raw).toMatchObject({ class: 'CommandLineTool', 'sbg:id': app.id })
})

test('a total comes with lists, and with nothing else', async () => {
  for (const path of [
    `files?project=${project.id}`,
    'projects',
    `tasks/?project=${project.id}`,
    `apps?visibility=PRIVATE`,
  ]) {
    expect((await expected(r2('GET', path), 200)).headers['x-total-matching-query'], path).toMatch(/^\d+$/)
  }
  for (const path of [`files/${reads.id}`, `files/${reads.id}/metadata`, `projects/${project.id}`, 'user/']) {
    expect((await expected(r2('GET', path), 200)).headers, path).not.toHaveProperty('x-total-matching-query')
  }
})

test('apps are listed without raw, by words that are not encoded', async () => {
  const url = `${server.url}/apps?limit=50&offset=0&fields=!raw&visibility=private&project=${project.id}&q=Count+bytes`
  const { body } = await expected(call(url, { headers: { 'X-SBG-Auth-Token': server.token } }), 200)
  expect(body.items).toMatchObject([{ id: app.id, revision: 0 }])
  expect(body.items[0]).not.toHaveProperty('raw')
})

test('an app in which lists of one came as scalars is one, and the next revision is computed from it', async () => {
  const document = {
    ...COUNT,
    baseCommand: 'cat',
    requirements: null,
    inputs: { reads: { type: 'File', secondaryFiles: '.x?' } },
  }
  const first = await post(`apps/${project.id}/scalars/raw`, document)
  expect(first['sbg:validationErrors']).toEqual([])
  const shown = await get(`apps/${project.id}/scalars`)
  const next = Number(shown.raw['sbg:latestRevision']) + 1
  const second = await post(`apps/${project.id}/scalars/${next}/raw`, { ...shown.raw, 'sbg:revisionNotes': 'again' })
  expect(second).toMatchObject({ 'sbg:id': `${project.id}/scalars/1`, 'sbg:revisionNotes': 'again' })
  expect(second['sbg:validationErrors']).toEqual([])
})

test('a folder is made with its type in capitals and a null, and listed', async () => {
  const folder = await post('files', { name: 'results', parent: project.root_folder, project: null, type: 'FOLDER' })
  expect(folder).toMatchObject({ type: 'folder', parent: project.root_folder })
  expect(folder).not.toHaveProperty('size')
  expect(folder).not.toHaveProperty('storage')
  expect(await get(`files/${folder.id}/list`)).toMatchObject({ items: [], links: [] })
  const task = await create({ reads: file(reads.id), folder: { class: 'Folder', path: folder.id } })
  expect(task).toMatchObject({ errors: [], inputs: { folder: { class: 'Directory', path: folder.id } } })
})

test('overwrite=TRUE replaces a file, and a tag comes as a bare string', async () => {
  await upload('twice.txt', Buffer.from('one'))
  const second = await upload('twice.txt', Buffer.from('two'), 'TRUE')
  expect(await (await expected(r2('PUT', `files/${second.id}/tags`, 'wgs'), 200)).body).toEqual(['wgs'])
  const replaced = await expected(r2('PATCH', `files/${second.id}`, { name: null, tags: 'hg38', metadata: null }), 200)
  expect(replaced.body).toMatchObject({ name: 'twice.txt', tags: ['hg38'] })
  const found = await get(`files?project=${project.id}&tag=hg38`)
  expect(found.items.map(({ id }) => id)).toEqual([second.id])
})

test('a draft without a name gets one; nulls of an edit leave name and description', async () => {
  const task = await create({ reads: file(reads.id) })
  expect(task).toMatchObject({ status: 'DRAFT', batch: false, name: expect.stringContaining('run') })
  const named = await expected(r2('PATCH', `tasks/${task.id}`, { name: 'mine', description: 'why' }), 200)
  expect(named.body).toMatchObject({ name: 'mine', description: 'why' })
  const edit = { name: null, description: null, inputs: { threads: 4 }, batch: null, batch_input: null, batch_by: null }
  const edited = await expected(r2('PATCH', `tasks/${task.id}`, { ...edit, execution_settings: null }), 200)
  expect(edited.body).toMatchObject({ name: 'mine', description: 'why', inputs: { reads: file(reads.id), threads: 4 } })
  expect((await r2('DELETE', `tasks/${task.id}`)).status).toBe(204)
})

test('a task is run, cloned and run again', async () => {
  const task = await create({ reads: file(reads.id), sorted: 'TRUE' }, '?action=run&use_interruptible_instances=TRUE')
  const done = await wait(task)
  expect(done).toMatchObject({ status: 'COMPLETED', inputs: { sorted: true } })
  const draft = await post(`tasks/${task.id}/actions/clone`, {})
  expect(draft).toMatchObject({ status: 'DRAFT', name: task.name, outputs: { counts: {} } })
  const rerun = await post(`tasks/${task.id}/actions/clone?action=run`, {})
  const started = await post(`tasks/${draft.id}/actions/run`, {})
  for (const id of [rerun.id, started.id]) {
    const again = await wait({ ...rerun, id })
    expect(again).toMatchObject({ status: 'COMPLETED', outputs: { counts: { class: 'File' } } })
    const { url } = await get(`files/${(again.outputs.counts as Json).path}/download_info`)
    expect((await expected(call(url), 200)).bytes.toString()).toMatch(/^10\n/)
  }
})

test('a batch task may be created with batch=TRUE and criteria as one string', async () => {
  const batch = { batch_input: 'reads', batch_by: { type: 'CRITERIA', criteria: 'metadata.sample_id' } }
  const task = await create({ reads: [file(reads.id)] }, '?batch=TRUE', { ...batch, batch: true })
  expect(task).toMatchObject({ batch: true, batch_by: { type: 'CRITERIA', criteria: ['metadata.sample_id'] } })
  expect(await post(`tasks/${task.id}/actions/clone`)).toMatchObject({
    ...batch,
    batch: true,
    status: 'DRAFT',
    batch_by: {},
  })
})

test.each([
  ['a blank for the plus of an offset', '2020-01-01T00:00:00 01:00'.replace(' ', '%20')],
  ['a plus that is not encoded', '2020-01-01T00:00:00+01:00'],
  ['a blank before the time', '2020-01-01%2000:00:00'],
  ['a day', '2020-01-01'],
])('tasks are filtered by a date with %s', async (_, date) => {
  const order = 'order_by=created_time&order=asc'
  const since = await r2('GET', `tasks/?project=${project.id}&created_from=${date}&${order}`)
  expect(since).toMatchObject({ status: 200 })
  const every = (await r2('GET', `tasks/?project=${project.id}`)).headers['x-total-matching-query']
  expect(since.headers['x-total-matching-query']).toBe(every)
  const before = await r2('GET', `tasks/?project=${project.id}&created_to=${date}&${order}`)
  expect([before.status, before.headers['x-total-matching-query']]).toEqual([200, '0'])
})

test('hrefs that were given lead back, with more behind their query', async () => {
  const page = await get(`files?project=${project.id}`)
  expect(await get(page.href)).toMatchObject({ items: page.items })
  expect(await get(page.items[0]!.href)).toMatchObject({ id: page.items[0]!.id })
})

test('what is wrong is told at once, with a JSON error and never as a failure of the server', async () => {
  const wrong: [string, string, unknown?][] = [
    ['GET', 'tasks/none'],
    ['GET', `files?project=${project.id}&parent=${project.root_folder}`],
    ['GET', 'files'],
    ['GET', 'apps?visibility=TRUE'],
    ['GET', 'apps/admin/none/none'],
    ['POST', 'tasks/', { name: null, project: null, app: null }],
    ['POST', 'tasks/', 'text'],
    ['POST', 'files', { name: ['a', 'b'], type: 'FOLDER', parent: project.root_folder }],
    ['POST', `apps/${project.id}/none/7/raw`, COUNT],
    ['POST', 'upload/multipart?overwrite=MAYBE', { project: project.id, name: 'x' }],
    ['POST', 'bulk/none/get'],
    ['PUT', `tasks/${app.id}`, {}],
  ]
  for (const [method, path, body] of wrong) {
    const { status, body: error, headers } = await r2(method, path, body)
    expect(status, path).toBeGreaterThanOrEqual(400)
    expect(status, path).toBeLessThan(500)
    expect(headers['content-type']).toMatch(/^application\/json/)
    expect(error).toEqual({
      status,
      code: expect.any(Number),
      message: expect.any(String),
      more_info: expect.any(String),
    })
  }
})

const KNOWN_TO_R1 = new Set(
  `id name description status use_interruptible_instances execution_settings app type created_by created_time executed_by
  start_time end_time execution_status price inputs outputs project batch batch_input batch_by parent batch_group errors
  warnings href`.split(/\s+/),
)

const r1 = (path: string, raw?: string) =>
  call(server.url + path, {
    method: raw === undefined ? 'GET' : 'POST',
    headers: { 'X-SBG-Auth-Token': server.token, 'Content-Type': 'application/json' },
    ...(raw === undefined ? {} : { raw }),
  })

test('the older client knows every key of every task, however it came', async () => {
  const body = JSON.stringify({ name: 'old', project: project.id, app: app.id, inputs: { reads: file(reads.id) } })
  const created = (await expected(r1('/tasks?action=run', body), 201)).body
  const done = await wait(created)
  const cloned = (await expected(r1(`/tasks/${created.id}/actions/clone`, ''), 201)).body
  const details = (await expected(r1(`/tasks/${created.id}?fields=_all`), 200)).body
  const listed = (await expected(r1(`/tasks?project=${project.id}&fields=_all`), 200)).body.items
  for (const task of [created, done, cloned, details, ...listed]) {
    expect(Object.keys(task).filter(key => !KNOWN_TO_R1.has(key))).toEqual([])
  }
})

test('the older client filters by a status in lower case, through the project', async () => {
  for (const path of [
    `/tasks?project=${project.id}&status=completed`,
    `/projects/${project.id}/tasks?status=completed`,
  ]) {
    const { body, headers } = await expected(r1(path), 200)
    expect(Number(headers['x-total-matching-query'])).toBe(body.items.length)
    expect(body.items.length).toBeGreaterThan(0)
  }
  expect(await r1('/tasks?status=done')).toMatchObject({ status: 400, body: { code: 7006 } })
})

test('its empty body [] is none: what needs no body goes well, what needs one says what is missing', async () => {
  const task = await create({ reads: file(reads.id) })
  for (const path of ['/tasks', '/projects', '/files', '/upload/multipart']) {
    const [list, object] = [await r1(path, '[]'), await r1(path, '{}')]
    expect(list.status, path).toBe(400)
    expect(list.body, path).toEqual(object.body)
  }
  const cloned = await r1(`/tasks/${task.id}/actions/clone`, '[]')
  expect(cloned).toMatchObject({ status: 201, body: { status: 'DRAFT' } })
  expect((await r1(`/tasks/${task.id}/actions/run`, '[]')).status).toBe(200)
  expect((await get(`tasks/${task.id}`)).status).not.toBe('DRAFT')
})

test('no call of these was answered with 5xx or held back by the rate limit', () => {
  expect(answers.map(({ status }) => status).filter(status => status >= 500 || status === 429)).toEqual([])
  const routed = answers.filter(({ body }) => body.code !== 90003 && body.code !== 90006)
  for (const { headers } of routed) expect(Number(headers['x-ratelimit-remaining'])).toBeGreaterThan(0)
})
