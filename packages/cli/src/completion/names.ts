import { type Api, createApi, type Query } from '../client/api.ts'
import { resolveConnection } from '../client/connection.ts'
import { folderOf } from '../client/names.ts'
import type { App, FileEntry, Project, Task } from '../client/shapes.ts'
import type { Candidate } from './candidate.ts'
import type { Point } from './point.ts'

export type Kind = 'project' | 'app' | 'task' | 'path' | 'path or task'

/** Who presses Tab waits for the server so long, in milliseconds. */
const patience = 1_500
/** More names than this help nobody. */
const most = 500

/** The names that the server knows, by the address and token of the line or of the environment; none when it can't be asked. */
export async function namesOf(kind: Kind, { current, values }: Point): Promise<Candidate[]> {
  try {
    const [url, token, profile] = ['url', 'token', 'profile'].map(name => values.get(name))
    const connection = resolveConnection({
      ...(url === undefined ? {} : { url }),
      ...(token === undefined ? {} : { token }),
      ...(profile === undefined ? {} : { profile }),
    })
    const api = createApi(connection, AbortSignal.timeout(patience))
    const project = values.get('project')
    if (kind === 'project') return await projects(api)
    if (kind === 'app') return await apps(api, current, project)
    if (kind === 'task') return await tasks(api, project)
    if (kind === 'path' || current.includes('/')) return await paths(api, current)
    return [...(await paths(api, current)), ...(await tasks(api, project))]
  } catch {
    // nothing that goes wrong is shown at a Tab
    return []
  }
}

async function projects(api: Api): Promise<Candidate[]> {
  const found = await some<Project>(api, '/projects', { fields: 'id,name' })
  return found.map(({ id, name }) => ({ text: id, about: name }))
}

async function apps(api: Api, current: string, project: string | undefined): Promise<Candidate[]> {
  const [owner, short, ...rest] = current.split('/')
  const place = rest.length > 0 ? `${owner}/${short}` : project?.includes('/') ? project : undefined
  const found = await some<App>(api, '/apps', { project: place, fields: 'id,name' })
  return found.map(({ id, name }) => ({ text: id.split('/').slice(0, 3).join('/'), about: name }))
}

async function tasks(api: Api, project: string | undefined): Promise<Candidate[]> {
  const query = { order_by: 'created_time', order: 'desc', fields: 'id,name,status', limit: 100 }
  const place = project?.includes('/') ? project : undefined
  const { items } = await api.get<{ items: Task[] }>('/tasks', { query: { project: place, ...query } })
  return items.map(({ id, name, status }) => ({ text: id, about: `${name} (${status})` }))
}

/** A path goes on below the last folder that is written out; before that, with a project. */
async function paths(api: Api, current: string): Promise<Candidate[]> {
  const folder = current.slice(0, current.lastIndexOf('/') + 1)
  if (folder.split('/').length < 3) return (await projects(api)).map(one => ({ ...one, text: `${one.text}/` }))
  const { id } = await folderOf(api, folder)
  const entries = await some<FileEntry>(api, '/files', { parent: id, fields: 'id,name,type' })
  return entries.map(({ name, type }) => ({ text: `${folder}${name}${type === 'folder' ? '/' : ''}`, about: '' }))
}

async function some<T>(api: Api, path: string, query: Query): Promise<T[]> {
  const found: T[] = []
  for await (const { items } of api.pages<T>(path, query)) {
    found.push(...items)
    if (found.length >= most) break
  }
  return found
}
