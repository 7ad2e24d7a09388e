/**
 * Apps that must come out the same in a rerun: in the sandbox, or in what ISOLATION says (`make twice`). Images are had where an engine
 * can be started.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RealEngine, startEngine } from '../../../runner/test/engines.ts'
import type { Client } from '../support/api.ts'
import { databaseOf } from '../support/database.ts'
import { WholeServer } from '../support/server.ts'
import { CORPUS, type CorpusApp } from './corpus.ts'
import { again, type Bench, inImage, prepareBench, runApp, someAtATime, twice } from './twice.ts'

const isolation = (process.env.ISOLATION ?? 'sandbox') as 'sandbox' | 'podman' | 'docker' | 'none'
const engine = isolation === 'podman' || isolation === 'docker' ? await startEngine(isolation) : undefined

let server: WholeServer
let kim: Client
let bench: Bench
let apps: readonly CorpusApp[] = CORPUS
/** Milliseconds: containers take their time. */
const timeout = isolation === 'sandbox' ? 300_000 : 900_000

/** Where jobs are not isolated the paths of inputs and outputs are others in each run; these apps tell them. */
const SEES_PATHS =
  /^(inputs|location|listing|file) as (text|variable)$| as evaluated$|^(draft-2( script)?|folder|staged|surroundings|written as output)$/

beforeAll(async () => {
  if (typeof engine === 'string') throw new Error(engine)
  if (isolation === 'none') apps = CORPUS.filter(app => !SEES_PATHS.test(app.name))
  if (engine) apps = CORPUS.map(app => inImage(app, engine.image))
  const database = await databaseOf('twice')
  server = await WholeServer.start({ isolation, ...(database ? { database } : {}) })
  kim = server.admin
  bench = await prepareBench(kim)
})
afterAll(async () => {
  await server?.close()
  await (engine as RealEngine | undefined)?.stop()
})

test('the apps of the corpus come out the same in a rerun', { timeout }, async () => {
  expect(CORPUS.length).toBeGreaterThanOrEqual(60)
  expect([...(await twice(kim, bench, apps, 'app'))]).toEqual([])
})

test('after a restart too', { timeout }, async () => {
  const some = apps.filter((_, index) => index % 8 === 0)
  const origins = await someAtATime(some, (app, number) => runApp(kim, bench, `again${number}`, app))
  await server.restart()
  kim = server.admin
  expect(await Promise.all(origins.map(origin => again(kim, origin)))).toEqual(some.map(() => true))
})
