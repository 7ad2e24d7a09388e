import { join } from 'node:path'
import type { Api } from '../api.ts'
import { collect } from '../collect.ts'
import { downloadFile } from '../download.ts'
import { interruptible } from '../interrupt.ts'
import { printJson } from '../print.ts'
import { createProgress } from '../progress.ts'

export interface DownloadFlags {
  outdir: string
  overwrite?: boolean
  json?: boolean
}

export async function download(api: Api, ids: string[], flags: DownloadFlags): Promise<void> {
  const done: { id: string; name: string; size: number | undefined; path: string }[] = []
  for (const { file, path } of await collect(api, ids)) {
    const target = join(flags.outdir, path)
    const bar = createProgress(file.name, 'bytes', file.size ?? 0, flags.json)
    try {
      await interruptible('Stopped. The same command goes on where it was.', signal =>
        downloadFile(api, file, target, {
          overwrite: flags.overwrite,
          signal,
          onProgress: bytes => bar.update(bytes),
        }),
      )
    } finally {
      bar.stop()
    }
    done.push({ id: file.id, name: file.name, size: file.size, path: target })
    if (!flags.json) console.log(target)
  }
  if (flags.json) printJson(done)
}
