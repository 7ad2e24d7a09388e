import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, expected } from './call.ts'
import { Client } from './client.ts'
import type { Json } from './exchange.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** Files on their way: copied and moved one by one, and many by one call, as each client asks for it. */
let server: Server
let kim: Client
let lee: Client
let name: string
let project: Json
let other: Json
let folder: Json

beforeAll(async () => {
  server = await serve()
  kim = new Client(server)
  lee = new Client(server, await server.addUser('lee'))
  name = String((await lee.get('/user')).username)
  project = await kim.post('/projects', { name: 'From' })
  other = await kim.post('/projects', { name: 'To' })
  folder = await kim.post('/files', { name: 'folder', type: 'folder', project: project.id })
})
afterAll(() => server.close())

let count = 0
async function fresh(text = 'bytes'): Promise<Json> {
  const made = await kim.upload(project.root_folder, `file${++count}.txt`, text)
  await kim.patch(made.href, { metadata: { sample_id: 'S1' }, tags: ['wgs'] })
  return kim.get(made.href)
}

const textOf = async ({ href }: Json) => (await call((await kim.get(`${href}/download_info`)).url)).bytes.toString()
const copy = (source: Json, body: object) => kim.ask('POST', `/files/${source.id}/actions/copy`, body)
const move = (source: Json, body: object) => kim.ask('POST', `/files/${source.id}/actions/move`, body)

test('Python copies to a project: a file of its own, with metadata, tags and bytes', async () => {
  const source = await fresh('abc')
  const made = (await expected(copy(source, { project: other.id }), 200, 201)).body
  expect(made).toMatchObject({
    name: source.name,
    project: other.id,
    parent: other.root_folder,
    type: 'file',
    size: 3,
    metadata: { sample_id: 'S1' },
    tags: ['wgs'],
  })
  expect(made.id).not.toBe(source.id)
  await kim.delete(source.href)
  expect(await textOf(made)).toBe('abc')
})

test('R copies with a null for the name, Java with the name; a folder wins over a project', async () => {
  const source = await fresh()
  const named = (await expected(copy(source, { project: other.id, name: 'named.txt' }), 200, 201)).body
  expect(named).toMatchObject({ name: 'named.txt', project: other.id })
  const inside = (await expected(copy(source, { parent: folder.id, name: null }), 200, 201)).body
  expect(inside).toMatchObject({ name: source.name, parent: folder.id, project: project.id })
  const both = (await expected(copy(source, { project: other.id, parent: folder.id, name: 'both.txt' }), 200, 201)).body
  expect(both).toMatchObject({ name: 'both.txt', parent: folder.id })
})

test('a copy to where its name is taken takes another one, or is refused; nothing is replaced', async () => {
  const source = await fresh()
  const answer = await copy(source, { project: project.id })
  if (answer.status === 409) expect(answer.body.code).toBe(5003)
  else expect(answer.body.name).toMatch(/^_\d+_/)
  expect(await kim.get(source.href)).toEqual(source)
})

test('a file is moved in its project and stays the same file', async () => {
  const source = await fresh()
  const moved = (await expected(move(source, { parent: folder.id }), 200)).body
  expect(moved).toMatchObject({ id: source.id, parent: folder.id, name: source.name, metadata: source.metadata })
  const back = (await expected(move(source, { parent: project.root_folder, name: 'back.txt' }), 200)).body
  expect(back).toMatchObject({ id: source.id, parent: project.root_folder, name: 'back.txt' })
  expect((await kim.get(`/files?parent=${folder.id}&name=${source.name}`)).items).toEqual([])
})

test('what can not be copied or moved so is told', async () => {
  const source = await fresh()
  await refused(copy(folder, { project: other.id }), 400, 5018)
  await refused(move(source, { parent: other.root_folder }), 400, 5015)
  await refused(move(source, { parent: 'f'.repeat(24) }), 404, 5026)
  await refused(copy(source, { parent: 'f'.repeat(24) }), 404, 5026)
  await refused(copy(source, { parent: source.id }), 400, 5022)
  await refused(move(source, {}), 400, 5029, /parent/)
  await refused(copy(source, {}), 400, 5029, /project|parent/)
  await refused(copy(source, { parent: folder.id, name: 'a/b' }), 400, 5024, /name/)
  await refused(copy({ ...source, id: 'f'.repeat(24) }, { project: other.id }), 404, 5002)
  await refused(copy(source, { project: 'nobody/nothing' }), 404, 3002)
})

test('copying needs the copy permission at the source, moving the write permission', async () => {
  const source = await fresh()
  const own = await lee.post('/projects', { name: 'Own' })
  await refused(lee.ask('POST', `${source.href}/actions/copy`, { project: own.id }), 404, 5002)
  await kim.post(`/projects/${project.id}/members`, { username: name, permissions: { read: true } })
  await refused(lee.ask('POST', `${source.href}/actions/copy`, { project: own.id }), 403, 5014)
  await refused(lee.ask('POST', `${source.href}/actions/move`, { parent: folder.id }), 403, 5032)
  await kim.patch(`/projects/${project.id}/members/${name}/permissions`, { copy: true })
  const made = (await expected(lee.ask('POST', `${source.href}/actions/copy`, { project: own.id }), 200, 201)).body
  expect(made.project).toBe(own.id)
  await kim.delete(`/projects/${project.id}/members/${name}`)
})

test('many are copied by one call, whose answer is a map by their ids and nothing else', async () => {
  const [one, two] = [await fresh('1'), await fresh('2')]
  await kim.upload(other.root_folder, one.name, 'taken')
  const body = { project: other.id, file_ids: [one.id, two.id, 'f'.repeat(24)] }
  const answer = await expected(kim.ask('POST', '/action/files/copy?limit=50&offset=0&fields=_all', body), 200, 201)
  expect(answer.headers).not.toHaveProperty('x-total-matching-query')
  expect(Object.keys(answer.body).sort()).toEqual([...body.file_ids].sort())
  const made = answer.body as unknown as { [id: string]: Json }
  expect(made[one.id]).toMatchObject({ status: 'OK', new_file_name: `_1_${one.name}` })
  expect(made[two.id]).toMatchObject({ status: 'OK', new_file_name: two.name })
  expect(made['f'.repeat(24)]!.status).not.toBe('OK')
  const id = String(made[two.id]!.new_file_id)
  expect(await textOf({ ...two, href: `/files/${id}` })).toBe('2')
})
