import type { Api } from '../../api.ts'
import { ApiError, ClientError } from '../../errors.ts'
import { folderOf } from '../../names.ts'
import { printJson } from '../../print.ts'
import type { FileEntry } from '../../shapes.ts'

/** Makes folders; with `--parents` those above them too, and one that is there is no error. */
export async function filesMkdir(
  api: Api,
  paths: string[],
  flags: { parents?: boolean; json?: boolean },
): Promise<void> {
  const made: FileEntry[] = []
  for (const path of paths) {
    made.push(await makeFolder(api, path, flags.parents ?? false))
    if (!flags.json) console.log(`${made.at(-1)?.id}\t${path}`)
  }
  if (flags.json) printJson(made)
}

async function makeFolder(api: Api, path: string, parents: boolean): Promise<FileEntry> {
  const segments = path.split('/').filter(segment => segment !== '')
  // the first one or two lead to a folder that is there: its id, or a project
  const start = /^[0-9a-f]{24}$/.test(segments[0] ?? '') ? 1 : 2
  if (segments.length <= start) {
    throw new ClientError(`"${path}" names no new folder: write OWNER/PROJECT/FOLDER, or ID/FOLDER.`)
  }
  const first = parents ? start : segments.length - 1
  let folder = await folderOf(api, segments.slice(0, first).join('/'))
  for (const name of segments.slice(first)) folder = await make(api, folder, name, parents)
  return folder
}

async function make(api: Api, parent: FileEntry, name: string, mayExist: boolean): Promise<FileEntry> {
  try {
    return await api.post<FileEntry>('/files', { body: { name, type: 'folder', parent: parent.id } })
  } catch (error) {
    if (!mayExist || !(error instanceof ApiError) || error.status !== 409) throw error
    const [found] = await api.list<FileEntry>('/files', { parent: parent.id, name })
    if (found?.type !== 'folder') throw error
    return found
  }
}
