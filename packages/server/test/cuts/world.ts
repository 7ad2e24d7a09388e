/** The small world that is cut: what is there beforehand, and the scenes that are played in it. */
import type { Json } from '../support/api.ts'
import { COPYING, DRAWING, FAILING, SLEEPING, WORKFLOW } from './apps.ts'
import type { CarefulClient } from './client.ts'
import { wrongReuse } from './taken.ts'

const OWNER = 'admin'
export const PROJECT = `${OWNER}/world`
/** A project that is to be removed, with a task that has ended. */
const DOOMED = `${OWNER}/doomed`
/** The scene in which no server runs: the folder is swept, after `litter`. */
export const SWEEP = 'sweep'
/**
 * The scene whose jobs run in the sandbox, as those do that take results. What ran over a restart serves nobody, so after a cut
 * less may have been taken than without it: its rows are not compared, it looks itself that what was taken is what was made.
 */
export const REUSE = 'reuse'

/** @param volume folder with `imported.txt` */
export async function prepare(client: CarefulClient, volume?: string): Promise<void> {
  await client.post('/projects', { name: 'World' })
  await client.post('/projects', { name: 'Doomed' })
  const apps = { workflow: WORKFLOW, failing: FAILING, sleeping: SLEEPING, copying: COPYING, drawing: DRAWING }
  for (const [name, app] of Object.entries(apps)) await client.post(`/apps/${PROJECT}/${name}/raw`, app)
  if (volume) await client.post('/storage/volumes', { name: 'disk', service: { type: 'local', path: volume } })
  await client.post(`/apps/${DOOMED}/failing/raw`, FAILING)
  const body = { project: DOOMED, app: `${DOOMED}/failing`, name: 'doomed', inputs: { text: 'one' } }
  await ended(client, await client.post('/tasks?action=run', body), 'FAILED')
  for (const name of ['a', 'b', 'c']) await upload(client, `${name}.txt`, Buffer.from(`${name}\n`.repeat(3000)))
}

/** Leaves what a sweep is for: files and a project that were removed, an upload that nobody goes on with. */
export async function litter(client: CarefulClient): Promise<void> {
  for (const name of ['a.txt', 'b.txt']) await client.delete(`/files/${await fileNamed(client, name)}`)
  await client.delete(`/projects/${DOOMED}`)
  const made = await client.post('/upload/multipart', { project: PROJECT, name: 'left.txt', size: 9 })
  await parts(client, made.href, Buffer.from('left over'), 9)
}

/** Uploads by parts of 5 MiB at least, the last one of them smaller. */
export async function upload(client: CarefulClient, name: string, bytes: Buffer, size = bytes.length): Promise<Json> {
  const made = await client.post('/upload/multipart', {
    project: PROJECT,
    name,
    size: bytes.length,
    part_size: 5 * 2 ** 20,
  })
  await parts(client, made.href, bytes, size)
  return await client.post(`${made.href}/complete`)
}

/** Sends parts of so many bytes and reports them. */
export async function parts(client: CarefulClient, href: string, bytes: Buffer, size: number): Promise<void> {
  for (let number = 1; (number - 1) * size < bytes.length; number++) {
    const { url } = await client.get(`${href}/part/${number}`)
    const { etag } = await client.put(url, bytes.subarray((number - 1) * size, number * size))
    await client.post(`${href}/part/`, { part_number: number, response: { headers: { ETag: etag } } })
  }
}

export async function run(client: CarefulClient, app: string, fields: object): Promise<Json> {
  const body = { project: PROJECT, app: `${PROJECT}/${app}`, name: app, ...fields }
  return await client.post('/tasks?action=run', body)
}

const ENDED = ['COMPLETED', 'FAILED', 'ABORTED']

export async function ended(client: CarefulClient, task: Json, status: string): Promise<Json> {
  const body = await client.until(task.href, ({ status }) => ENDED.includes(status))
  if (body.status !== status) throw new Error(`the task is ${body.status}: ${JSON.stringify(body)}`)
  return body
}

async function fileNamed(client: CarefulClient, name: string): Promise<string> {
  return (await client.get(`/files?project=${PROJECT}&name=${name}`)).items[0]!.id
}

export const SCENES: { [name: string]: (client: CarefulClient) => Promise<void> } = {
  async run(client) {
    await ended(client, await run(client, 'workflow', { inputs: { texts: ['one', 'two', 'three'] } }), 'COMPLETED')
  },
  async fail(client) {
    await ended(client, await run(client, 'failing', { inputs: { text: 'one' } }), 'FAILED')
  },
  async batch(client) {
    const paths = await Promise.all(['a.txt', 'b.txt', 'c.txt'].map(name => fileNamed(client, name)))
    const file = paths.map(path => ({ class: 'File', path }))
    const fields = { batch_input: 'file', batch_by: { type: 'ITEM' }, inputs: { file } }
    await ended(client, await run(client, 'copying', fields), 'COMPLETED')
  },
  async abort(client) {
    const task = await run(client, 'sleeping', { inputs: { text: 'x' } })
    await client.until(task.href, ({ status }) => status === 'RUNNING')
    await client.post(`${task.href}/actions/abort`)
    await ended(client, task, 'ABORTED')
  },
  async [REUSE](client) {
    const draw = (word: string) =>
      run(client, 'drawing', { inputs: { word }, execution_settings: { use_memoization: true } })
    const tasks = [await ended(client, await draw('one'), 'COMPLETED')]
    // one takes what the first made, two others are the same and run at one time
    const others = [await draw('one'), await draw('two'), await draw('two')]
    for (const task of others) tasks.push(await ended(client, task, 'COMPLETED'))
    const wrong = await wrongReuse(client, tasks)
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
  },
  async upload(client) {
    await upload(client, 'large.bin', Buffer.alloc(6 * 2 ** 20, 'large'), 5 * 2 ** 20)
    await upload(client, 'small.txt', Buffer.from('small'))
  },
  async files(client) {
    const [a, b] = [await fileNamed(client, 'a.txt'), await fileNamed(client, 'b.txt')]
    await client.post(`/files/${a}/actions/copy`, { project: PROJECT, name: 'copied.txt' })
    const job = await client.post('/async/files/copy', {
      items: [a, b].map(file => ({ file, project: PROJECT, name: `async-${file === a}.txt` })),
    })
    await client.until(`/async/files/copy/${job.id}`, ({ state }) => state === 'FINISHED')
    const started = await client.post('/storage/imports', {
      source: { volume: `${OWNER}/disk`, location: 'imported.txt' },
      destination: { project: PROJECT, name: 'imported.txt' },
    })
    const { state } = await client.until(started.href, ({ state }) => state === 'COMPLETED' || state === 'FAILED')
    if (state !== 'COMPLETED') throw new Error('the import failed')
    await client.delete(`/files/${b}`)
  },
  async deletion(client) {
    await client.delete(`/projects/${DOOMED}`)
  },
}
