import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Server, startServer } from '@reprise/server/serve'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, createApi } from '../../src/client/api.ts'
import type { Task } from '../../src/client/shapes.ts'

const data = mkdtempSync(join(tmpdir(), 'reprise-plan-'))
const TOOL = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  id: 'echo',
  baseCommand: 'echo',
  inputs: { word: { type: 'string', inputBinding: {} } },
  outputs: { said: 'stdout' },
  stdout: 'said.txt',
}
let server: Server
let token: string
let api: Api
let id: string

beforeAll(async () => {
  server = await startServer({ data, port: 0, isolation: 'sandbox' })
  token = readFileSync(join(data, 'admin-token'), 'utf8').trim()
  api = createApi({ url: server.url, token })
  await api.post('/projects', { body: { name: 'demo' } })
  await api.post('/apps/admin/demo/echo/raw', { body: TOOL })
  const body = { project: 'admin/demo', app: 'admin/demo/echo', name: 'said', inputs: { word: 'first' } }
  ;({ id } = await api.post<Task>('/tasks', { query: { action: 'run' }, body }))
  await reprise('task', id, '--wait')
})

afterAll(async () => {
  await server.close()
  rmSync(data, { recursive: true })
})

async function reprise(...args: string[]): Promise<string> {
  const env = { ...process.env, SB_API_ENDPOINT: server.url, SB_AUTH_TOKEN: token }
  const flags = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'program.ts')]
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, ...args], { env })
  return stdout.trim()
}

const tasks = async () => (await api.get<{ items: Task[] }>('/tasks', { query: { limit: 100 } })).items.length

test('reprise plan says what a rerun would run, what it would reuse, and why', async () => {
  const before = await tasks()
  expect(await reprise('plan', 'said')).toMatch(
    /^JOB +JOBS +PLAN +WHY\necho +1 +run +without memoization all runs\n\n1 job to run \(about .* s\)\. With --memoize 1 job could be reused\.$/,
  )
  expect(await reprise('plan', id, '--memoize')).toMatch(new RegExp(`echo +1 +reuse +from ${id} echo\n\n1 job reused`))
  expect(await reprise('plan', id, '--memoize', '--set', 'word=other')).toMatch(
    /echo +1 +run +inputs\/word first → other; command echo first → echo other\n\n1 job to run/,
  )
  expect(JSON.parse(await reprise('plan', id, '--memoize', '--json'))).toMatchObject({
    counts: { reuse: 1 },
    rows: [{ path: 'echo', decision: 'reuse' }],
  })
  expect(await tasks()).toBe(before)
})

test('rerun --plan runs just what it showed, when it is told to; else nothing is left of it', async () => {
  const before = await tasks()
  await expect(reprise('rerun', id, '--plan', '--memoize')).rejects.toThrow(/Run it\? Give --yes/)
  expect(await tasks()).toBe(before)
  expect(await reprise('rerun', id, '--plan', '--yes', '--memoize')).toMatch(/1 job reused.*Reproduced task/s)
  expect(await reprise('rerun', id, '--plan', '--draft', '--memoize')).toMatch(/1 job reused.*DRAFT/s)
  expect(await tasks()).toBe(before + 2)
})
