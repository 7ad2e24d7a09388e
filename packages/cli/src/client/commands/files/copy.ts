import type { Api } from '../../api.ts'
import { ClientError } from '../../errors.ts'
import { runFileOperation } from '../../file-operations.ts'
import { fileOf, folderOf } from '../../names.ts'
import { printJson } from '../../print.ts'
import type { FileEntry } from '../../shapes.ts'

export interface TransferFlags {
  name?: string
  json?: boolean
}

/** Copies files and folders into a folder or the root of a project. */
export async function filesCopy(api: Api, paths: string[], to: string, flags: TransferFlags): Promise<void> {
  await transfer(api, 'copy', paths, to, flags)
}

/** Moves files and folders. What stays in its project is moved one by one; the rest, and folders, by the server in one go. */
export async function filesMove(api: Api, paths: string[], to: string, flags: TransferFlags): Promise<void> {
  await transfer(api, 'move', paths, to, flags)
}

async function transfer(
  api: Api,
  kind: 'copy' | 'move',
  paths: string[],
  to: string,
  { name, json }: TransferFlags,
): Promise<void> {
  if (name !== undefined && paths.length > 1) throw new ClientError('--name names one file; more were given.')
  const target = await folderOf(api, to)
  const sources: FileEntry[] = []
  for (const path of paths) sources.push(await fileOf(api, path))
  const named = name === undefined ? {} : { name }
  const isSimple = ({ type, project }: FileEntry) => type === 'file' && (kind === 'copy' || project === target.project)
  const done: FileEntry[] = []
  for (const { id } of sources.filter(isSimple)) {
    const body = { parent: target.id, ...named }
    done.push(await api.post<FileEntry>(`/files/${id}/actions/${kind}`, { body }))
  }
  const items = sources.filter(file => !isSimple(file)).map(({ id }) => ({ file: id, parent: target.id, ...named }))
  if (items.length > 0) done.push(...(await runFileOperation(api, kind, items, json)))
  if (json) return printJson(done)
  for (const file of done) console.log(`${file.id}\t${file.name}`)
}
