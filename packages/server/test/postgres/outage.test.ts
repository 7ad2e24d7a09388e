import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Server, startServer } from '../../src/serve.ts'
import { Client } from '../support/api.ts'
import { appeared } from '../support/appeared.ts'
import { ask, makePostgres, type Postgres } from '../support/postgres.ts'

let folder: string
let postgres: Postgres
let server: Server

beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'reprise-outage-'))
  postgres = await makePostgres()
  await ask(postgres.url('postgres'), 'create database reprise')
  server = await startServer({ data: folder, database: postgres.url('reprise'), port: 0, isolation: 'none' })
})

afterEach(async () => {
  await postgres.start()
  await server.close()
  await postgres.remove()
  await fs.rm(folder, { recursive: true, force: true })
})

test('the database stops and starts again while a task runs: calls are 503, the task goes on', async () => {
  const admin = new Client(server.url, (await fs.readFile(join(folder, 'admin-token'), 'utf8')).trim())
  const project = await admin.project('Outage')
  const [waits, ran] = [join(folder, 'waits'), join(folder, 'ran')]
  const tool = (script: string) => ({
    class: 'CommandLineTool',
    inputs: { before: 'File?' },
    outputs: { out: 'stdout' },
    stdout: 'out.txt',
    baseCommand: ['sh', '-c'],
    arguments: [script],
  })
  const app = await admin.app(project, 'app', {
    cwlVersion: 'v1.2',
    class: 'Workflow',
    inputs: {},
    outputs: { out: { type: 'File', outputSource: 'two/out' } },
    steps: {
      one: {
        run: tool(`echo one >> ${ran}; echo > ${waits}; while [ -e ${waits} ]; do sleep 0.05; done`),
        in: {},
        out: ['out'],
      },
      two: { run: tool(`echo two >> ${ran}; echo done`), in: { before: 'one/out' }, out: ['out'] },
    },
  })
  const task = (await admin.post('/tasks?action=run', { project, app, name: 'long' })).body
  await appeared(waits)
  await postgres.stop()
  const [reads, writes] = [await admin.get(`/tasks/${task.id}`), await admin.post('/projects', { name: 'x' })]
  expect([reads.status, reads.body.code, writes.status, writes.body.code]).toEqual([503, 0, 503, 0])
  await fs.rm(waits)
  await postgres.start()
  // as a client waits
  let status = ''
  while (!['COMPLETED', 'FAILED', 'ABORTED'].includes(status)) {
    await pause(50)
    status = (await admin.get(`/tasks/${task.id}`)).body.status
  }
  expect(status).toBe('COMPLETED')
  expect(await fs.readFile(ran, 'utf8')).toBe('one\ntwo\n')
  const details = (await admin.get(`/tasks/${task.id}/execution_details`)).body
  expect(details.jobs.map(job => job.retried)).toEqual([false, false])
  expect((await admin.post('/projects', { name: 'x' })).status).toBe(201)
})
