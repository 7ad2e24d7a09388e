import { basename } from 'node:path'
import type { Api } from '../api.ts'
import { ClientError } from '../errors.ts'
import { interruptible } from '../interrupt.ts'
import { printJson } from '../print.ts'
import { createProgress } from '../progress.ts'
import type { FileEntry } from '../shapes.ts'
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
  const destination = destinationOf(flags)
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
function destinationOf({ project, folder }: UploadFlags): Destination {
  if (folder !== undefined) return { parent: folder }
  if (project !== undefined) return { project }
  throw new ClientError('Where to? Give --project OWNER/NAME or --folder ID.')
}
