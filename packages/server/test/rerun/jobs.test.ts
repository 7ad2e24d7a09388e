import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Client, Json } from '../support/api.ts'
import { onPostgres } from '../support/database.ts'
import { WholeServer } from '../support/server.ts'

let server: WholeServer
let kim: Client
let task: Json

const FLOW = {
  cwlVersion: 'v1.2',
  class: 'Workflow',
  requirements: { ScatterFeatureRequirement: {}, InlineJavascriptRequirement: {} },
  inputs: { numbers: 'int[]' },
  outputs: {},
  steps: {
    double: {
      scatter: 'number',
      in: { number: 'numbers' },
      out: ['twice'],
      run: {
        class: 'ExpressionTool',
        inputs: { number: 'int' },
        outputs: { twice: 'int' },
        expression: '$({ twice: 2 * inputs.number })',
      },
    },
    odd: {
      scatter: 'number',
      when: '$(inputs.number % 4 == 0)',
      in: { number: 'double/twice' },
      out: [],
      run: {
        class: 'CommandLineTool',
        id: 'say',
        baseCommand: ['sh', '-c', 'echo said; test "$0" != 8'],
        inputs: { number: { type: 'int', inputBinding: {} } },
        outputs: {},
        stdout: 'out.txt',
      },
    },
  },
}

beforeAll(async () => {
  server = await WholeServer.start({ isolation: 'none' })
  kim = server.admin
  const project = await kim.project('Jobs')
  const app = await kim.app(project, 'flow', FLOW)
  task = await server.run(project, app, { numbers: [1, 2, 3, 4] })
})
afterAll(() => server.close())

const jobs = async (query: string) => {
  const { body, headers } = await kim.get(`${task.href}/jobs${query}`)
  return { items: body.items, total: headers['x-total-matching-query'] }
}

test('every job is there, expressions and skipped steps too, with what it is by content', async () => {
  const { items, total } = await jobs('')
  expect(total).toBe('8')
  expect(items.map(({ path, step, status }) => [path, step, status])).toEqual([
    ...[0, 1, 2, 3].map(n => [`double[${n}]`, 'double', 'DONE']),
    ['odd[0]', 'odd', 'SKIPPED'],
    ['odd[1]', 'odd', 'DONE'],
    ['odd[2]', 'odd', 'SKIPPED'],
    ['odd[3]', 'odd', 'FAILED'],
  ])
  const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/)
  expect(items[0]).toMatchObject({ inputs_digest: digest, outputs_digest: digest, logs: {} })
  expect(items[5]).toMatchObject({
    tool: 'say',
    attempt: 1,
    exit_code: 0,
    inputs_digest: digest,
    outputs_digest: digest,
    circumstances: { isolation: 'none', cores: 1 },
    resources: { cores: 1 },
  })
  expect(items[7]).toMatchObject({ exit_code: 1, message: expect.stringContaining('exit code 1') })
  expect(items[7]).not.toHaveProperty('outputs_digest')
  expect(items.some(item => Object.values(item).includes(null))).toBe(false)
})

test('execution details show what they always did: no job that was skipped', async () => {
  const { body } = await kim.get(`${task.href}/execution_details`)
  expect(body.jobs).toHaveLength(6)
})

test('jobs are filtered, ordered and paged', async () => {
  expect((await jobs('?status=failed')).items.map(job => job.path)).toEqual(['odd[3]'])
  expect((await jobs('?path=double[2]')).items.map(job => job.path)).toEqual(['double[2]'])
  expect(await jobs('?path=double*&limit=2&offset=1')).toMatchObject({
    total: '4',
    items: [{ path: 'double[1]' }, { path: 'double[2]' }],
  })
  expect((await jobs('?path=100%25*')).items).toEqual([])
  expect((await jobs('?reused=true')).items).toEqual([])
  const times = (await jobs('?order_by=start_time&order=desc&fields=path,start_time')).items
  expect(times.map(job => String(job.start_time))).toEqual(
    times
      .map(job => String(job.start_time))
      .toSorted()
      .reverse(),
  )
  for (const query of ['?status=ODD', '?order_by=name', '?limit=0']) {
    const { status, body } = await kim.get(`${task.href}/jobs${query}`)
    expect([status, body.code]).toEqual([400, 90000])
  }
})

test.skipIf(onPostgres)('digests are there without anybody having asked', async () => {
  const project = await kim.project('Digests')
  const app = await kim.app(project, 'flow', FLOW)
  const ran = await server.run(project, app, { numbers: [1, 2] })
  const { DatabaseSync } = await import('node:sqlite')
  const rows = () => {
    const database = new DatabaseSync(`${server.folder}/reprise.sqlite`, { readOnly: true })
    try {
      return database
        .prepare('select path from jobs where task = ? and outputs is not null and outputs_digest is null')
        .all(ran.id)
    } finally {
      database.close()
    }
  }
  await expect.poll(rows, { timeout: 20_000 }).toEqual([])
})
