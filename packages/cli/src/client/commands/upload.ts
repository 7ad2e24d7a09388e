import { basename } from 'node:path'
import type { Api } from '../api.ts'
import { ClientError } from '../errors.ts'
import { interruptible } from '../interrupt.ts'
import { folderOf, projectOf } from '../names.ts'
import { printJson } from '../print.ts'
import { createProgress } from '../progress.ts'
import { type FileEntry, isFileId } from '../shapes.ts'
import { type Destination, sizeOf, uploadFile } from '../upload.ts'

export interface UploadFlags {
  project?: string
  folder?: string
  name?: string
  overwrite?: boolean
  json?: boolean
}

export async function upload(api: Api, paths: string[], flags: UploadFlags): Promise<void> {
  if (flags.name !== undefined && paths.length > 1) throw new ClientError('--name names one file; more were given.')
  const destination = await destinationOf(api, flags)
  const files: FileEntry[] = []
  for (const path of paths) {
    const bar = createProgress(basename(path), 'bytes', await sizeOf(path), flags.json)
    const { name, overwrite } = flags
    try {
      const file = await interruptible('The upload was stopped.', signal =>
        uploadFile(api, path, destination, { name, overwrite, signal, onProgress: bytes => bar.update(bytes) }),
      )
      files.push(file)
    } finally {
      bar.stop()
    }
    if (!flags.json) console.log(`${files.at(-1)?.id}\t${files.at(-1)?.name}`)
  }
  if (flags.json) printJson(files)
}

/** A folder lies in a project already, and the API takes one of the two. */
async function destinationOf(api: Api, { project, folder }: UploadFlags): Promise<Destination> {
  if (folder !== undefined) return { parent: isFileId(folder) ? folder : (await folderOf(api, folder, project)).id }
  if (project !== undefined) return { project: await projectOf(api, project) }
  throw new ClientError('Where to? Give --project OWNER/NAME or --folder ID.')
}
