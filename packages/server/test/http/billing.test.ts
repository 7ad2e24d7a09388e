import { afterAll, beforeAll, expect, test } from 'vitest'
import { dayOf } from '../../src/billing/meter.ts'
import { measureStorage } from '../../src/database/usage.ts'
import { costOf, parsePrices } from '../../src/domain/prices.ts'
import { type Api, type Client, codes, send, startApi } from '../support/api.ts'
import { taskRow } from '../support/rows.ts'

const PRICES = parsePrices('{"core_hour": 0.1, "memory_gib_hour": 0.01, "storage_gib_month": 0.03, "egress_gib": 2}')
const GIB = 2 ** 30

let api: Api
let kim: Client
let lee: Client
let admin: Client
let group: string

beforeAll(async () => {
  api = await startApi({ prices: PRICES })
  kim = await api.user('kim')
  lee = await api.user('lee')
  admin = await api.user('root', { admin: true })
  group = `/billing/groups/${(await kim.get('/billing/groups')).body.items[0]!.id}`
})
afterAll(() => api.close())

test('an attempt costs what it reserved, for as long as it ran', () => {
  const used = { cores: 4, ram: 2048, started: 0, ended: 1_800_000 }
  expect(costOf(PRICES, used)).toBeCloseTo(0.5 * (4 * 0.1 + 2 * 0.01))
  expect(costOf(PRICES, { ...used, ended: null })).toBe(0)
  expect(() => parsePrices('{"core_hour": -1}')).toThrow('core_hour')
  expect(() => parsePrices('{"corehour": 1}')).toThrow('corehour')
})

test('the tasks of the projects that the caller is a member of, with what they cost', async () => {
  const project = await kim.project('Costs')
  const day = Date.parse('2026-03-05T12:00:00Z')
  const billed = await api.database.read
    .selectFrom('projects')
    .select('billing_group')
    .where('id', '=', project)
    .executeTakeFirstOrThrow()
  expect(group).toContain(billed.billing_group)
  const row = taskRow({
    project,
    status: 'COMPLETED',
    cost: 1.25,
    started: day,
    ended: day + 1000,
    app: `${project}/wc/3`,
  })
  await api.database.write(tx => tx.insertInto('tasks').values(row).execute())
  const list = await kim.get(`${group}/breakdown/analysis?date_from=03-05-2026&date_to=03-05-2026`)
  expect(list.headers['x-total-matching-query']).toBe('1')
  expect(list.body.items).toEqual([
    {
      project_name: 'Costs',
      analysis_app_name: 'wc',
      analysis_name: 'task',
      analysis_type: 'TASK',
      analysis_id: row.id,
      ran_by: 'kim',
      analysis_status: 'COMPLETED',
      analysis_cost: {
        currency: 'USD',
        amount: 1.25,
        breakdown: { storage: 0, computation: 1.25, data_transfer_in: 0 },
      },
      refunded_amount: 0,
      time_started: '2026-03-05T12:00:00Z',
      time_finished: '2026-03-05T12:00:01Z',
      project_locked: false,
    },
  ])
  expect((await kim.get(`/tasks/${row.id}`)).body.price).toEqual({
    currency: 'USD',
    amount: 1.25,
    breakdown: { storage: 0, computation: 1.25, data_transfer: 0 },
  })
  expect((await kim.get(`${group}/breakdown/analysis?date_from=03-06-2026`)).body.items).toEqual([])
  expect((await lee.get(`${group}/breakdown/analysis`)).body.items).toEqual([])
  expect((await admin.get(`${group}/breakdown/analysis`)).body.items).toHaveLength(1)
  const old = (await kim.get(`${group}/breakdown`)).body
  expect(old).toMatchObject({
    project_breakdown: [{ analysis_spending: { amount: '1.25' }, task_breakdown: [{ runner_username: 'kim' }] }],
    total_spending: { currency: 'USD', amount: '1.25' },
  })
})

test('storage is what a project had, downloads are what was fetched', async () => {
  const project = await lee.project('Bytes')
  const file = await lee.upload({ project }, 'x.txt', 'x'.repeat(10_000))
  await measureStorage(api.database, dayOf(Date.now()))
  await lee.delete(`/files/${file}`)
  await measureStorage(api.database, dayOf(Date.now()))
  const again = await lee.upload({ project }, 'y.txt', 'y'.repeat(1000))
  const [storage] = (await lee.get(`${group}/breakdown/storage`)).body.items
  expect(storage).toMatchObject({
    project_name: 'Bytes',
    project_created_by: 'lee',
    active: { size: 10_000 / 1e9, unit: 'GB', cost: { currency: 'USD' } },
    archived: { size: 0 },
  })
  const { url } = (await lee.get(`/files/${again}/download_info`)).body
  await send(url)
  await send(url, { headers: { Range: 'bytes=0-99' } })
  const [egress] = (await lee.get(`${group}/breakdown/egress`)).body.items
  expect(egress).toMatchObject({
    project_name: 'Bytes',
    downloaded_by: 'lee',
    downloaded: { size: 1100 / 1e9, unit: 'GB' },
    egress_cost: { currency: 'USD', amount: Math.round((1100 / GIB) * 2 * 1e6) / 1e6 },
  })
})

test('there are no invoices, and what there is not is said', async () => {
  expect((await kim.get('/billing/invoices')).body.items).toEqual([])
  expect(
    await codes(
      kim.get('/billing/invoices/17'),
      kim.get(`${group}/breakdown/analysis?invoice_id=17`),
      kim.get(`${group}/breakdown/storage?date_from=2026-03-05`),
      kim.get('/billing/groups/x/breakdown'),
      kim.get('/billing/groups/00000000-0000-4000-8000-000000000000/breakdown/egress'),
      kim.patch(group, { disabled: true }),
    ),
  ).toEqual([
    [404, 4002],
    [404, 4002],
    [400, 90000],
    [400, 4005],
    [404, 4002],
    [403, 4001],
  ])
})

test('while the group is disabled nothing is run on its account', async () => {
  expect((await admin.patch(group, { disabled: true })).body.disabled).toBe(true)
  const project = await kim.project('No funds')
  const app = await kim.app(project, 'true', {
    cwlVersion: 'v1.2',
    class: 'CommandLineTool',
    baseCommand: 'true',
    inputs: {},
    outputs: {},
  })
  const task = (await kim.post('/tasks?action=run', { project, app, inputs: {} })).body
  expect([task.status, task.errors.map(error => error.type)]).toEqual(['DRAFT', ['error/task_validation/billing']])
  expect((await admin.patch(group, { disabled: 'FALSE' })).body.disabled).toBe(false)
  expect((await kim.post(`${task.href}/actions/run`)).body.status).toBe('QUEUED')
})
