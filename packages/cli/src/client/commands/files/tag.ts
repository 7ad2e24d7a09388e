import type { Api } from '../../api.ts'
import { ClientError } from '../../errors.ts'
import { fileOf } from '../../names.ts'
import { printJson } from '../../print.ts'

export interface FilesTagFlags {
  add: string[]
  remove: string[]
  set?: string[]
  json?: boolean
}

/** Shows the tags of files, after changing them where that is asked for. */
export async function filesTag(api: Api, paths: string[], flags: FilesTagFlags): Promise<void> {
  if (flags.set && flags.add.length + flags.remove.length > 0) {
    throw new ClientError('--set says all tags; it goes with neither --add nor --remove.')
  }
  const results: { id: string; name: string; tags: string[] }[] = []
  for (const path of paths) {
    const { id, name, tags = [] } = await fileOf(api, path)
    const wanted = flags.set ?? [...new Set([...tags, ...flags.add])].filter(tag => !flags.remove.includes(tag))
    const isSame = wanted.length === tags.length && wanted.every((tag, n) => tag === tags[n])
    const now = isSame ? tags : await api.call<string[]>('PUT', `/files/${id}/tags`, { body: wanted })
    results.push({ id, name, tags: now })
    if (!flags.json) console.log(`${id}\t${name}\t${now.join(', ')}`)
  }
  if (flags.json) printJson(results)
}
