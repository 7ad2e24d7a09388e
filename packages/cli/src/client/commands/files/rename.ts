import type { Api } from '../../api.ts'
import { fileOf } from '../../names.ts'
import { printJson } from '../../print.ts'
import type { FileEntry } from '../../shapes.ts'

export async function filesRename(api: Api, path: string, name: string, flags: { json?: boolean }): Promise<void> {
  const { id } = await fileOf(api, path)
  const file = await api.call<FileEntry>('PATCH', `/files/${id}`, { body: { name } })
  if (flags.json) printJson(file)
  else console.log(`${file.id}\t${file.name}`)
}
