import type { Api } from '../../api.ts'
import { ClientError } from '../../errors.ts'
import { fileOf } from '../../names.ts'
import { pairsOf } from '../../pairs.ts'
import { printFields } from '../../print.ts'

export interface FilesMetadataFlags {
  set: string[]
  unset: string[]
  replace?: boolean
  json?: boolean
}

type Metadata = Record<string, string | null>

/** Shows the metadata of a file, after changing them where that is asked for. */
export async function filesMetadata(api: Api, path: string, flags: FilesMetadataFlags): Promise<void> {
  const given = [...pairsOf(flags.set, '--set')].map(([key, values]) => [key, values.at(-1)!] as const)
  if (flags.replace && flags.unset.length > 0) throw new ClientError('--replace unsets all others; leave --unset out.')
  const body: Metadata = { ...Object.fromEntries(given), ...Object.fromEntries(flags.unset.map(key => [key, null])) }
  const address = `/files/${(await fileOf(api, path)).id}/metadata`
  const isEdit = flags.replace || Object.keys(body).length > 0
  const method = flags.replace ? 'PUT' : isEdit ? 'PATCH' : 'GET'
  printFields(await api.call<Metadata>(method, address, isEdit ? { body } : {}), flags)
}
