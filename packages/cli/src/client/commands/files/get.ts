import type { Api } from '../../api.ts'
import { fileOf } from '../../names.ts'
import { printFields } from '../../print.ts'
import { isFileId } from '../../shapes.ts'

export async function filesGet(api: Api, name: string, flags: { fields?: string; json?: boolean }): Promise<void> {
  const id = isFileId(name) ? name : (await fileOf(api, name)).id
  printFields(await api.get<object>(`/files/${id}`, { query: { fields: flags.fields } }), flags)
}
