import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openPostgres } from '../../../server/src/database/postgres/open.ts'
import { createUser } from '../../../server/src/users/accounts.ts'
import { Client } from '../../../server/test/support/api.ts'
import { databaseOf } from '../../../server/test/support/database.ts'

const REPRISE = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

let folder: string
let url: string
let children: ChildProcess[]

beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'reprise-shared-'))
  url = (await databaseOf(folder))!
  children = []
})

afterEach(async () => {
  for (const child of children) await end(child, 'SIGKILL')
  await fs.rm(folder, { recursive: true })
})

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}

function start(...words: string[]): ChildProcess {
  const child = spawn(process.execPath, [...process.execArgv, REPRISE, ...words, '--data', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  return child
}

async function reprise(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = start(...words)
  const texts = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]!.on('data', data => {
      texts[stream] += data
    })
  }
  const [code] = await once(child, 'close')
  return { code, ...texts }
}

/** Waits until the command says what it says when it is ready. */
async function ready(child: ChildProcess, said: RegExp): Promise<string> {
  let errors = ''
  child.stderr!.on('data', data => {
    errors += data
  })
  for await (const line of createInterface({ input: child.stdout! })) {
    const [found] = said.exec(line) ?? []
    if (found) {
      child.stdout!.resume()
      return found
    }
  }
  throw new Error(`it did not start: ${errors}`)
}

const serve = (...words: string[]) =>
  ready(start('serve', '--port', '0', '--isolation', 'none', ...words), /http:\/\/\S+\/v2/)
const ended = async (client: Client, task: string) => {
  for (;;) {
    const { status } = (await client.get(`/tasks/${task}`)).body
    if (['COMPLETED', 'FAILED', 'ABORTED'].includes(status)) return status
    await pause(50)
  }
}

const TOOL = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  inputs: { text: { type: 'string', inputBinding: {} } },
  outputs: { out: 'stdout' },
  stdout: 'out.txt',
  baseCommand: ['sh', '-c'],
  arguments: ['echo $0; [ "$0" != long ] || sleep 1000'],
}

test('two servers without a worker and a worker: one database, one data folder', async () => {
  const database = ['--database', url]
  const [one, two] = await Promise.all([serve('--no-worker', ...database), serve('--no-worker', ...database)])
  await ready(start('worker', '--isolation', 'none', ...database), /Reprise works/)
  const token = (await reprise('user', 'add', 'kim', ...database)).stdout.trim()
  const [here, there] = [new Client(one!, token), new Client(two!, token)]

  const project = await here.project('Shared')
  expect((await there.get(`/projects/${project}`)).body.name).toBe('Shared')
  const folders = await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      (index % 2 ? here : there).post('/files', { project, name: 'folder', type: 'folder' }),
    ),
  )
  expect(folders.map(answer => answer.status).sort()).toEqual([201, 409, 409, 409, 409, 409])
  const names = await Promise.all(
    Array.from({ length: 6 }, (_, index) => (index % 2 ? here : there).project('Same name')),
  )
  expect(new Set(names).size).toBe(6)

  const bytes = Buffer.from('x'.repeat(10_000))
  const upload = (await here.post('/upload/multipart', { project, name: 'reads', size: bytes.length })).body
  await here.part(upload.href, 1, bytes)
  const file = await there.post(`${upload.href.replace(one!, '')}/complete`)
  expect(file.status).toBe(201)
  const download = (await here.get(`/files/${file.body.id}/download_info`)).body
  expect(Buffer.from(await (await fetch(download.url)).arrayBuffer()).equals(bytes)).toBe(true)

  const app = await here.app(project, 'app', TOOL)
  const run = async (client: Client, text: string) =>
    (await client.post('/tasks?action=run', { project, app, inputs: { text } })).body.id
  const [short, long] = [await run(here, 'short'), await run(there, 'long')]
  expect(await ended(there, short)).toBe('COMPLETED')
  expect((await here.post(`/tasks/${long}/actions/abort`)).status).toBe(200)
  expect(await ended(here, long)).toBe('ABORTED')
})

test('rows are moved from SQLite, and the server goes on with them; the file stays as it was', async () => {
  const first = await serve()
  const token = (await reprise('user', 'add', 'kim')).stdout.trim()
  const kim = new Client(first, token)
  const project = await kim.project('Moved')
  const file = await kim.upload({ project }, 'reads.txt', 'x'.repeat(5000))
  await kim.patch(`/files/${file}/metadata`, { sample: 'ä\u{1f600}' })
  const app = await kim.app(project, 'app', TOOL)
  const task = (await kim.post('/tasks?action=run', { project, app, inputs: { text: 'short' } })).body.id
  expect(await ended(kim, task)).toBe('COMPLETED')
  const before = await Promise.all([`/files/${file}`, `/tasks/${task}`].map(kim.get))

  const busy = await reprise('database', 'move', '--to', url)
  expect(busy).toMatchObject({ code: 1, stderr: expect.stringContaining('is in use by another server') })
  await end(children[0]!, 'SIGTERM')
  const early = await reprise('serve', '--port', '0', '--database', url)
  expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('reprise database move') })
  const hash = async () =>
    createHash('sha256')
      .update(await fs.readFile(join(folder, 'reprise.sqlite')))
      .digest('hex')
  const sqlite = await hash()

  const moved = await reprise('database', 'move', '--to', url)
  expect(moved.stderr).toContain('tasks: 1 rows')
  expect(moved).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+ rows were moved and counted/) })
  expect(await hash()).toBe(sqlite)
  const again = await reprise('database', 'move', '--to', url)
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('are in PostgreSQL') })
  const old = await reprise('serve', '--port', '0')
  expect(old).toMatchObject({ code: 1, stderr: expect.stringContaining('--database') })

  const client = new Client(await serve('--database', url), token)
  const after = await Promise.all([`/files/${file}`, `/tasks/${task}`].map(client.get))
  for (const [index, answer] of after.entries()) {
    expect(answer.text).toBe(before[index]!.text.replaceAll(first, client.base))
  }
  const rerun = (await client.post(`/tasks/${task}/actions/clone?action=run`)).body.id
  expect(await ended(client, rerun)).toBe('COMPLETED')
})

test('a move that was broken off is done anew; a database with rows is refused', async () => {
  await ready(start('serve', '--port', '0', '--isolation', 'none'), /v2/)
  await end(children[0]!, 'SIGTERM')
  const filled = (await databaseOf(`${folder}/filled`))!
  const database = await openPostgres({ url: filled })
  await createUser(database, { username: 'lee' })
  await database.close()
  expect(await reprise('database', 'move', '--to', filled)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('not empty: users has rows'),
  })

  const broken = start('database', 'move', '--to', url)
  await once(broken.stderr!, 'data')
  await end(broken, 'SIGKILL')
  const moved = await reprise('database', 'move', '--to', url)
  expect(moved).toMatchObject({ code: 0, stdout: expect.stringContaining('rows were moved and counted') })
})
