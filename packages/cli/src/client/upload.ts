import { openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Api, errorOf, withRetries } from './api.ts'
import { ClientError } from './errors.ts'
import type { FileEntry } from './shapes.ts'

/** Where an uploaded file goes: into a project's root, or into a folder by its id. */
export type Destination = { project: string } | { parent: string }

export interface UploadOptions {
  /** the file's base name unless given */
  name?: string | undefined
  overwrite?: boolean | undefined
  signal?: AbortSignal | undefined
  /** called with the number of bytes that the server has */
  onProgress?: (bytes: number) => void
}

interface Part {
  number: number
  start: number
  end: number
}

const partsAtOnce = 3
const preferredPartSize = 32 * 2 ** 20

/**
 * Uploads a file by the multipart protocol: asks for an upload, puts each part at its signed address and reports the part's
 * ETag, then completes. The server's part size is binding. An empty file is one empty part. When it ends early the upload
 * is aborted, so that the server keeps no parts.
 */
export async function uploadFile(
  api: Api,
  path: string,
  destination: Destination,
  { name = basename(path), overwrite = false, signal, onProgress }: UploadOptions = {},
): Promise<FileEntry> {
  const size = await sizeOf(path)
  const upload = await api.post<{ upload_id: string; part_size: number }>('/upload/multipart', {
    query: { overwrite },
    body: { ...destination, name, size, part_size: preferredPartSize },
    signal,
  })
  const address = `/upload/multipart/${upload.upload_id}`
  const failure = new AbortController()
  const stop = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal
  const queue = partsOf(size, upload.part_size)
  let sent = 0
  const sendParts = async () => {
    for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
      await sendPart(api, address, path, part, stop)
      sent += part.end - part.start
      onProgress?.(sent)
    }
  }
  const senders = Array.from({ length: partsAtOnce }, sendParts)
  try {
    await Promise.all(senders)
    return await api.post<FileEntry>(`${address}/complete`, { signal })
  } catch (error) {
    failure.abort()
    await Promise.allSettled(senders)
    // what went wrong first is the one to tell
    await api.call('DELETE', address).catch(() => {})
    throw error
  }
}

/** The parts of a file, numbered from 1, `end` excluded: all of the part size but the last. */
export function partsOf(size: number, partSize: number): Part[] {
  const count = Math.max(1, Math.ceil(size / partSize))
  return Array.from({ length: count }, (_, i) => ({
    number: i + 1,
    start: i * partSize,
    end: Math.min(size, (i + 1) * partSize),
  }))
}

async function sendPart(api: Api, address: string, path: string, part: Part, signal: AbortSignal): Promise<void> {
  const { url: target } = await api.get<{ url: string }>(`${address}/part/${part.number}`, { signal })
  const body = (await openAsBlob(path)).slice(part.start, part.end)
  const put = async () => ({ response: await fetch(target, { method: 'PUT', body, signal }) })
  const { response } = await withRetries(put, { method: 'PUT', target, signal })
  const etag = response.headers.get('etag')
  const answer = await response.text()
  if (response.status !== 200) throw errorOf(response.status, answer, target)
  if (etag === null) throw new ClientError(`Part ${part.number} of ${path} was taken without an ETag.`)
  const report = { part_number: part.number, response: { headers: { ETag: etag.replaceAll('"', '') } } }
  await api.post(`${address}/part`, { body: report, signal })
}

/** Bytes of a regular file. */
export async function sizeOf(path: string): Promise<number> {
  const stats = await stat(path).catch(() => undefined)
  if (stats === undefined) throw new ClientError(`There is no file ${path}.`)
  if (!stats.isFile()) throw new ClientError(`${path} is no regular file.`)
  return stats.size
}
