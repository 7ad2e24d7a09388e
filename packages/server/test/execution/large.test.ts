/**
 * Very many files, which nobody else may have to wait for: a task whose one job leaves FILES of them, its end, and the deletion of its
 * project, while a task of another project is cloned again and again. Here some thousands; `make large` does it with 100,000.
 * That no transaction is too large is seen to in every test (support/row-budget.ts).
 */
import { performance } from 'node:perf_hooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseOf } from '../support/database.ts'
import { TOOL } from '../support/documents.ts'
import { WholeServer } from '../support/server.ts'

const FILES = Number(process.env.FILES ?? 3000)
const HALF = FILES / 2
/** Milliseconds that of twenty calls all but the slowest may take, on a machine that does other things as well. */
const SLOW = 1500
const TIME = 60_000 + FILES * 10

let server: WholeServer

beforeAll(async () => {
  const database = await databaseOf('large')
  server = await WholeServer.start({ isolation: 'none', ...(database ? { database } : {}) })
})
afterAll(() => server.close())

const MAKES = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: [
    'sh',
    '-c',
    `mkdir d; cd d; seq -f a%.0f ${HALF} | xargs touch; mkdir e; cd e; seq ${HALF - 1} | xargs touch`,
  ],
  inputs: {},
  outputs: {
    files: { type: 'File[]', outputBinding: { glob: 'd/a*' } },
    folder: { type: 'Directory', outputBinding: { glob: 'd/e' } },
  },
}

/** Clones a task until the work is done; gives how long each call took, the shortest first. */
async function cloning(task: string, work: Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  let isDone = false
  const done = work.finally(() => {
    isDone = true
  })
  while (!isDone) {
    const begun = performance.now()
    const answer = await server.admin.post(`/tasks/${task}/actions/clone`)
    expect(answer.status, answer.text).toBe(201)
    times.push(performance.now() - begun)
  }
  await done
  return times.sort((a, b) => a - b)
}

function expectQuick(what: string, times: number[]): void {
  const at = (part: number) => Math.round(times[Math.floor((times.length - 1) * part)]!)
  console.log(
    `${FILES} files, ${what}: ${times.length} clones, half in ${at(0.5)} ms, 95 % in ${at(0.95)}, all in ${at(1)}`,
  )
  expect(at(0.95)).toBeLessThan(SLOW)
}

test(
  'a task of very many files completes and its project is deleted, and others are served meanwhile',
  async () => {
    const { admin } = server
    const [large, own] = [await admin.project('Large'), await admin.project('Own')]
    const app = await admin.app(large, 'makes', MAKES)
    const draft = await admin.post('/tasks', { project: own, app: await admin.app(own, 'wc', TOOL), name: 'mine' })

    const running = server.run(large, app, {})
    expectQuick('while it runs and its outputs are published', await cloning(draft.body.id, running))
    const { status, execution_status } = await running
    expect(status, JSON.stringify(execution_status)).toBe('COMPLETED')
    const root = (await admin.get(`/files?project=${large}&limit=1`)).headers['x-total-matching-query']
    expect(Number(root)).toBe(HALF + 1)
    const [folder] = (await admin.get(`/files?project=${large}&name=e`)).body.items
    const inside = await admin.get(`/files?parent=${folder!.id}&limit=1`)
    expect(Number(inside.headers['x-total-matching-query'])).toBe(HALF - 1)

    const deleting = admin.delete(`/projects/${large}`)
    expectQuick('while its project is deleted', await cloning(draft.body.id, deleting))
    expect((await deleting).status).toBe(204)
    expect((await admin.get(`/projects/${large}`)).status).toBe(404)
  },
  TIME,
)
