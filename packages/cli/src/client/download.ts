import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Api, withRetries } from './api.ts'
import { ClientError } from './errors.ts'
import type { FileEntry } from './shapes.ts'

export interface DownloadOptions {
  overwrite?: boolean | undefined
  signal?: AbortSignal | undefined
  /** called with the number of bytes on disk */
  onProgress?: (bytes: number) => void
}

/** How often in a row a transfer may break off without having brought a byte. */
const fruitlessTries = 3

/**
 * Downloads a file to `path`. Its bytes are written beside it under a temporary name made of the file's id; a transfer that
 * broke off, in this run or an earlier one, goes on where it was. The file gets its name only when its size is right.
 */
export async function downloadFile(
  api: Api,
  file: FileEntry,
  path: string,
  options: DownloadOptions = {},
): Promise<void> {
  if (!options.overwrite && (await sizeOf(path)) !== undefined) {
    throw new ClientError(`${path} exists already: give --overwrite to replace it.`)
  }
  await mkdir(dirname(path), { recursive: true })
  const partial = join(dirname(path), `.${file.id}.part`)
  for (let fruitless = 0; ; ) {
    const have = (await sizeOf(partial)) ?? 0
    try {
      if (have === 0 || have < (file.size ?? 0)) await fetchFrom(api, file, partial, have, options)
      break
    } catch (error) {
      if (options.signal?.aborted || error instanceof ClientError) throw error
      fruitless = ((await sizeOf(partial)) ?? 0) > have ? 0 : fruitless + 1
      if (fruitless === fruitlessTries) {
        throw new ClientError(`${file.name} broke off after ${have} bytes. The same command goes on from there.`)
      }
    }
  }
  const size = await sizeOf(partial)
  if (size !== file.size) {
    await rm(partial, { force: true })
    throw new ClientError(`${file.name} should have ${file.size} bytes, but ${size} came. It was not kept.`)
  }
  await rename(partial, path)
}

/** Fetches what is missing of a file of which the first `have` bytes are in `partial`. */
async function fetchFrom(
  api: Api,
  file: FileEntry,
  partial: string,
  have: number,
  options: DownloadOptions,
): Promise<void> {
  const { signal, onProgress } = options
  const { url: target } = await api.get<{ url: string }>(`/files/${file.id}/download_info`, { signal })
  const headers: Record<string, string> = { 'accept-encoding': 'identity' }
  if (have > 0) headers.range = `bytes=${have}-`
  const get = async () => ({ response: await fetch(target, { headers, signal: signal ?? null }) })
  const { response } = await withRetries(get, { method: 'GET', target, signal })
  if (!response.ok || response.body === null) {
    await response.body?.cancel()
    throw new ClientError(`${file.name} can't be downloaded: its address answered HTTP ${response.status}.`)
  }
  const continued = response.headers.get('content-range')?.startsWith(`bytes ${have}-`) ?? false
  let written = continued ? have : 0
  const count = new Transform({
    transform(chunk: Buffer, _, done) {
      written += chunk.length
      onProgress?.(written)
      done(null, chunk)
    },
  })
  await pipeline(Readable.fromWeb(response.body), count, createWriteStream(partial, { flags: continued ? 'a' : 'w' }))
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size
}
