import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, expected, hasEnded, until } from './call.ts'
import { COUNT, GREET, GREET_YAML, SLEEP } from './documents.ts'
import type { Answer, Json } from './exchange.ts'
import { type Server, serve } from './server.ts'

/**
 * The habits of the Python client: a body with every call, slashes at the end, lists that re-fetch their own href, 5 MiB
 * ranges of which the last runs past the end, and models that refuse a wrong type.
 */
let server: Server
let project: Json
let data: Buffer
let reads: Json
let app: string

const MIB = 2 ** 20

function py(method: string, path: string, body: unknown = method === 'DELETE' ? {} : null): Promise<Answer> {
  const url = path.startsWith('http') ? path : server.url + path
  const headers = {
    'X-SBG-Auth-Token': server.token,
    'Content-Type': 'application/json',
    Accept: '*/*',
    'Accept-Encoding': 'gzip, deflate',
    'User-Agent': 'sevenbridges-python/2.11.2',
  }
  return call(url, { method, headers, raw: JSON.stringify(body) })
}

const get = async (path: string) => (await expected(py('GET', path), 200)).body
const post = async (path: string, body?: unknown) => (await expected(py('POST', path, body), 200, 201)).body

beforeAll(async () => {
  server = await serve()
  project = await post('/projects', { name: "Kim's RNA", description: null, tags: null, settings: null })
  data = randomBytes(15 * MIB + 1)
  reads = await upload('reads.bin', data)
  const raw = await post(`/apps/${project.id}/count/raw`, COUNT)
  app = (await get(`/apps/${raw['sbg:id']}`)).id
})
afterAll(() => server.close())

/** k·p+1 bytes: the last part but one has a byte too many, and an empty one follows. */
function partsOf(bytes: Buffer, size: number): Buffer[] {
  if (bytes.length === 0) return [bytes]
  const count = Math.ceil(bytes.length / size)
  const parts = Array.from({ length: count }, (_, n) => bytes.subarray(n * size, (n + 1) * size))
  if (count > 1 && bytes.length % size === 1) {
    parts[count - 2] = bytes.subarray((count - 2) * size)
    parts[count - 1] = Buffer.alloc(0)
  }
  return parts
}

async function upload(name: string, bytes: Buffer, query = ''): Promise<Json> {
  const begun = await post(`/upload/multipart${query}`, {
    project: project.id,
    name,
    size: bytes.length,
    part_size: 5 * MIB,
  })
  expect(begun.part_size).toBe(5 * MIB)
  const send = async (part: Buffer, index: number) => {
    const { url } = await get(`/upload/multipart/${begun.upload_id}/part/${index + 1}`)
    const put = await expected(call(url, { method: 'PUT', raw: part }), 200)
    const report = await expected(
      py('POST', `/upload/multipart/${begun.upload_id}/part/`, {
        part_number: index + 1,
        response: { headers: { ETag: String(put.headers.etag).replaceAll('"', '') } },
      }),
      200,
    )
    expect(report.bytes).toHaveLength(0)
  }
  await Promise.all(partsOf(bytes, begun.part_size).map(send))
  return (await expected(py('POST', `/upload/multipart/${begun.upload_id}/complete`), 201)).body
}

/** Reads the length of a full answer and turns away from its bytes. */
function lengthOf(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, headers: { 'Accept-Encoding': 'gzip, deflate' } }, answer => {
      resolve(Number(answer.headers['content-length']))
      answer.destroy()
    })
    sent.on('error', reject)
    sent.end()
  })
}

async function download(file: string): Promise<Buffer> {
  const { url } = await get(`/files/${file}/download_info`)
  const length = await lengthOf(url)
  const starts = Array.from({ length: Math.ceil(length / (5 * MIB)) }, (_, n) => n * 5 * MIB)
  const ranges = await Promise.all(
    starts.map(async start => {
      const Range = `bytes=${start}-${start + 5 * MIB - 1}`
      const part = await expected(call(url, { headers: { Range, 'Accept-Encoding': 'gzip, deflate' } }), 206)
      expect(Number(part.headers['content-length'])).toBe(part.bytes.length)
      expect(part.headers['content-encoding']).toBeUndefined()
      return part.bytes
    }),
  )
  return Buffer.concat(ranges)
}

/** What `query().all()` does: the first page, the list's own href again, and then every next link. */
async function all(path: string): Promise<{ items: Json[]; total: number }> {
  const page = async (url: string) => {
    const { body, headers } = await expected(py('GET', url), 200)
    expect(body).toMatchObject({ href: expect.any(String), items: expect.any(Array), links: expect.any(Array) })
    return { body, total: Number.parseInt(String(headers['x-total-matching-query']), 10) }
  }
  const items: Json[] = []
  let { body, total } = await page((await page(path)).body.href)
  for (;;) {
    items.push(...body.items)
    const next = body.links.find(({ rel, method }) => rel === 'next' && method === 'GET')
    if (!next) return { items, total }
    ;({ body, total } = await page(next.href))
  }
}

async function create(inputs: object, query: string, fields: object = {}): Promise<Json> {
  const use = { use_interruptible_instances: null, execution_settings: null, output_location: null }
  const task = { name: 'count', project: project.id, app, inputs, description: null, ...use, ...fields }
  return (await expected(py('POST', `/tasks${query}`, task), 200, 201)).body
}

const wait = (task: Json) => until(() => get(task.href), hasEnded)

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z?$/
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The types that the models of the client insist on. */
function checkTask(task: Json): void {
  for (const key of ['href', 'name', 'status', 'project', 'app', 'type', 'created_by'])
    expect(task[key]).toBeTypeOf('string')
  expect(task.id).toMatch(UUID)
  expect(new URL(task.href).search).toBe('')
  for (const key of ['created_time', 'start_time']) expect(task[key]).toMatch(DATE)
  if ('end_time' in task) expect(task.end_time).toMatch(DATE)
  for (const key of ['batch', 'use_interruptible_instances']) expect(task[key]).toBeTypeOf('boolean')
  for (const key of ['errors', 'warnings']) expect(task[key]).toBeInstanceOf(Array)
  for (const key of ['inputs', 'outputs', 'execution_settings']) expect(task[key]).toEqual(expect.any(Object))
  for (const key of ['description', 'executed_by', 'parent', 'origin']) {
    if (key in task) expect(task[key]).toBeTypeOf('string')
  }
  if (task.price) checkPrice(task.price as Json)
  for (const [key, value] of Object.entries((task.execution_status ?? {}) as Json)) {
    if (/^(steps|.*duration|queued|running|completed|failed|aborted)/.test(key))
      expect(Number.isInteger(value), key).toBe(true)
    else if (/limit|init/.test(key)) expect(value, key).toBeTypeOf('boolean')
    else expect(value, key).toBeTypeOf('string')
  }
  checkFiles([task.inputs, task.outputs])
}

function checkPrice(price: Json): void {
  expect(price.currency).toBeTypeOf('string')
  const { breakdown } = price as unknown as { breakdown: object }
  for (const amount of [price.amount, ...Object.values(breakdown)]) expect(amount).toBeTypeOf('number')
}

/** A File value without a path, or with `secondaryFiles: null`, is unreadable. */
function checkFiles(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if ('class' in value) {
    expect(value).toMatchObject({
      class: expect.stringMatching(/^(File|Directory)$/),
      path: expect.stringMatching(/^[0-9a-f]{24}$/),
    })
    expect('secondaryFiles' in value ? value.secondaryFiles : []).toBeInstanceOf(Array)
  }
  Object.values(value).forEach(checkFiles)
}

test('the limits, the user and the project are what the models expect', async () => {
  const limit = await expected(py('GET', '/rate_limit'), 200)
  for (const key of ['limit', 'remaining', 'reset']) {
    expect(Number.isInteger((limit.body.rate as Json)[key])).toBe(true)
    expect(String(limit.headers[`x-ratelimit-${key}`])).toMatch(/^\d+$/)
  }
  expect(Math.abs(Number(limit.headers['x-ratelimit-reset']) - Date.now() / 1000)).toBeLessThan(3600)
  expect(Object.values(await get('/user')).every(value => typeof value === 'string')).toBe(true)
  expect(project).toMatchObject({
    id: 'admin/kim-s-rna',
    type: 'v2',
    tags: [],
    billing_group: expect.stringMatching(UUID),
    created_on: expect.stringMatching(DATE),
    modified_on: expect.stringMatching(DATE),
    permissions: { read: true, write: true, copy: true, execute: true, admin: true },
  })
  expect(await get(project.href)).toEqual(project)
})

test('projects are listed with a slash at the end, by name, and edited leaf by leaf', async () => {
  const { items, total } = await all('/projects/?name=rna&fields=_all')
  expect([items, total]).toEqual([[project], 1])
  const edited = (await expected(py('PATCH', project.href, { settings: { locked: true } }), 200)).body
  expect(edited.settings).toEqual({ ...(project.settings as Json), locked: true })
  project = (await expected(py('PATCH', project.href, { settings: { locked: false } }), 200)).body
})

test('a list of several pages is read to its end by its own links', async () => {
  const folder = await post('/files', { name: 'pages', type: 'folder', parent: project.root_folder })
  await Promise.all(
    Array.from({ length: 7 }, (_, n) => post('/files', { name: `page${n}`, type: 'folder', parent: folder.id })),
  )
  const { items, total } = await all(`/files?parent=${folder.id}&limit=3&offset=0&fields=_all`)
  expect(total).toBe(7)
  expect(items.map(({ name }) => name).sort()).toEqual([0, 1, 2, 3, 4, 5, 6].map(n => `page${n}`))
  const named = await all(`/files/?project=${encodeURIComponent(project.id)}&name=reads.bin&name=none&fields=_all`)
  expect(named.items.map(({ id }) => id)).toEqual([reads.id])
})

test('a file of one byte more than three parts comes back as it was sent', async () => {
  expect(reads).toMatchObject({ name: 'reads.bin', type: 'file', size: data.length, project: project.id })
  expect((await download(reads.id)).equals(data)).toBe(true)
})

test('an empty file is uploaded in one empty part, and has the length 0', async () => {
  const empty = await upload('empty.txt', Buffer.alloc(0))
  expect(empty.size).toBe(0)
  const { url } = await get(`/files/${empty.id}/download_info`)
  expect(await lengthOf(url)).toBe(0)
})

test('overwrite=True puts a new file in the place of the old one', async () => {
  const first = await upload('again.txt', Buffer.from('first'))
  const begin = { project: project.id, name: 'again.txt', size: 6 }
  expect(await py('POST', '/upload/multipart', begin)).toMatchObject({ status: 409, body: { code: 8005 } })
  const second = await upload('again.txt', Buffer.from('second'), '?overwrite=True')
  expect(second.id).not.toBe(first.id)
  expect((await py('GET', first.href)).status).toBe(404)
  expect((await download(second.id)).toString()).toBe('second')
})

test('an upload that is stopped is gone', async () => {
  const begun = await post('/upload/multipart', { project: project.id, name: 'stopped', size: 9 })
  expect((await py('DELETE', `/upload/multipart/${begun.upload_id}`)).status).toBe(204)
  expect(await py('GET', begun.href)).toMatchObject({ status: 404, body: { code: 8003 } })
})

test('saving a file sends metadata, tags and name one by one, and reads the file again', async () => {
  const file = await upload('draft.txt', Buffer.from('x'))
  const metadata = `/files/${file.id}/metadata`
  expect((await expected(py('PATCH', metadata, { sample_id: 'S1', lane: '1' }), 200)).body).toEqual({
    sample_id: 'S1',
    lane: '1',
  })
  expect((await expected(py('PATCH', metadata, { lane: null }), 200)).body).toEqual({ sample_id: 'S1' })
  const tagged = await expected(py('PUT', `/files/${file.id}/tags`, ['wgs', 'hg38']), 200)
  expect(tagged.body).toEqual(['wgs', 'hg38'])
  await expected(py('PATCH', `/files/${file.id}`, { name: 'final.txt' }), 200)
  const saved = await get(file.href)
  expect(saved).toMatchObject({ name: 'final.txt', tags: ['wgs', 'hg38'], metadata: { sample_id: 'S1' }, size: 1 })
  expect((await expected(py('PUT', metadata, { case_id: 'C1' }), 200)).body).toEqual({ case_id: 'C1' })
  const found = await all(`/files?project=${project.id}&metadata.case_id=C1&fields=_all`)
  expect(found.items.map(({ id }) => id)).toEqual([file.id])
  expect((await py('DELETE', file.href)).status).toBe(204)
  expect(await py('GET', file.href)).toMatchObject({ status: 404, body: { status: 404, code: 5002 } })
})

test.each([
  ['an object', 'by-object', GREET],
  ['a string of YAML', 'by-text', GREET_YAML],
  ['a string of JSON', 'by-json', JSON.stringify(GREET)],
])('an app is posted as %s and read back by its sbg:id', async (_, name, document) => {
  const raw = (await expected(py('POST', `/apps/${project.id}/${name}/raw`, document), 200, 201)).body
  expect(raw).toMatchObject({
    'sbg:id': `${project.id}/${name}/0`,
    'sbg:validationErrors': [],
    class: 'CommandLineTool',
  })
  const shown = await get(`/apps/${raw['sbg:id']}`)
  expect(shown).toMatchObject({ id: raw['sbg:id'], revision: 0, project: project.id, name })
  expect(shown.raw).toMatchObject({ class: 'CommandLineTool', baseCommand: 'echo' })
  expect(await py('POST', `/apps/${project.id}/${name}/raw`, document)).toMatchObject({
    status: 409,
    body: { code: 6003 },
  })
  const next = await post(`/apps/${project.id}/${name}/1/raw`, document)
  expect(next).toMatchObject({ 'sbg:id': `${project.id}/${name}/1`, 'sbg:latestRevision': 1 })
})

test('a task is created to run, waited for, and run again by one call with a null body', async () => {
  const inputs = { reads: { class: 'File', path: reads.id }, threads: 3, sorted: null }
  const task = await create(inputs, '?action=run')
  checkTask(task)
  expect(task.status).not.toBe('DRAFT')
  const done = await wait(task)
  checkTask(done)
  expect(done).toMatchObject({ status: 'COMPLETED', executed_by: 'admin', errors: [] })

  const rerun = await post(`/tasks/${task.id}/actions/clone?action=run`)
  checkTask(rerun)
  expect(rerun.id).not.toBe(task.id)
  expect(rerun).toMatchObject({ name: 'count', app, inputs: { reads: { path: reads.id }, threads: 3 } })
  const again = await wait(rerun)
  checkTask(again)
  expect(again.status).toBe('COMPLETED')

  const [first, second] = [done, again].map(({ outputs }) => outputs.counts as Json)
  expect(second!.path).not.toBe(first!.path)
  const [one, two] = await Promise.all([download(first!.path), download(second!.path)])
  expect(one.toString()).toMatch(new RegExp(`^${data.length}\n`))
  expect(one.toString()).toContain('threads 3')
  expect(two.toString()).toContain('threads 3')
  const made = await all(`/files?project=${project.id}&origin.task=${rerun.id}&fields=_all`)
  expect(made.items).toMatchObject([{ id: second!.path, origin: { task: rerun.id } }])
})

test('logs are files: the id in their address leads to a download', async () => {
  const task = await wait(await create({ reads: { class: 'File', path: reads.id } }, '?action=run'))
  const details = await get(`${task.href}/execution_details`)
  expect(details).toMatchObject({ status: 'COMPLETED', start_time: expect.stringMatching(DATE) })
  const [job] = details.jobs
  expect(job).toMatchObject({ status: 'DONE', retried: false, command_line: expect.stringContaining('wc -c') })
  const log = Object.entries(job!.logs).find(([name]) => name.includes('stderr'))![1]
  const id = log.split('files/')[1]!.split('/')[0]!
  expect(await get(log)).toMatchObject({ url: expect.any(String) })
  expect((await download(id)).toString()).toBe('counting\n')
})

test('a draft is changed by what changed, and started; its inputs are read alone', async () => {
  const draft = await create({}, '')
  checkTask(draft)
  expect(draft).toMatchObject({
    status: 'DRAFT',
    errors: [{ input_id: 'reads', type: expect.stringContaining('error/') }],
  })
  const inputs = { reads: { class: 'File', path: reads.id } }
  const saved = (await expected(py('PATCH', `/tasks/${draft.id}`, { inputs, name: 'saved' }), 200)).body
  expect(saved).toMatchObject({ name: 'saved', errors: [], inputs })
  expect(await get(`/tasks/${draft.id}/inputs`)).toMatchObject({ ...inputs, threads: null })
  const settings = { use_memoization: true, instance_type: 'AUTO', max_parallel_instances: 2 }
  const set = (await expected(py('PATCH', draft.href, { execution_settings: settings }), 200)).body
  expect(set.execution_settings).toMatchObject(settings)
  const started = await post(`/tasks/${draft.id}/actions/run?batch=False&use_interruptible_instances=True`)
  checkTask(started)
  expect((await wait(started)).status).toBe('COMPLETED')
  expect(await py('POST', `/tasks/${draft.id}/actions/run`)).toMatchObject({ status: 400, body: { code: 7007 } })
  expect(await py('DELETE', draft.href)).toMatchObject({ status: 400, body: { code: 7007 } })
})

test('inputs that do not fit leave a draft that says why, also when it was to run', async () => {
  const task = await create({ reads: 7 }, '?action=run')
  checkTask(task)
  expect(task).toMatchObject({ status: 'DRAFT', errors: [{ input_id: 'reads' }] })
  expect(await py('POST', `${task.href}/actions/run`)).toMatchObject({ status: 400, body: { code: 7024 } })
  expect((await py('DELETE', task.href)).status).toBe(204)
})

test('a task that runs is aborted, and can be run again', async () => {
  const raw = await post(`/apps/${project.id}/sleep/raw`, SLEEP)
  const task = await create({}, '?action=run', { app: raw['sbg:id'] })
  await until(
    () => get(task.href),
    ({ status }) => status === 'RUNNING',
  )
  const rerun = await post(`${task.href}/actions/clone`)
  expect(rerun).toMatchObject({ status: 'DRAFT', app: raw['sbg:id'] })
  expect((await post(`${task.href}/actions/abort`)).status).toMatch(/^ABORT(ING|ED)$/)
  const ended = await wait(task)
  checkTask(ended)
  expect(ended.status).toBe('ABORTED')
  expect(await py('POST', `${task.href}/actions/abort`)).toMatchObject({ status: 400, body: { code: 7011 } })
})

test('tasks are listed whole, and split by batch', async () => {
  const { items, total } = await all(`/tasks?project=${encodeURIComponent(project.id)}&limit=2&fields=_all`)
  expect(items).toHaveLength(total)
  expect(new Set(items.map(({ id }) => id)).size).toBe(total)
  for (const task of items) checkTask(task)
  expect((await all(`/tasks?project=${project.id}&batch=True&fields=_all`)).total).toBe(0)
  expect((await all(`/tasks?project=${project.id}&batch=False&fields=_all`)).total).toBe(total)
  expect((await all(`/tasks?project=${project.id}&status=COMPLETED&fields=_all`)).total).toBeGreaterThan(0)
})
