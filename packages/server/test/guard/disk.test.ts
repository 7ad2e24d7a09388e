import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import { type Server, startServer } from '../../src/serve.ts'
import { diskOf } from '../../src/storage/disk-space.ts'
import { createToken, createUser } from '../../src/users/accounts.ts'
import { Client, type Json, send } from '../support/api.ts'
import { smallDisk } from '../support/small-disk.ts'

const MIB = 2 ** 20
const disk = await smallDisk(192, 'file')

describe.skipIf(!disk)('a disk that jobs fill', () => {
  const folder = disk?.folder ?? ''
  let server: Server
  let kim: Client
  let lee: Client
  let project: string
  let calm: { project: string; task: string }

  beforeAll(async () => {
    const database = await openDatabase(folder)
    const tokens: string[] = []
    for (const username of ['kim', 'lee']) {
      await createUser(database, { username })
      tokens.push((await createToken(database, username)).token)
    }
    await database.close()
    server = await startServer({ data: folder, port: 0, isolation: 'sandbox' })
    ;[kim, lee] = tokens.map(token => new Client(server.url, token)) as [Client, Client]
    project = await kim.project('Hostile')
    const own = await lee.project('Calm')
    const app = await lee.app(own, 'greet', TOOL('echo hello > out; true'))
    calm = { project: own, task: (await lee.post('/tasks', { project: own, app, name: 'greet', inputs: {} })).body.id }
  })
  afterAll(async () => {
    await server.close()
    await disk?.remove()
  })

  /** Small calls of another user, one after the other, until it is told to stop; gives those that were not well. */
  function others(): () => Promise<{ slowest: number; bad: unknown[] }> {
    let stopped = false
    const calls = [
      () => lee.get('/projects'),
      () => lee.get(`/tasks/${calm.task}`),
      () => lee.post(`/tasks/${calm.task}/actions/clone`),
    ]
    const work = async () => {
      const result: { slowest: number; bad: unknown[] } = { slowest: 0, bad: [] }
      while (!stopped) {
        for (const call of calls) {
          const began = performance.now()
          const answer = await call()
          result.slowest = Math.max(result.slowest, performance.now() - began)
          if (answer.status >= 300) result.bad.push([answer.status, answer.text])
        }
      }
      return result
    }
    const done = work()
    return () => {
      stopped = true
      return done
    }
  }

  /** What a task left in its work folder is removed when it has ended. */
  const freed = (room: number) => expect.poll(async () => (await diskOf(folder)).room).toBeGreaterThan(room)

  async function run(client: Client, place: string, tool: object): Promise<Json> {
    const app = await client.app(place, `tool-${++apps}`, tool)
    const { body } = await client.post('/tasks?action=run', { project: place, app, name: 'task', inputs: {} })
    return await ended(client, body.href)
  }

  test.each([
    ['one growing file', 'yes > big; sleep 1000'],
    ['many small files', 'x=$(head -c 16384 /dev/zero | tr "\\0" x); i=0; while :; do i=$((i+1)); echo $x > f$i; done'],
    ['a file in /tmp', 'yes > /tmp/big; sleep 1000'],
    ['its standard error', 'yes >&2; sleep 1000'],
    ['a file without a name', 'exec 3> gone; rm gone; yes >&3; sleep 1000'],
    ['an output, and a good end', 'cat /dev/zero > out; cat /dev/zero > two; true'],
  ])(
    '%s: the job is ended, and nobody else notices',
    async (_, script) => {
      const stop = others()
      const task = await run(kim, project, TOOL(`(${script}); true`))
      const { slowest, bad } = await stop()
      console.log(`slowest call of another user: ${Math.round(slowest)} ms`)
      expect(task.status).toBe('FAILED')
      expect(messageOf(task)).toMatch(/used \d+\.\d MiB of the disk, of which only the reserve is left/)
      expect(bad).toEqual([])
      expect(slowest).toBeLessThan(2000)
      await freed(100 * MIB)
      expect((await run(lee, calm.project, TOOL('echo hello > out'))).status).toBe('COMPLETED')
    },
    60_000,
  )

  test('a sparse file under nine names takes nothing, one with bytes is taken once', async () => {
    // the ballast may be made anew meanwhile
    const before = (await diskOf(folder)).room
    const nine = (make: string) => `mkdir d; ${make} d/1; for n in 2 3 4 5 6 7 8 9; do ln d/1 d/$n; done`
    const listed = { class: 'CommandLineTool', outputs: { out: { type: 'Directory', outputBinding: { glob: 'd' } } } }
    const sparse = await run(kim, project, { ...TOOL(nine('truncate -s 100M')), ...listed })
    expect([sparse.status, messageOf(sparse)]).toEqual(['COMPLETED', 'Completed'])
    await freed(before - 20 * MIB)
    const full = await run(kim, project, { ...TOOL(nine('head -c 40M /dev/urandom >')), ...listed })
    expect([full.status, messageOf(full)]).toEqual(['COMPLETED', 'Completed'])
    await freed(before - 65 * MIB)
  }, 60_000)

  test('uploads that come together leave the reserve alone, and are refused with the reason', async () => {
    const { room } = await diskOf(folder)
    await writeFile(join(folder, 'filler'), Buffer.alloc(room - 12 * MIB, 'x'))
    const stop = others()
    const put = async (name: string) => {
      const begun = { project, name, size: 8 * MIB, part_size: 8 * MIB }
      const upload = (await kim.post('/upload/multipart', begun)).body
      const { url } = (await kim.get(`${upload.href}/part/1`)).body
      const { status, body } = await send(url, { method: 'PUT', raw: words(8 * MIB) })
      return { status, code: body.code, upload: upload.href }
    }
    const sent = await Promise.all(['part-a', 'part-b', 'part-c'].map(name => put(name)))
    expect((await stop()).bad).toEqual([])
    expect((await diskOf(folder)).room).toBeGreaterThan(0)
    expect(sent.filter(({ status, code }) => status === 400 && code === 8008).length).toBeGreaterThanOrEqual(2)
    for (const { upload } of sent) expect((await kim.delete(upload)).status).toBe(204)
    expect((await put('part-d')).status).toBe(200)
    await rm(join(folder, 'filler'))
  }, 60_000)
})

let apps = 0

const words = (size: number) => Buffer.alloc(size, 'words ')

const TOOL = (script: string) => ({
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  requirements: { ShellCommandRequirement: {} },
  baseCommand: ['sh', '-c', script],
  inputs: {},
  outputs: { out: { type: 'File?', outputBinding: { glob: 'out' } } },
})

const messageOf = (task: Json) => (task.execution_status as Json).message

async function ended(client: Client, href: string): Promise<Json> {
  for (;;) {
    const { body } = await client.get(href)
    if (['COMPLETED', 'FAILED', 'ABORTED'].includes(body.status)) return body
  }
}
