import type { Api } from '../../api.ts'
import { confirm } from '../../confirm.ts'
import { runFileOperation } from '../../file-operations.ts'
import { fileOf } from '../../names.ts'
import { printJson } from '../../print.ts'
import type { FileEntry } from '../../shapes.ts'

export interface FilesDeleteFlags {
  recursive?: boolean
  yes?: boolean
  json?: boolean
}

/** Deletes files and empty folders; with `--recursive` folders and all in them. */
export async function filesDelete(api: Api, paths: string[], flags: FilesDeleteFlags): Promise<void> {
  const files: FileEntry[] = []
  for (const path of paths) files.push(await fileOf(api, path))
  const folders = flags.recursive ? files.filter(({ type }) => type === 'folder') : []
  const all = folders.length > 0 ? ' and all that is in folders' : ''
  const what = files.length === 1 ? `the ${files[0]!.type} ${files[0]!.name}` : `${files.length} files`
  await confirm(`Delete ${what}${all}?`, flags)
  for (const { id } of files.filter(file => !folders.includes(file))) await api.call('DELETE', `/files/${id}`)
  if (folders.length > 0) {
    await runFileOperation(
      api,
      'delete',
      folders.map(({ id }) => ({ file: id })),
      flags.json,
    )
  }
  if (flags.json) return printJson(files.map(({ id, name }) => ({ id, name })))
  for (const { id, name } of files) console.log(`${id}\t${name}`)
}
