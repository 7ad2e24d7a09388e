import { afterAll, beforeAll, expect, test } from 'vitest'
import { codes, type Json } from '../support/api.ts'
import { TOOL } from '../support/documents.ts'
import { TaskFixture } from '../support/task-fixture.ts'

let t: TaskFixture

beforeAll(async () => {
  t = await TaskFixture.start()
})
afterAll(() => t.api.close())

test('lists filter by t.project, status, parent, batch and time, and order in every way', async () => {
  const place = await t.kim.project('Listed')
  const tool = await t.kim.app(place, 'wc', TOOL)
  const made: Json[] = []
  for (const name of ['b', 'a', 'c']) made.push((await t.kim.post('/tasks', { project: place, app: tool, name })).body)
  const [b, a, c] = made as [Json, Json, Json]
  const at = (text: string) => Date.parse(text)
  await t.api.database.write(async tx => {
    const set = (task: Json, fields: object) => tx.updateTable('tasks').set(fields).where('id', '=', task.id).execute()
    await set(b, { created: at('2024-01-01T00:00:00.500Z'), parent: c.id })
    await set(a, { created: at('2024-01-02T00:00:00Z'), status: 'RUNNING', started: at('2024-01-05T00:00:00Z') })
    await set(c, { created: at('2024-01-03T00:00:00Z'), batch: 1, ended: at('2024-01-06T00:00:00Z') })
  })
  const names = async (query: string) => {
    const answer = await t.kim.get(`/tasks?project=${place}&${query}`)
    expect(answer.headers['x-total-matching-query']).toBe(String(answer.body.items.length))
    return answer.body.items.map(item => item.name).join('')
  }
  expect(await names('')).toBe('bac')
  expect(await names('order_by=created_time&order=desc')).toBe('cab')
  expect(await names('order_by=name&order=ASC')).toBe('abc')
  expect(await names('order_by=start_time')).toBe('bca')
  expect(await names('order_by=end_time&order=desc')).toMatch(/^c/)
  expect(await names('order_by=created_by')).toHaveLength(3)
  expect(await names('status=running')).toBe('a')
  expect(await names('status=DRAFT')).toBe('bc')
  expect(await names('status=CREATING')).toBe('')
  expect(await names(`parent=${c.id}`)).toBe('b')
  expect(await names('batch=True')).toBe('c')
  expect(await names('batch=FALSE')).toBe('ba')
  expect(await names('created_from=2024-01-02')).toBe('ac')
  expect(await names('created_to=2024-01-01T00:00:00')).toBe('b')
  expect(await names('created_from=2024-01-01T23:00:00-01:00')).toBe('ac')
  expect(await names('created_from=2024-01-02T01:00:00+01:00')).toBe('ac')
  expect(await names('created_to=2024-01-02%2000:00:00')).toBe('ba')
  expect(await names('started_from=2024-01-04')).toBe('a')
  expect(await names('ended_to=2024-02-01')).toBe('c')
  expect(await names('origin_id=x')).toBe('')
  expect(await codes(t.kim.get('/tasks?status=Active'), t.kim.get('/tasks?created_from=soon'))).toEqual([
    [400, 7006],
    [400, 90000],
  ])
  expect(
    await codes(t.kim.get('/tasks?order_by=size'), t.kim.get('/tasks?order=up'), t.kim.get('/tasks?batch=x')),
  ).toEqual(Array(3).fill([400, 90000]))
  expect((await t.kim.get(`/projects/${place}/tasks?status=running`)).body.items.map(item => item.name)).toEqual(['a'])
  const [full] = (await t.kim.get(`/tasks?project=${place}&fields=_all`)).body.items
  expect(full).toMatchObject({ errors: expect.any(Array), inputs: {}, outputs: { counts: {} } })
  expect((await t.lee.get('/tasks')).body.items).toEqual([])
})
