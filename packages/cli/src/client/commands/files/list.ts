import type { Api } from '../../api.ts'
import { ClientError } from '../../errors.ts'
import { type ListFlags, printList } from '../../listing.ts'
import { folderOf, projectOf } from '../../names.ts'
import { pairsOf } from '../../pairs.ts'
import { FILES } from '../../rows.ts'
import { isFileId } from '../../shapes.ts'

export interface FilesListFlags extends ListFlags {
  name?: string[]
  tag?: string[]
  metadata: string[]
  task?: string
}

/** Lists one level of a project or a folder. */
export async function filesList(api: Api, place: string, flags: FilesListFlags): Promise<void> {
  const metadata = Object.fromEntries(
    [...pairsOf(flags.metadata, '--metadata')].map(([key, values]) => [`metadata.${key}`, values]),
  )
  const query = { ...(await folderQuery(api, place)), name: flags.name, tag: flags.tag, 'origin.task': flags.task }
  await printList(api, '/files', { ...query, ...metadata }, flags, FILES)
}

async function folderQuery(api: Api, text: string): Promise<{ project: string } | { parent: string }> {
  const segments = text.split('/').filter(segment => segment !== '')
  if (segments.length === 0)
    throw new ClientError('Where? Write OWNER/PROJECT, a path below it, or the id of a folder.')
  if (segments.length === 1 && !isFileId(text)) return { project: await projectOf(api, segments[0]!) }
  return segments.length === 2 ? { project: segments.join('/') } : { parent: (await folderOf(api, text)).id }
}
