import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Client, Json } from '../support/api.ts'
import { databaseOf } from '../support/database.ts'
import { WholeServer } from '../support/server.ts'
import { CORPUS, type CorpusApp } from './corpus.ts'

let server: WholeServer
let kim: Client
let project: string
let inputs: object

beforeAll(async () => {
  const database = await databaseOf('twice')
  server = await WholeServer.start(database ? { database } : {})
  kim = server.admin
  project = await kim.project('Twice')
  const root = (await kim.get(`/projects/${project}`)).body.root_folder
  const reads = await kim.upload({ project }, 'reads.txt', 'reads')
  await kim.upload({ project }, 'reads.txt.idx', 'index')
  const folder = (await kim.post('/files', { name: 'folder', type: 'folder', parent: root })).body.id
  await kim.upload({ parent: folder }, 'one.txt', 'one')
  await kim.upload({ parent: folder }, 'two.txt', 'two')
  inputs = {
    reads: { class: 'File', path: reads },
    folder: { class: 'Directory', path: folder },
    words: ['a', 'b', 'c'],
  }
})
afterAll(() => server.close())

async function ended(href: string): Promise<Json> {
  for (;;) {
    const { body } = await kim.get(href)
    if (['COMPLETED', 'FAILED', 'ABORTED', 'DRAFT'].includes(body.status)) return body
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

async function reproduced(comparison: string): Promise<unknown> {
  for (;;) {
    const { body } = await kim.get(comparison)
    if (body.state === 'READY') return body.reproduced === true ? true : await differences(body)
    if (body.state !== 'MAKING') return body
  }
}

/** What to look at when it did not. */
async function differences(comparison: Json): Promise<unknown> {
  const { body } = await kim.get((comparison.outputs as unknown as Json).href)
  return { outputs: body.items?.filter(row => row.verdict !== 'identical'), first: comparison.first_divergence }
}

async function twice({ name, document, batch }: CorpusApp, number: number): Promise<unknown> {
  const app = await kim.app(project, `app${number}`, document)
  const ids = Array.isArray(document.inputs) ? ['reads', 'words'] : Object.keys(document.inputs as object)
  const given = Object.fromEntries(Object.entries(inputs).filter(([id]) => ids.includes(id)))
  const body = { project, app, name, inputs: given, ...batch }
  const made = await kim.post('/tasks?action=run', body)
  const origin = await ended(made.body.href)
  if (origin.status !== 'COMPLETED')
    return { status: origin.status, why: origin.execution_status, errors: origin.errors }
  const rerun = await ended((await kim.post(`${origin.href}/actions/clone?action=run`)).body.href)
  if (!batch) return await reproduced(`${rerun.href}/comparison?wait=30`)
  const pairs = (await kim.get(`${rerun.href}/comparison/pairs`)).body.items
  const verdicts = await Promise.all(pairs.map(pair => reproduced(`${pair.href}&wait=30`)))
  return verdicts.every(verdict => verdict === true) && pairs.length === 3 ? true : verdicts
}

test(`${CORPUS.length} apps come out the same in a rerun`, { timeout: 300_000 }, async () => {
  expect(CORPUS.length).toBeGreaterThanOrEqual(60)
  const found = new Map<string, unknown>()
  let next = 0
  const work = async () => {
    while (next < CORPUS.length) {
      const number = next++
      found.set(CORPUS[number]!.name, await twice(CORPUS[number]!, number))
    }
  }
  await Promise.all(Array.from({ length: 6 }, work))
  expect([...found].filter(([, verdict]) => verdict !== true)).toEqual([])
})

test('after a restart too', { timeout: 120_000 }, async () => {
  const some = CORPUS.filter((_, index) => index % 8 === 0 && !CORPUS[index]!.batch)
  const origins = await Promise.all(
    some.map(async ({ document }, number) => {
      const app = await kim.app(project, `again${number}`, document)
      const made = await kim.post('/tasks?action=run', { project, app, name: 'again', inputs })
      return (await ended(made.body.href)).id
    }),
  )
  await server.restart()
  kim = server.admin
  const reruns = await Promise.all(
    origins.map(async id => {
      const rerun = (await kim.post(`/tasks/${id}/actions/clone?action=run`)).body
      return await reproduced(`${(await ended(rerun.href)).href}/comparison?wait=30`)
    }),
  )
  expect(reruns).toEqual(some.map(() => true))
})
