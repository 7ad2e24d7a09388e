/**
 * Makes a fixture of old rows out of the present code: `bin/node packages/server/test/old/make.ts NAME`. One that is there is never
 * made again: it says what data folders of that time look like. PostgreSQL's rows are beside the folder, as SQL.
 */
import { execFileSync } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CarefulClient } from '../cuts/client.ts'
import { Server } from '../cuts/server.ts'
import { ended, PROJECT, parts, prepare, run, SCENES } from '../cuts/world.ts'
import { makePostgres, postgresPrograms } from '../support/postgres.ts'

/** the same everywhere: jobs without isolation have it in their command lines */
const PLACE = '/tmp/reprise-old'

async function fill(data: string, database?: string): Promise<void> {
  const server = new Server({ serve: { data, port: 0, isolation: 'none', ...(database ? { database } : {}) } })
  await server.url()
  const token = (await readFile(join(data, 'admin-token'), 'utf8')).trim()
  const client = new CarefulClient(() => server.url(), token, 'old')
  await prepare(client)
  for (const scene of ['run', 'fail', 'batch', 'abort', 'upload']) await SCENES[scene]!(client)
  const folder = await client.post('/files', { project: PROJECT, name: 'folder', type: 'folder' })
  const [file] = (await client.get(`/files?project=${PROJECT}&name=a.txt`)).items
  await client.post(`/files/${file!.id}/actions/copy`, { parent: folder.id, name: 'inside.txt' })
  await client.post('/tasks', { project: PROJECT, app: `${PROJECT}/sleeping`, name: 'draft', inputs: { text: 'x' } })
  const copying = await run(client, 'copying', { inputs: { file: { class: 'File', path: file!.id } } })
  await ended(client, copying, 'COMPLETED')
  const size = 5 * 2 ** 20
  const upload = await client.post('/upload/multipart', {
    project: PROJECT,
    name: 'under way',
    size: size + 3,
    part_size: size,
  })
  await parts(client, upload.href, Buffer.alloc(size, 'way'), size)
  await server.stop()
  for (const name of ['ballast', 'cache', 'work']) await rm(join(data, name), { recursive: true, force: true })
}

const name = process.argv[2] ?? ''
const target = fileURLToPath(new URL(`../fixtures/old/${name}`, import.meta.url))
await mkdir(target, { recursive: true })
const pack = (kind: string) => execFileSync('tar', ['-czf', join(target, `${kind}.tar.gz`), '-C', PLACE, '.'])

await rm(PLACE, { recursive: true, force: true })
await fill(join(PLACE, 'data'))
pack('sqlite')
await rm(PLACE, { recursive: true, force: true })
const postgres = await makePostgres()
try {
  await mkdir(PLACE)
  await fill(join(PLACE, 'data'), postgres.url('postgres'))
  const dump = ['--no-owner', '--inserts', '-f', join(PLACE, 'rows.sql'), postgres.url('postgres')]
  execFileSync(join(postgresPrograms()!, 'pg_dump'), dump)
  pack('postgres')
} finally {
  await postgres.remove()
  await rm(PLACE, { recursive: true, force: true })
}
