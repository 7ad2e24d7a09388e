import { finished, type Server } from '../server.ts'
import { ECHO } from '../task.ts'

const MIB = 2 ** 20
const SIZE = 5 * MIB
/** Milliseconds between two looks at a task. */
const LOOK = 200

/** What was done, by name. */
export type Counts = { [what: string]: number }

interface Task {
  id: string
  outputs: { said: { path: string } | null } | null
}

/** One round: a project with an app, in which a bit of everything is done; then all of it is removed. */
export async function round(server: Server, count: (what: string) => void): Promise<void> {
  const call = <T>(...asked: Parameters<Server['call']>) => server.call<T>(...asked)
  const { id: project } = await call<{ id: string }>('POST', '/projects', { name: `soak ${crypto.randomUUID()}` })
  const app = `${project}/echo`
  await call('POST', `/apps/${app}/raw`, ECHO)
  const kept = await upload(server, project, 'kept.bin')
  const gone = await upload(server, project, 'gone.bin')
  count('uploads')
  count('uploads')
  await download(server, kept)
  count('downloads')
  await call('DELETE', `/files/${gone}`)
  count('files deleted')
  await abandon(server, project)
  count('uploads aborted')

  const first = await call<Task>('POST', '/tasks', {
    project,
    app,
    name: 'soak',
    inputs: { message: crypto.randomUUID() },
  })
  await call('POST', `/tasks/${first.id}/actions/run`)
  if ((await finished(server, first.id, LOOK)) !== 'COMPLETED') throw new Error('a task did not end well')
  count('tasks')
  const drafts: string[] = []
  for (let n = 0; n < 10; n++) drafts.push((await call<Task>('POST', `/tasks/${first.id}/actions/clone`)).id)
  const again = await call<Task>('POST', `/tasks/${first.id}/actions/clone?action=run`)
  if ((await finished(server, again.id, LOOK)) !== 'COMPLETED') throw new Error('a rerun did not end well')
  count('clones')
  await abortOne(server, project)
  count('tasks aborted')
  await call('GET', `/tasks?project=${project}&limit=50`)
  for (const id of drafts) await call('DELETE', `/tasks/${id}`)
  await call('DELETE', `/projects/${project}`)
  count('projects deleted')
}

async function begin(server: Server, project: string, name: string): Promise<{ upload_id: string; part_size: number }> {
  return server.call('POST', '/upload/multipart', { project, name, size: SIZE, part_size: SIZE })
}

async function part(server: Server, upload: string): Promise<void> {
  const { url } = await server.call<{ url: string }>('GET', `/upload/multipart/${upload}/part/1`)
  const bytes = crypto.getRandomValues(new Uint8Array(65_536))
  const body = Buffer.concat(Array.from({ length: SIZE / bytes.length }, () => bytes))
  const answer = await fetch(url, { method: 'PUT', body })
  await answer.text()
  if (!answer.ok) throw new Error(`a part was answered ${answer.status}`)
  const report = { part_number: 1, response: { headers: { ETag: answer.headers.get('etag') } } }
  await server.call('POST', `/upload/multipart/${upload}/part`, report)
}

async function upload(server: Server, project: string, name: string): Promise<string> {
  const { upload_id } = await begin(server, project, name)
  await part(server, upload_id)
  return (await server.call<{ id: string }>('POST', `/upload/multipart/${upload_id}/complete`)).id
}

async function abandon(server: Server, project: string): Promise<void> {
  const { upload_id } = await begin(server, project, 'never.bin')
  await part(server, upload_id)
  await server.call('DELETE', `/upload/multipart/${upload_id}`)
}

async function download(server: Server, file: string): Promise<void> {
  const { url } = await server.call<{ url: string }>('GET', `/files/${file}/download_info`)
  const bytes = await (await fetch(url)).arrayBuffer()
  if (bytes.byteLength !== SIZE) throw new Error(`a download had ${bytes.byteLength} bytes`)
}

async function abortOne(server: Server, project: string): Promise<void> {
  const app = `${project}/sleep`
  const tool = { cwlVersion: 'v1.2', class: 'CommandLineTool', baseCommand: ['sleep', '600'], inputs: {}, outputs: {} }
  await server.call('POST', `/apps/${app}/raw`, tool)
  const { id } = await server.call<Task>('POST', '/tasks?action=run', { project, app, name: 'long', inputs: {} })
  await server.call('POST', `/tasks/${id}/actions/abort`)
  await finished(server, id, LOOK)
}
