import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Server, startServer } from '../../src/serve.ts'
import { CORPUS } from '../rerun/corpus.ts'
import { again, prepareBench, runApp, someAtATime } from '../rerun/twice.ts'
import { Client } from '../support/api.ts'
import { databaseOf } from '../support/database.ts'

let folder: string
const servers = new Set<Server>()

/** One of several on the same folder and rows. */
async function start(): Promise<{ server: Server; kim: Client }> {
  const database = await databaseOf('twice')
  const server = await startServer({ data: folder, port: 0, isolation: 'sandbox', ...(database ? { database } : {}) })
  servers.add(server)
  return { server, kim: new Client(server.url, (await readFile(join(folder, 'admin-token'), 'utf8')).trim()) }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-twice-'))
})
afterAll(async () => {
  for (const server of servers) await server.close()
  await rm(folder, { recursive: true, force: true })
})

test('what one worker ran comes out the same where another one runs it again', { timeout: 120_000 }, async () => {
  const { server, kim } = await start()
  const bench = await prepareBench(kim)
  const some = CORPUS.filter((_, index) => index % 6 === 0)
  const origins = await someAtATime(some, (app, number) => runApp(kim, bench, `app${number}`, app))
  // it is there before the first one goes
  const other = await start()
  await server.close()
  servers.delete(server)
  expect(await Promise.all(origins.map(origin => again(other.kim, origin)))).toEqual(some.map(() => true))
})
