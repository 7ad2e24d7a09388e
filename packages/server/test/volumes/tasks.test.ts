import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Json, send } from '../support/api.ts'
import { AllowedFolder } from '../support/folder.ts'
import { COUNTING, WholeServer } from '../support/server.ts'
import { exported, imported } from '../support/transfers.ts'

let server: WholeServer
let allowed: AllowedFolder
let project: string
let app: string

beforeAll(async () => {
  allowed = await AllowedFolder.make()
  // as much as two of the large files
  server = await WholeServer.start({ volumes: { allowPaths: [allowed.path], volumeCache: 250_000 } })
  project = await server.admin.project('Volumes')
  app = await server.admin.app(project, 'count', COUNTING)
})
afterAll(async () => {
  await server.close()
  await allowed.remove()
})

const alias = async (volume: string, location: string) => {
  const body = { source: { volume, location }, destination: { project }, autorename: true }
  return (await imported(server.admin, body)).result as Json
}
const run = (...files: string[]) => server.run(project, app, { files: files.map(path => ({ class: 'File', path })) })
const output = async (task: Json) => {
  const { path } = (task.outputs as { counted: { path: string } }).counted
  return (await send((await server.admin.get(`/files/${path}/download_info`)).body.url)).text
}
const copies = async () => (await readdir(join(server.folder, 'volume-cache'))).filter(name => name !== 'pins')

test('a task takes files of a volume as its inputs, beside others', async () => {
  const { id } = await allowed.volume(server.admin, { 'a.txt': 'on the volume\n', 'empty.txt': '' })
  const [first, empty] = [await alias(id, 'a.txt'), await alias(id, 'empty.txt')]
  const here = await server.admin.upload({ project }, 'here.txt', 'here')
  const task = await run(first.id, empty.id, here)
  expect(task.status).toBe('COMPLETED')
  expect(await output(task)).toBe('on the volume\n18\n'.replace('18', String('here'.length)))
})

test('a file that was exported runs as before, and its copy is kept for the next task', async () => {
  const { id } = await allowed.volume(server.admin)
  const file = await server.admin.upload({ project }, 'exported.txt', 'x'.repeat(10_000))
  await exported(server.admin, { source: { file }, destination: { volume: id, location: 'exported.txt' } })
  const before = await copies()
  const task = await run(file, file)
  expect(task.status).toBe('COMPLETED')
  const [copy, ...others] = (await copies()).filter(name => !before.includes(name))
  expect(others).toEqual([])
  const path = join(server.folder, 'volume-cache', copy!)
  const { ino, mode, mtimeMs } = await stat(path)
  expect([mode & 0o777, mtimeMs]).toEqual([0o444, Date.UTC(1980, 0, 1)])
  expect((await run(file)).status).toBe('COMPLETED')
  expect((await stat(path)).ino).toBe(ino)
})

test('the cache keeps to its bound: what was used longest ago goes, and too much at once is told', async () => {
  const large = Object.fromEntries(['1', '2', '3', '4'].map(name => [`${name}.txt`, name.repeat(100_000)]))
  const { id } = await allowed.volume(server.admin, large)
  const [one, two, three] = [await alias(id, '1.txt'), await alias(id, '2.txt'), await alias(id, '3.txt')]
  for (const file of [one, two, three]) expect((await run(file.id)).status).toBe('COMPLETED')
  const sizes = await Promise.all(
    (await copies()).map(async name => (await stat(join(server.folder, 'volume-cache', name))).size),
  )
  expect(sizes.reduce((a, b) => a + b)).toBeLessThanOrEqual(250_000)
  const task = await run(one.id, two.id, three.id)
  expect(task.status).toBe('FAILED')
  expect(JSON.stringify(task)).toContain('--volume-cache')
})

test('an input that changed, or whose volume is asleep, fails the task and says so', async () => {
  const { id, path, href } = await allowed.volume(server.admin, { 'a.txt': 'before', 'b.txt': 'x' })
  const [changed, asleep] = [await alias(id, 'a.txt'), await alias(id, 'b.txt')]
  await writeFile(join(path, 'a.txt'), 'after!')
  const first = await run(changed.id)
  expect(first.status).toBe('FAILED')
  expect(JSON.stringify(first)).toContain('is not the file any more')
  await server.admin.patch(href, { active: false })
  const second = await run(asleep.id)
  expect(second.status).toBe('FAILED')
  expect(JSON.stringify(second)).toContain('is not active')
})
