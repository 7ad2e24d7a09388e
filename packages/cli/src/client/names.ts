import type { Api } from './api.ts'
import { ApiError, ClientError } from './errors.ts'
import { type App, type FileEntry, isFileId, isTaskId, type Project, type Task } from './shapes.ts'

/**
 * What people write for ids. A name stands for the one thing that has it; where several have it the error lists them.
 *
 * A project is OWNER/NAME, or its short or full name. An app is OWNER/PROJECT/NAME[/REVISION], or its name in a project.
 * A task is its id, the beginning of it, or its name. A file or folder is its id, or a path OWNER/PROJECT/FOLDER/NAME; in a
 * known project also the path from its root.
 */

/** How many tasks, the latest first, are looked through for a name. */
const tasksSearched = 1000

/** The id of a project. */
export async function projectOf(api: Api, text: string): Promise<string> {
  if (text.includes('/')) return text
  const projects = await api.list<Project>('/projects', { fields: 'id,name' })
  const isIt = ({ id, name }: Project) => id.split('/')[1] === text || name === text
  return onlyOne('project', text, projects.filter(isIt), ({ id, name }) => `${id}  ${name}`).id
}

/** The id of an app, with a revision where one was given. */
export async function appOf(api: Api, text: string, project?: string): Promise<string> {
  if (/^[^/]+(\/[^/]+){2,3}$/.test(text)) return text
  if (text.includes('/')) throw new ClientError(`"${text}" names no app: write OWNER/PROJECT/NAME, or a name alone.`)
  const apps = await api.list<App>('/apps', { project, fields: 'id,name,project' })
  const isIt = ({ id, name }: App) => id.split('/')[2] === text || name === text
  const found = onlyOne('app', text, apps.filter(isIt), ({ id, name }) => `${id}  ${name}`)
  return found.id.split('/').slice(0, 3).join('/')
}

/** The id of a task. */
export async function taskOf(api: Api, text: string, project?: string): Promise<string> {
  if (isTaskId(text)) return text
  const found: Task[] = []
  let searched = 0
  const query = { project, order_by: 'created_time', order: 'desc', fields: 'id,name,status,created_time' }
  for await (const { items } of api.pages<Task>('/tasks', query)) {
    found.push(...items.filter(({ id, name }) => name === text || (text.length >= 8 && id.startsWith(text))))
    searched += items.length
    if (searched >= tasksSearched) break
  }
  const line = ({ id, name, status, created_time }: Task) => `${id}  ${name}  ${status}  ${created_time}`
  return onlyOne('task', text, found, line).id
}

/** A file or folder. */
export async function fileOf(api: Api, text: string, project?: string): Promise<FileEntry> {
  if (isFileId(text)) return api.get<FileEntry>(`/files/${text}`)
  const segments = text.split('/').filter(segment => segment !== '')
  const [owner, short, ...path] = segments
  if (owner !== undefined && short !== undefined && !text.startsWith('/')) {
    const found = await below(api, `${owner}/${short}`, path).catch(unknownIsNothing)
    if (found) return found
  }
  const found = project === undefined ? undefined : await below(api, project, segments)
  if (found) return found
  const hint = project === undefined ? ': write an id, or a path OWNER/PROJECT/FOLDER/NAME' : ` in ${project}`
  throw new ClientError(`There is no file or folder "${text}"${hint}.`)
}

/** The folder that a path or an id names; a project stands for its root. */
export async function folderOf(api: Api, text: string, project?: string): Promise<FileEntry> {
  const found = await fileOf(api, text, project)
  if (found.type !== 'folder') throw new ClientError(`${text} is a file, not a folder.`)
  return found
}

/** Goes down from the root of a project; undefined when a name on the way is not there. */
async function below(api: Api, project: string, path: string[]): Promise<FileEntry | undefined> {
  if (path.length === 0) {
    const { root_folder: root } = await api.get<Project>(`/projects/${project}`)
    return root === undefined ? undefined : api.get<FileEntry>(`/files/${root}`)
  }
  let found: FileEntry | undefined
  for (const name of path) {
    if (found !== undefined && found.type !== 'folder') return undefined
    const place = found === undefined ? { project } : { parent: found.id }
    const entries = await api.list<FileEntry>('/files', { ...place, name, fields: '_all' })
    if (entries.length === 0) return undefined
    found = onlyOne('file', name, entries, ({ id, type }) => `${id}  ${type}`)
  }
  return found
}

function unknownIsNothing(error: unknown): undefined {
  if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return undefined
  throw error
}

function onlyOne<T>(kind: string, text: string, found: T[], line: (one: T) => string): T {
  if (found.length === 0) throw new ClientError(`There is no ${kind} "${text}".`)
  if (found.length === 1) return found[0]!
  const lines = found.slice(0, 20).map(one => `  ${line(one)}`)
  if (found.length > 20) lines.push(`  and ${found.length - 20} more`)
  throw new ClientError(`"${text}" is the name of ${found.length} ${kind}s; give the id of one:\n${lines.join('\n')}`)
}
