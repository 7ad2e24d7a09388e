import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import { createToken, createUser } from '../../src/users/accounts.ts'
import { Client, type Json } from '../support/api.ts'
import { beside, expectUnharmed } from '../support/guard.ts'
import type { GuardOptions } from '../support/guard-messages.ts'
import { WholeServer } from '../support/server.ts'

/**
 * The guard of jobs: one user's hostile jobs on a real server with a real sandbox, while another user's small calls and
 * one-line jobs go on.
 */
let server: WholeServer
let mallory: Client
let project: string
let second: GuardOptions

const tool = (script: string, more: object = {}) => ({
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: ['sh', '-c', script],
  inputs: {},
  outputs: {},
  ...more,
})
const limited = { requirements: { ResourceRequirement: { ramMin: 100, ramMax: 100, coresMin: 1 } } }
const files = (glob: string) => ({ outputs: { out: { type: 'File[]', outputBinding: { glob } } } })
const folder = { outputs: { out: { type: 'Directory', outputBinding: { glob: 'd' } } } }

beforeAll(async () => {
  server = await WholeServer.start()
  const database = await openDatabase(server.folder)
  const clients: Client[] = []
  for (const username of ['kim', 'mallory']) {
    await createUser(database, { username })
    clients.push(new Client(server.admin.base, (await createToken(database, username)).token))
  }
  await database.close()
  const kim = clients[0]!
  mallory = clients[1]!
  project = await mallory.project('Hostile')
  const own = await kim.project('Calm')
  const app = await kim.app(own, 'greet', tool('echo hello'))
  const task = await kim.post('/tasks', { project: own, app, name: 'greet', inputs: {} })
  second = { base: kim.base, token: kim.token, project: own, task: task.body.id, job: true }
})
afterAll(() => server.close())

let apps = 0

async function run(document: object): Promise<Json> {
  const app = await mallory.app(project, `tool-${++apps}`, document)
  const { body } = await mallory.post('/tasks?action=run', { project, app, name: 'hostile', inputs: {} })
  for (;;) {
    const task = (await mallory.get(`/tasks/${body.id}`)).body
    if (['COMPLETED', 'FAILED', 'ABORTED', 'DRAFT'].includes(task.status)) return task
  }
}

test.each<[string, object, 'COMPLETED' | 'FAILED']>([
  ['processes without end', tool('for i in $(seq 6000); do sleep 1000 & done', { ...limited }), 'FAILED'],
  ['shared memory', tool('cat /dev/zero > /dev/shm/a', limited), 'FAILED'],
  ['a log of half a GiB', tool('head -c 500M /dev/zero'), 'COMPLETED'],
  [
    'busy loops, more than there are cores',
    tool('for i in 1 2 3 4 5 6 7 8; do timeout 4 sh -c "while :; do :; done" & done; wait; true'),
    'COMPLETED',
  ],
  ['a folder of many files', tool('mkdir d; cd d; seq 10000 | xargs touch', folder), 'COMPLETED'],
  ['names that are none', tool(`for i in $(seq 200); do touch "$(printf "\\\\377$i")"; done`, files('*')), 'FAILED'],
  [
    'an output that is a list of millions',
    tool(`{ printf '{"out": ['; yes '{},' | head -n 8000000; printf '{}]}'; } > cwl.output.json`, {
      outputs: { out: 'Any' },
    }),
    'FAILED',
  ],
])(
  'beside %s others work on',
  async (what, document, status) => {
    const watched = await beside(second, () => run(document))
    expect(watched.result.status).toBe(status)
    expectUnharmed(watched, what)
    const { status: ready } = await fetch(new URL('/readyz', server.admin.base))
    expect(ready).toBe(200)
  },
  120_000,
)
