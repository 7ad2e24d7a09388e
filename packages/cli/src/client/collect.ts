import { basename, join } from 'node:path'
import type { Api } from './api.ts'
import { ClientError } from './errors.ts'
import { fileOf } from './names.ts'
import { type FileEntry, filesIn, isFileId, isTaskId, type Task } from './shapes.ts'

/** One file to download, and its place below the folder of downloads. */
export interface Wanted {
  file: FileEntry
  path: string
}

/**
 * What ids and paths stand for, as files with their places: a file for itself, a folder for all in it, a task for its outputs. Where
 * two would get one place the later one gets a numbered prefix, as in `_1_calls.vcf`.
 */
export async function collect(api: Api, ids: string[]): Promise<Wanted[]> {
  const found: Wanted[] = []
  for (const id of ids) {
    if (isTaskId(id)) {
      const task = await api.get<Task>(`/tasks/${id}`)
      const outputs = filesIn(task.outputs)
      if (outputs.length === 0) throw new ClientError(`Task ${id} is ${task.status} and has no files as outputs.`)
      for (const value of outputs) found.push(...(await below(api, value.path, '')))
    } else if (isFileId(id)) {
      found.push(...(await below(api, id, '')))
    } else if (id.includes('/')) {
      found.push(...(await below(api, (await fileOf(api, id)).id, '')))
    } else {
      throw new ClientError(
        `"${id}" is the id of no file (24 hexadecimal digits) and of no task (a UUID), and no path.`,
      )
    }
  }
  return withoutClashes(found)
}

async function below(api: Api, id: string, folder: string): Promise<Wanted[]> {
  const file = await api.get<FileEntry>(`/files/${id}`)
  const name = basename(file.name)
  if (name === '' || name === '.' || name === '..')
    throw new ClientError(`"${file.name}" can't be the name of a file here.`)
  const path = join(folder, name)
  if (file.type !== 'folder') return [{ file, path }]
  const entries = await api.list<FileEntry>(`/files/${id}/list`)
  const nested = []
  for (const entry of entries) nested.push(...(await below(api, entry.id, path)))
  return nested
}

function withoutClashes(found: Wanted[]): Wanted[] {
  const byId = new Map(found.map(wanted => [wanted.file.id, wanted]))
  const taken = new Set<string>()
  return [...byId.values()].map(({ file, path }) => {
    let free = path
    for (let n = 1; taken.has(free); n++) free = join(path, '..', `_${n}_${basename(path)}`)
    taken.add(free)
    return { file, path: free }
  })
}
