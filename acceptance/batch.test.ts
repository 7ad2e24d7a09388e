import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from './call.ts'
import { Client, file } from './client.ts'
import type { Json } from './exchange.ts'
import { type Server, serve } from './server.ts'

let server: Server
let client: Client
let project: Json
const files: Json[] = []

beforeAll(async () => {
  server = await serve()
  client = new Client(server)
  project = await client.post('/projects', { name: 'Batch' })
  for (const [name, sample] of [
    ['a1.txt', 'A'],
    ['b1.txt', 'B'],
    ['a2.txt', 'A'],
  ] as const) {
    const made = await client.upload(project.root_folder, name, `${name}\n`)
    await client.patch(`/files/${made.id}/metadata`, { sample_id: sample })
    files.push(made)
  }
  await client.post(`/apps/${project.id}/join/raw`, JOIN)
  await client.post(`/apps/${project.id}/one/raw`, ONE)
})
afterAll(() => server.close())

const JOIN = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: 'cat',
  inputs: { parts: { type: 'File[]', inputBinding: { position: 1 } } },
  outputs: { joined: 'stdout' },
  stdout: 'joined.txt',
}

const ONE = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: ['sh', '-c', 'test "$0" != bad && sleep "$1" && echo "$0"'],
  inputs: {
    word: { type: 'string', inputBinding: { position: 1 } },
    pause: { type: 'float', default: 0, inputBinding: { position: 2 } },
  },
  outputs: { said: 'stdout' },
  stdout: 'said.txt',
}

const children = async (task: Json) =>
  (await client.get(`/tasks?parent=${task.id}&fields=_all&order_by=created_time&order=asc`)).items

test('by criteria: a child for each combination, counted in its parent, with outputs of its own', async () => {
  const parent = await client.post('/tasks?action=run&batch=TRUE', {
    name: 'join samples',
    project: project.id,
    app: `${project.id}/join`,
    inputs: { parts: files.map(file) },
    batch_input: 'parts',
    batch_by: { type: 'CRITERIA', criteria: ['metadata.sample_id'] },
    output_location: { main_location: '/Joined/<task_name>' },
  })
  expect(['CREATING', 'QUEUED', 'RUNNING']).toContain(parent.status)
  const ended = await client.wait(parent)
  expect(ended).toMatchObject({
    status: 'COMPLETED',
    batch: true,
    execution_status: {
      queued: 0,
      running: 0,
      completed: 2,
      failed: 0,
      aborted: 0,
      steps_total: 2,
      steps_completed: 2,
    },
  })
  const made = await children(parent)
  expect(made.map(({ name, batch, parent: of, batch_group }) => ({ name, batch, of, batch_group }))).toEqual([
    {
      name: 'join samples - A',
      batch: false,
      of: parent.id,
      batch_group: { value: 'A', fields: { 'metadata.sample_id': 'A' } },
    },
    {
      name: 'join samples - B',
      batch: false,
      of: parent.id,
      batch_group: { value: 'B', fields: { 'metadata.sample_id': 'B' } },
    },
  ])
  expect(await Promise.all(made.map(child => client.read(child.outputs.joined)))).toEqual([
    'a1.txt\na2.txt\n',
    'b1.txt\n',
  ])
  const [folder] = (await client.get(`/files?project=${project.id}&name=Joined`)).items
  const places = await client.get(`/files?parent=${folder!.id}`)
  expect(places.items.map(({ name, type }) => [name, type]).sort()).toEqual([
    ['join samples - A', 'folder'],
    ['join samples - B', 'folder'],
  ])
  expect((await client.get(`${parent.href}/execution_details`)).jobs).toEqual([])
  const clone = await client.post(`${made[0]!.href}/actions/clone`)
  expect([clone.batch, clone.parent, clone.batch_group, clone.status]).toEqual([false, undefined, undefined, 'DRAFT'])
})

test('by item: one child that fails makes the parent FAILED, when the others are done', async () => {
  const parent = await client.post('/tasks?action=run', {
    name: 'words',
    project: project.id,
    app: `${project.id}/one`,
    inputs: { word: ['x', 'bad', 'y'] },
    batch_input: 'word',
    batch_by: { type: 'ITEM' },
  })
  const ended = await client.wait(parent)
  expect(ended).toMatchObject({ status: 'FAILED', execution_status: { completed: 2, failed: 1 } })
  expect((await children(parent)).map(({ name, status }) => [name, status])).toEqual([
    ['words - x', 'COMPLETED'],
    ['words - bad', 'FAILED'],
    ['words - y', 'COMPLETED'],
  ])
  const listed = await client.get(`/tasks?project=${project.id}&batch=true`)
  expect(listed.items.every(task => task.batch)).toBe(true)
  const rerun = await client.post(`${parent.href}/actions/clone`)
  expect([rerun.status, rerun.batch, (await children(rerun)).length]).toEqual(['DRAFT', true, 0])
})

test('abort stops the children with the parent', async () => {
  const parent = await client.post('/tasks?action=run', {
    name: 'slow',
    project: project.id,
    app: `${project.id}/one`,
    inputs: { word: Array.from({ length: 12 }, (_, index) => `w${index}`), pause: 600 },
    batch_input: 'word',
    batch_by: { type: 'ITEM' },
  })
  await until(
    () => client.get(parent.href),
    task => Number((task.execution_status as Json).running) > 0,
  )
  await client.post(`${parent.href}/actions/abort`)
  const ended = await client.wait(parent)
  expect(ended).toMatchObject({ status: 'ABORTED', execution_status: { aborted: 12, queued: 0, running: 0 } })
})

test('outputs have places of their own by nodes_location, and names that exist get a number', async () => {
  const run = async () =>
    client.wait(
      await client.post('/tasks?action=run', {
        name: 'placed',
        project: project.id,
        app: `${project.id}/one`,
        inputs: { word: 'hello' },
        output_location: {
          main_location: '/Elsewhere/',
          nodes_override: 'TRUE',
          nodes_location: { said: { output_location: '/Said/<app_name>/', output_location_alias: 'x' } },
        },
      }),
    )
  const [first, second] = [await run(), await run()]
  expect([first.status, second.status]).toEqual(['COMPLETED', 'COMPLETED'])
  expect((second.outputs.said as Json).name).toBe('_1_said.txt')
  const placed = await client.get(`/files/${(first.outputs.said as Json).path}`)
  const folder = await client.get(`/files/${placed.parent}`)
  expect([folder.name, (await client.get(`/files/${folder.parent}`)).name]).toEqual(['one', 'Said'])
  expect((await client.get(`/files?project=${project.id}&name=Elsewhere`)).items).toEqual([])
})
