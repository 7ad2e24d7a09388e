import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadRecord } from '../../src/records/load-record.ts'
import { modelCache } from '../../src/records/models.ts'
import { type Client, startApi } from '../support/api.ts'
import { TOOL } from '../support/documents.ts'
import { file, TaskFixture } from '../support/task-fixture.ts'

/**
 * Values in the inputs of a task that make up locations of another user's files, of the store or of the machine. Whatever a
 * call makes of them, no record of a task names anything but files of its own project, and no content of another is held.
 */
let t: TaskFixture
let kim: Client
/** of another user's file and folder */
let victim: { file: string; folder: string; content: string }

beforeAll(async () => {
  const api = await startApi()
  kim = await api.user('kim')
  const lee = await api.user('lee')
  const project = await kim.project('Tasks')
  const app = await kim.app(project, 'wc', { ...TOOL, inputs: { ...TOOL.inputs, reads: 'File?' } })
  t = new TaskFixture({ api, kim, lee, project, app, reads: await kim.upload({ project }, 'reads.txt', 'words') })
  const theirs = await lee.project('Theirs')
  const folder = (await lee.post('/files', { project: theirs, name: 'secrets', type: 'folder' })).body.id
  const secret = await lee.upload({ parent: folder }, 'secret.txt', 'not for kim')
  const { content } = await api.database.read
    .selectFrom('files')
    .select('content')
    .where('id', '=', secret)
    .executeTakeFirstOrThrow()
  victim = { file: secret, folder, content: content! }
})
afterAll(() => t.api.close())

const locations = ({ file, folder, content }: typeof victim) => [
  `content:${content}`,
  `CONTENT:${content}`,
  `Content:${content}`,
  `content%3A${content}`,
  `content%3a${content}`,
  `content:%20${content}`,
  ` content:${content}`,
  `content://${content}`,
  `content:${content}#reads.txt`,
  `content:${content.toUpperCase()}`,
  `%63ontent:${content}`,
  content,
  `folder:${folder}`,
  `FOLDER:${folder}`,
  `folder%3A${folder}`,
  `folder:${folder}/secret.txt`,
  `file:${file}`,
  `file:///${file}`,
  file,
  file.toUpperCase(),
  folder,
  `${file}/../${file}`,
  'file:///etc/passwd',
  'FILE:///etc/passwd',
  'file:/etc/passwd',
  'file://localhost/etc/passwd',
  '/etc/passwd',
  '../../../../etc/passwd',
  'http://127.0.0.1/secret.txt',
  'volumes://lee/data/secret.txt',
  '_:literal',
]

const SHAPES: { [name: string]: (location: string) => object } = {
  'a location': location => ({ reads: { class: 'File', location } }),
  'a path': path => ({ reads: { class: 'File', path } }),
  'another case of the class': location => ({ reads: { class: 'fILE', location, path: location } }),
  'a bare text': text => ({ reads: text }),
  'a location beside an own file': location => ({ reads: file(t.reads, { location, contents: 'x', basename: 'y' }) }),
  'secondary files': path => ({ reads: file(t.reads, { secondaryFiles: [{ class: 'File', path, location: path }] }) }),
  'a secondary folder': path => ({
    reads: file(t.reads, { secondaryFiles: [{ class: 'Directory', path, location: path }] }),
  }),
  'a list': location => ({ more: [file(t.reads), { class: 'File', location }] }),
  'a folder': location => ({ folder: { class: 'Directory', location, path: location } }),
  'a listing': location => ({
    folder: { class: 'Directory', basename: 'd', listing: [{ class: 'File', location, path: location }] },
  }),
  'a listing in a listing': location => ({
    folder: {
      class: 'Directory',
      basename: 'd',
      listing: [{ class: 'Directory', basename: 'e', listing: [{ class: 'File', path: location }] }],
    },
  }),
  'a record': location => ({ pair: { left: { class: 'File', location, path: location }, label: 'x' } }),
  'any value': location => ({ any: { deep: [{ file: { class: 'File', location, path: location } }] } }),
  'a record that looks like none': location => ({ pair: { left: file(t.reads, { location }), label: 'x', location } }),
}

/** What the task's record, and the contents that it holds, have of the other user. */
async function harm(id: string): Promise<string[]> {
  const { read } = t.api.database
  const row = await read.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const holders = [`task:${id}`, `jobs:${id}`]
  const held = await read.selectFrom('holders').select('content').where('holder', 'in', holders).execute()
  const record = row.record === null ? '' : JSON.stringify(await loadRecord(modelCache(), read, row.record))
  const files = [...record.matchAll(/"location":"([^"]*)"/g)].map(([, location]) => location!)
  const own = await read.selectFrom('files').selectAll().where('project', '=', t.project).execute()
  const known = new Set(own.flatMap(({ id, content }) => [`content:${content}`, `folder:${id}`]))
  return [
    ...held.filter(({ content }) => content === victim.content).map(({ content }) => `holds ${content}`),
    ...files.filter(location => !known.has(location)).map(location => `names ${location}`),
  ]
}

test.for(Object.keys(SHAPES))('no task names a file of another user: %s', { timeout: 120_000 }, async name => {
  const shape = SHAPES[name]!
  for (const location of locations(victim)) {
    const inputs = shape(location)
    const what = JSON.stringify(inputs)
    const draft = await t.draft({ inputs: {} })
    const [made, edited, batch] = await Promise.all([
      t.create({ inputs }, '?action=run'),
      kim.patch(`/tasks/${draft.id}/inputs`, inputs),
      t.create({ inputs, batch: true, batch_input: Object.keys(inputs)[0], batch_by: { type: 'ITEM' } }, '?action=run'),
    ])
    for (const { status } of [made, edited, batch]) expect(status, what).toBeLessThan(500)
    const clone = await kim.post(`/tasks/${draft.id}/actions/clone?action=run`)
    const run = await kim.post(`/tasks/${draft.id}/actions/run`)
    for (const { status } of [clone, run]) expect(status, what).toBeLessThan(500)
    for (const { body } of [made, batch, clone, draft].map(answer => ('body' in answer ? answer : { body: answer }))) {
      const { id } = body as { id?: string }
      if (id) expect(await harm(id), what).toEqual([])
    }
  }
})

test('metadata that look like locations stay texts', async () => {
  const own = await kim.upload({ project: t.project }, 'marked.txt', 'x')
  await kim.patch(`/files/${own}/metadata`, { location: `content:${victim.content}`, path: victim.file, class: 'File' })
  const task = (await t.create({ inputs: { reads: file(own) } }, '?action=run')).body
  expect(task.status).toBe('QUEUED')
  const { inputs } = await t.recordOf(task)
  expect(inputs.reads.metadata.location).toBe(`content:${victim.content}`)
  expect(inputs.reads.location).not.toBe(`content:${victim.content}`)
  const { read } = t.api.database
  const held = await read.selectFrom('holders').select('content').where('holder', '=', `task:${task.id}`).execute()
  expect(held.map(({ content }) => content)).not.toContain(victim.content)
})
