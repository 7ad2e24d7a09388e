import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { requestSchema } from '../../src/http/openapi/schemas.ts'
import { routes } from '../../src/http/routes/index.ts'
import { type Api, type Client, startApi } from '../support/api.ts'

/** What names an object by its id, wherever it stands in a query or a body. A name that is in neither list fails. */
const IDS = new Set([
  ...[
    'app',
    'apps',
    'batch_group',
    'billing_group',
    'dataset',
    'division',
    'export_ids',
    'file',
    'file_id',
    'file_ids',
  ],
  ...['id', 'import_ids', 'invoice_id', 'origin.task', 'origin_id', 'parent', 'project', 'project_owner', 'projects'],
  ...['task_ids', 'username', 'volume', 'volume_id', 'with'],
])

/** What is a text of its own, in which a slash at the end may mean something. */
const TEXTS = new Set([
  ...['ETag', '_method', 'access_mode', 'action', 'automation', 'category', 'chromosome', 'conflict_resolution'],
  ...['cont_token', 'continuation_token', 'criteria', 'date_from', 'date_to', 'description', 'drs_uri', 'email'],
  ...['batch_input', 'created_from', 'created_to', 'ended_from', 'ended_to', 'expires', 'fields', 'instance_type'],
  ...['location', 'main_location', 'main_location_alias', 'md5', 'name', 'order', 'order_by', 'prefix', 'q', 'query'],
  ...['referrer', 'retention', 'role', 'signature', 'started_from', 'started_to', 'state', 'status', 'strategy', 'tag'],
  ...['tags', 'text', 'token', 'type', 'user', 'verdict', 'visibility', 'path', 'decision', 'plan', 'reason'],
])

type Schema = { [keyword: string]: unknown; properties?: { [name: string]: Schema } }
type Path = (string | 0)[]

/** Every place of a schema where a string may stand, with the last name on the way to it. */
function* places(schema: Schema, path: Path = []): Generator<{ path: Path; name: string | undefined }> {
  const name = path.findLast(step => typeof step === 'string')
  if (schema.type === 'string') yield { path, name }
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    for (const other of (schema[key] as Schema[] | undefined) ?? []) yield* places(other, path)
  }
  if (schema.items) yield* places(schema.items as Schema, [...path, 0])
  for (const [key, inner] of Object.entries(schema.properties ?? {})) yield* places(inner, [...path, key])
}

function at(path: Path, value: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return value
  return step === 0 ? [at(rest, value)] : { [step]: at(rest, value) }
}

function read(path: Path, value: unknown): unknown {
  return path.reduce<unknown>((inner, step) => (inner as { [step: string]: unknown })?.[step], value)
}

const parts = routes.flatMap(({ route, schemas }) =>
  (['query', 'body'] as const).flatMap(part => {
    const schema = schemas[part]
    if (!schema) return []
    return [...places(requestSchema(schema) as Schema)].map(place => ({
      ...place,
      schema,
      of: `${route.call} ${part}`,
    }))
  }),
)

test('every text of a query or a body is either an id or known to be none', () => {
  const strange = parts.filter(({ name, path }) => path.length > 0 && name && !IDS.has(name) && !TEXTS.has(name))
  expect(strange.map(({ of, path }) => `${of}: ${path.join('.')}`)).toEqual([])
})

/** A bare list is one of ids, but for that of tags. */
const ids = parts.filter(({ name, path, of }) =>
  name === undefined ? path.length > 0 && of !== 'files.replaceTags body' : IDS.has(name),
)

test('there are many places of ids', () => expect(ids.length).toBeGreaterThan(60))

/** What a schema needs beside the id. */
const NEEDED: { [of: string]: object } = {
  'files.resolveOrigins body': { type: 'dataset', dataset: 'kim/data', items: [{ id: 'x' }] },
}

describe.each(ids)('$of $path', ({ schema, path, of }) => {
  test.each(['kim/rna/', 'kim/rna//'])('reads %s without the slash', given => {
    const sent = at(path, given)
    const parsed = (schema as z.ZodType).safeParse(of in NEEDED ? Object.assign({}, NEEDED[of], sent) : sent)
    expect(parsed.success && read(path, parsed.data)).toBe('kim/rna')
  })
})

let api: Api
let kim: Client
beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
})
afterAll(() => api.close())

test('whole calls: what ids with a slash at their end name is found', async () => {
  const project = await kim.project('RNA')
  const other = await kim.project('Other')
  const app = await kim.app(project, 'count', {
    cwlVersion: 'v1.2',
    class: 'CommandLineTool',
    baseCommand: 'true',
    inputs: { reads: 'File', folder: 'Directory?' },
    outputs: {},
  })
  const file = await kim.upload({ project: `${project}/` }, 'reads.txt', 'reads')
  const folder = (await kim.post('/files', { name: 'sub', type: 'folder', project: `${project}/` })).body.id
  expect((await kim.post('/files', { name: 'sub', type: 'folder', parent: `${folder}/` })).status).toBe(201)
  const inputs = { reads: { class: 'File', path: `${file}/` }, folder: { class: 'Directory', path: `${folder}/` } }
  const made = await kim.post('/tasks', { project: `${project}/`, app: `${app}/`, name: 'task', inputs })
  expect([made.status, made.body.errors]).toEqual([201, []])
  expect(made.body.inputs.reads).toMatchObject({ class: 'File', path: file })
  const bare = await kim.post('/tasks', {
    project,
    app: `${app.replace(/\/\d+$/, '')}/`,
    inputs: { reads: `${file}/` },
  })
  expect([bare.status, bare.body.errors]).toEqual([201, []])
  const queries = [`/tasks?project=${project}/`, `/files?project=${project}/`, `/files?parent=${folder}/`]
  const counts = [...queries, `/apps?project=${project}/`, `/apps?id=${app}/`].map(async path => {
    const { status, headers } = await kim.get(path)
    return [status, Number(headers['x-total-matching-query'])]
  })
  expect(await Promise.all(counts)).toEqual([
    [200, 2],
    [200, 2],
    [200, 1],
    [200, 1],
    [200, 1],
  ])
  expect((await kim.post(`/files/${file}/actions/copy`, { project: `${other}/` })).status).toBe(201)
  expect((await kim.post(`/apps/${app}/actions/copy`, { project: `${other}/` })).status).toBe(201)
  expect((await kim.post('/bulk/files/get', { file_ids: [`${file}/`] })).body.items).toMatchObject([
    { resource: { id: file } },
  ])
  expect((await kim.post('/action/files/get_ids', [`${project}/sub/`])).body).toEqual([folder])
  const found = await kim.post('/files/search', { query: `IN "${project}/" WHERE type = "FILE"` })
  expect(found.body).toMatchObject({ count: 1 })
})
