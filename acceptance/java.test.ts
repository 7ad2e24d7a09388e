import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, expected, hasEnded, until } from './call.ts'
import { COUNT } from './documents.ts'
import type { Answer, Json } from './exchange.ts'
import { type Server, serve } from './server.ts'

/**
 * The habits of the Java client: every address is built from an href, values of tasks are strings, enums are in capitals,
 * and a page is found by the offset and limit in the href of the list.
 */
let server: Server
let project: Json
let reads: Json
let app: Json

function java(method: string, url: string, body?: unknown): Promise<Answer> {
  const headers = { 'X-SBG-Auth-Token': server.token, 'Content-Type': 'application/json', Accept: 'application/json' }
  return call(url.startsWith('http') ? url : server.url + url, {
    method,
    headers,
    ...(body === undefined ? {} : { raw: JSON.stringify(body) }),
  })
}

const get = async (url: string) => (await expected(java('GET', url), 200)).body

/** Saves are refused with an empty body, actions unless they are 200. */
async function save(url: string, body: unknown): Promise<Json> {
  const answer = await expected(java('POST', url, body), 200, 201)
  expect(answer.bytes.length).toBeGreaterThan(0)
  return answer.body
}

beforeAll(async () => {
  server = await serve()
  project = await save('/projects', { name: 'Java work' })
  reads = await upload('reads.txt', Buffer.from('some bytes'))
  const raw = await save(`/apps/${project.id}/count/raw`, COUNT)
  app = await get(`/apps/${raw['sbg:id']}`)
})
afterAll(() => server.close())

const begin = (name: string, size: number) =>
  save('/upload/multipart?overwrite=false', { project: project.id, name, size, part_size: 5242880 })

async function sendPart(upload: Json, number: number, bytes: Buffer): Promise<void> {
  const part = await get(`${upload.href}/part/${number}`)
  expect(part).toMatchObject({ report: { success_codes: [200] } })
  expect(Date.parse(String(part.expires))).toBeGreaterThan(Date.now())
  const { headers } = await expected(call(part.url, { method: 'PUT', raw: bytes }), 200)
  const ETag = String(headers.etag).replaceAll('"', '')
  const report = { part_number: number, response: { headers: { ETag } } }
  const answer = await expected(java('POST', `${upload.href}/part`, report), 200)
  expect(answer.bytes).toHaveLength(0)
}

async function upload(name: string, bytes: Buffer): Promise<Json> {
  const begun = await begin(name, bytes.length)
  if (bytes.length > 0) await sendPart(begun, 1, bytes)
  return (await expected(java('POST', `${begun.href}/complete`, {}), 201)).body
}

test('an empty file is an upload without any part', async () => {
  const file = await upload('empty.txt', Buffer.alloc(0))
  expect(file).toMatchObject({ name: 'empty.txt', size: 0 })
  const { url } = await get(`${file.href}/download_info`)
  expect((await expected(call(url), 200)).headers['content-length']).toBe('0')
})

test('a broken upload goes on with the parts that list_parts does not show', async () => {
  const bytes = Buffer.alloc(2 * 5242880 + 7, 'abcdefg')
  const parts = [bytes.subarray(0, 5242880), bytes.subarray(5242880, 2 * 5242880), bytes.subarray(2 * 5242880)]
  const begun = await begin('resumed.bin', bytes.length)
  await sendPart(begun, 2, parts[1]!)
  const found = (await get('/upload/multipart')).items.find(({ upload_id }) => upload_id === begun.upload_id)
  const resumed = await get(`${found!.href}?list_parts=true`)
  expect(resumed).toMatchObject({ href: begun.href, part_size: 5242880, uploaded_parts_count: 1 })
  const done = (resumed.parts as { part_number: number; response: { headers: { ETag: string } } }[]).map(part => {
    expect(part.response.headers.ETag).toMatch(/^[0-9a-f]+$/)
    return part.part_number
  })
  expect(done).toEqual([2])
  for (const number of [3, 1]) {
    expect(await get(begun.href)).not.toHaveProperty('parts')
    await sendPart(begun, number, parts[number - 1]!)
  }
  const file = (await expected(java('POST', `${begun.href}/complete`, {}), 201)).body
  const { url } = await get(`${file.href}/download_info`)
  expect((await expected(call(url), 200)).bytes.equals(bytes)).toBe(true)
  expect(await java('GET', begun.href)).toMatchObject({ status: 404, body: { code: 8003 } })
})

test('metadata are merged by the client and sent whole with the file', async () => {
  const file = await upload('sample.txt', Buffer.from('x'))
  const saved = await expected(java('PATCH', file.href, { name: 'sample.txt', metadata: { sample_id: 'S1' } }), 200)
  expect(saved.body).toMatchObject({ metadata: { sample_id: 'S1' }, storage: { type: 'PLATFORM' } })
  expect(saved.headers).not.toHaveProperty('x-total-matching-query')
})

test('pages are found by the offset and limit in the href of a list', async () => {
  const folder = await save('/files', { name: 'pages', type: 'folder', parent: project.root_folder })
  for (let n = 0; n < 3; n++) await save('/files', { name: `page${n}`, type: 'folder', parent: folder.id })
  const first = await get(`/files?parent=${folder.id}`)
  const query = new URL(first.href).searchParams
  expect([query.get('offset'), query.get('limit'), query.get('parent')]).toEqual(['0', '50', folder.id])
  const names: string[] = []
  let page = await get(`/files?parent=${folder.id}&limit=2`)
  for (;;) {
    names.push(...page.items.map(({ name }) => name))
    const at = new URL(page.href).searchParams
    const [offset, limit] = [Number(at.get('offset')), Number(at.get('limit'))]
    expect(limit).toBe(2)
    const { headers } = await expected(java('GET', page.href), 200)
    if (offset + limit >= Number(headers['x-total-matching-query'])) break
    page = await get(`/files?parent=${folder.id}&limit=${limit}&offset=${offset + limit}`)
  }
  expect(names.sort()).toEqual(['page0', 'page1', 'page2'])
})

const wait = (task: Json) => until(() => get(task.href), hasEnded)

test('a task of strings runs with numbers and booleans; batch=false is no error', async () => {
  const inputs = { reads: { class: 'File', path: reads.id }, threads: '8', sorted: 'true', ratio: '0.5' }
  const draft = await save('/tasks', { name: 'strings', project: project.id, app: app.id, inputs })
  expect(draft).toMatchObject({ errors: [], inputs: { threads: 8, sorted: true, ratio: 0.5 } })
  const started = await expected(java('POST', `${draft.href}/actions/run?batch=false`, {}), 200)
  expect(started.body).toMatchObject({ id: draft.id, batch: false, executed_by: 'admin' })
  const done = await wait(draft)
  expect(done.status).toBe('COMPLETED')
  const { url } = await get(`/files/${(done.outputs.counts as Json).path}/download_info`)
  expect((await expected(call(url), 200)).bytes.toString()).toMatch(/^10\n.*threads 8 sorted ratio 0\.5\n$/)
})

test('action=RUN starts at once; status filters and words are in capitals', async () => {
  const inputs = { reads: { class: 'File', path: reads.id } }
  const body = {
    name: 'now',
    project: project.id,
    app: app.id,
    inputs,
    batch: 'false',
    use_interruptible_instances: 'true',
  }
  const task = await save('/tasks?action=RUN', body)
  expect(task.status).not.toBe('DRAFT')
  expect((await wait(task)).status).toBe('COMPLETED')
  const known = ['DRAFT', 'CREATING', 'QUEUED', 'RUNNING', 'COMPLETED', 'ABORTING', 'ABORTED', 'FAILED']
  const { items } = await get(`/tasks?project=${project.id}&status=COMPLETED&batch=false`)
  expect(items.map(({ id }) => id)).toContain(task.id)
  for (const { status } of items) expect(known).toContain(status)
  expect((await get('/apps?visibility=PUBLIC')).items).toEqual([])
})

test('execution details are asked for without /tasks, and have no date that is null', async () => {
  const inputs = { reads: { class: 'File', path: reads.id } }
  const draft = await save('/tasks', { name: 'details', project: project.id, app: app.id, inputs })
  expect(await get(`/${draft.id}/execution_details`)).toMatchObject({ status: 'DRAFT', jobs: [] })
  await expected(java('POST', `${draft.href}/actions/run?batch=false`), 200)
  await wait(draft)
  const details = await get(`/${draft.id}/execution_details`)
  expect(details).toEqual(await get(`/tasks/${draft.id}/execution_details`))
  for (const timed of [details, ...details.jobs]) {
    for (const key of ['start_time', 'end_time']) expect(Date.parse(String(timed[key]))).toBeGreaterThan(0)
  }
})
