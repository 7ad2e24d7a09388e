import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client, file } from './client.ts'
import type { Json } from './exchange.ts'
import { type Server, serve } from './server.ts'

/** What goes into a task and comes out of it, as bytes: files, folders, secondary files, lists, records, scatter. */
let server: Server
let kim: Client
let project: Json

beforeAll(async () => {
  server = await serve()
  kim = new Client(server)
  project = await kim.post('/projects', { name: 'Values' })
})
afterAll(() => server.close())

const SHELL = { cwlVersion: 'v1.2', class: 'CommandLineTool' }

test('a folder and a file with its index are there for the command, and for the rerun', async () => {
  const folder = await kim.post('/files', { name: 'genomes', type: 'folder', parent: project.root_folder })
  await kim.upload(folder.id, 'a.fa', 'AAAA')
  const inner = await kim.post('/files', { name: 'inner', type: 'folder', parent: folder.id })
  await kim.upload(inner.id, 'b.fa', 'CC')
  const bam = await kim.upload(project.root_folder, 'x.bam', 'reads')
  await kim.upload(project.root_folder, 'x.bam.bai', 'index')
  const tool = {
    ...SHELL,
    baseCommand: ['sh', '-c', 'cat "$0/a.fa" "$0/inner/b.fa" "$1" "$1.bai"'],
    inputs: {
      folder: { type: 'Directory', inputBinding: { position: 1 } },
      bam: { type: 'File', secondaryFiles: ['.bai'], inputBinding: { position: 2 } },
    },
    outputs: { all: 'stdout' },
    stdout: 'all.txt',
  }
  const task = await kim.run(project, 'folders', tool, {
    folder: { class: 'Directory', path: folder.id },
    bam: file(bam),
  })
  expect(task.status).toBe('COMPLETED')
  expect(await kim.read(task.outputs.all)).toBe('AAAACCreadsindex')
  const again = await kim.wait(await kim.post(`${task.href}/actions/clone?action=run`))
  expect(again.inputs).toEqual(task.inputs)
  expect(await kim.read(again.outputs.all)).toBe('AAAACCreadsindex')
})

test('files, folders, lists, records and nothing come out as values with ids', async () => {
  const tool = {
    ...SHELL,
    baseCommand: [
      'sh',
      '-c',
      'echo 1 > a.txt; echo 2 > b.txt; echo 4 > r.bam; echo i > r.bam.idx; mkdir -p d/e; echo 3 > d/e/c.txt',
    ],
    inputs: {},
    outputs: {
      list: { type: 'File[]', outputBinding: { glob: '?.txt' } },
      indexed: { type: 'File', secondaryFiles: ['.idx'], outputBinding: { glob: 'r.bam' } },
      folder: { type: 'Directory', outputBinding: { glob: 'd' } },
      none: { type: 'File?', outputBinding: { glob: 'none' } },
      record: {
        type: { type: 'record', name: 'r', fields: { b: { type: 'File', outputBinding: { glob: 'b.txt' } } } },
      },
      count: {
        type: 'int',
        outputBinding: { glob: 'a.txt', loadContents: true, outputEval: '$(parseInt(self[0].contents))' },
      },
    },
    requirements: { InlineJavascriptRequirement: {} },
  }
  const { status, outputs } = await kim.run(project, 'outputs', tool, {})
  expect(status).toBe('COMPLETED')
  const value = (name: string) => ({ class: 'File', path: expect.stringMatching(/^[0-9a-f]{24}$/), name, size: 2 })
  expect(outputs).toMatchObject({
    list: [value('a.txt'), value('b.txt')],
    indexed: { ...value('r.bam'), secondaryFiles: [value('r.bam.idx')] },
    folder: { class: 'Directory', path: expect.stringMatching(/^[0-9a-f]{24}$/), name: 'd' },
    none: null,
    record: { b: value('b.txt') },
    count: 1,
  })
  const [list, indexed] = [outputs.list as Json[], outputs.indexed as Json]
  expect(await kim.read(list[1])).toBe('2\n')
  expect(await kim.read((indexed.secondaryFiles as Json[])[0])).toBe('i\n')
  const [inner] = (await kim.get(`/files/${(outputs.folder as Json).path}/list`)).items
  expect(inner).toMatchObject({ name: 'e', type: 'folder' })
  const [deep] = (await kim.get(`/files/${inner!.id}/list`)).items
  expect(await kim.read({ path: deep!.id })).toBe('3\n')
})

test('scatter elements with one file name are all kept, and each job has its log', async () => {
  const step = {
    ...SHELL,
    baseCommand: ['sh', '-c', 'echo "$0"; echo "log of $0" >&2'],
    inputs: { word: { type: 'string', inputBinding: {} } },
    outputs: { said: 'stdout' },
    stdout: 'same.txt',
  }
  const workflow = {
    cwlVersion: 'v1.2',
    class: 'Workflow',
    requirements: { ScatterFeatureRequirement: {} },
    inputs: { words: 'string[]' },
    outputs: { all: { type: 'File[]', outputSource: 'say/said' } },
    steps: { say: { run: step, scatter: 'word', in: { word: 'words' }, out: ['said'] } },
  }
  const words = ['one', 'two', 'three']
  const task = await kim.run(project, 'scatter', workflow, { words })
  expect(task.status).toBe('COMPLETED')
  const all = task.outputs.all as Json[]
  expect(await Promise.all(all.map(one => kim.read(one)))).toEqual(words.map(word => `${word}\n`))
  expect(new Set(all.map(({ name }) => name)).size).toBe(3)
  const { jobs } = await kim.get(`${task.href}/execution_details`)
  expect(jobs).toHaveLength(3)
  const logs = jobs.map(({ logs }) => Object.values(logs).map(url => url.split('files/')[1]!.split('/')[0]))
  const texts = await Promise.all(logs.flat().map(path => kim.read({ path })))
  expect(texts.sort()).toEqual(words.map(word => `log of ${word}\n`).sort())
  expect(task.execution_status).toMatchObject({ steps_completed: 3, steps_total: 3 })
})

test('a batch task whose batching is switched off runs as one', async () => {
  const one = await kim.upload(project.root_folder, 'one.txt', '1')
  const two = await kim.upload(project.root_folder, 'two.txt', '2')
  const tool = {
    ...SHELL,
    baseCommand: 'cat',
    inputs: { files: { type: 'File[]', inputBinding: {} } },
    outputs: { all: 'stdout' },
    stdout: 'joined.txt',
  }
  const raw = await kim.post(`/apps/${project.id}/join/raw`, tool)
  const task = await kim.post('/tasks', {
    name: 'batch',
    project: project.id,
    app: raw['sbg:id'],
    inputs: { files: [file(one), file(two)] },
    batch_input: 'files',
    batch_by: { type: 'ITEM' },
  })
  const rerun = await kim.post(`${task.href}/actions/clone`)
  expect(rerun).toMatchObject({ batch: true, batch_input: 'files', batch_by: { type: 'ITEM' }, status: 'DRAFT' })
  const done = await kim.wait(await kim.post(`${rerun.href}/actions/run?batch=false`))
  expect(done).toMatchObject({ status: 'COMPLETED', batch: false })
  expect(await kim.read(done.outputs.all)).toBe('12')
})
