import { createWriteStream } from 'node:fs'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { failpoint } from '../../failpoints.ts'
import { listFolder, pageOf } from './local-list.ts'
import { etagOf, temporaryName } from './local-names.ts'
import { isWithin, openBelow, partsOf, realBelow } from './local-paths.ts'
import { readUnchanged } from './unchanged.ts'
import {
  type Listing,
  type ListRequest,
  type PutRequest,
  VolumeError,
  type VolumeObject,
  type VolumeStore,
} from './volume-store.ts'

/**
 * A folder of this machine as a volume: locations are paths below it. Nothing outside of it is read or written, whatever
 * links there are. A file is written under a temporary name beside its place, synced and linked there.
 */
export class LocalVolume implements VolumeStore {
  readonly #root: () => Promise<string>
  readonly #prefix: string

  /** @param root gives the real path of the folder, or rejects when the operator does not allow it */
  constructor(root: () => Promise<string>, prefix: string) {
    this.#root = root
    // as with a location, a slash at its beginning stands for the folder
    this.#prefix = prefix.replace(/^\/+/, '')
  }

  async list(request: ListRequest): Promise<Listing> {
    const listing = await listFolder(await this.#root(), { ...request, prefix: this.#prefix + request.prefix })
    return {
      objects: listing.objects.map(object => this.#own(object)),
      prefixes: listing.prefixes.map(prefix => prefix.slice(this.#prefix.length)),
      token: listing.token,
    }
  }

  async page(prefix: string, after: string | undefined, limit: number): Promise<VolumeObject[]> {
    const start = after === undefined ? undefined : this.#prefix + after
    const found = await pageOf(await this.#root(), this.#prefix + prefix, start, limit)
    return found.map(object => this.#own(object))
  }

  async head(location: string): Promise<VolumeObject> {
    const { file, stats } = await this.#open(location)
    await file.close()
    return { location, size: Number(stats.size), etag: etagOf(stats), modified: Number(stats.mtimeMs) }
  }

  async open(location: string, etag: string, range?: { start: number; end: number }): Promise<Readable> {
    const { file, stats } = await this.#open(location)
    if (etagOf(stats) !== etag) {
      await file.close()
      throw new VolumeError('changed', `${location} is not the file any more that it was when it was imported`)
    }
    return readUnchanged(file, etag, range ?? {})
  }

  async put(request: PutRequest): Promise<VolumeObject> {
    const { location, overwrite, progress } = request
    const parts = partsOf(this.#prefix + location)
    const root = await this.#root()
    const folder = await refusing(() => makeFolder(root, parts.slice(0, -1)))
    const place = join(folder, parts.at(-1)!)
    const temporary = join(folder, temporaryName(request.id))
    const object = (etag: string) => ({ location, size: request.source.size, etag, modified: Date.now() })
    if (progress !== null && (await etagAt(place)) === progress) {
      await fs.rm(temporary, { force: true })
      return object(progress)
    }
    if (!overwrite && (await fs.lstat(place).catch(() => undefined))) throw alreadyExists(location)
    return await refusing(async () => {
      await write(temporary, request)
      // it stays what it is when it gets its name: the file at that name may be another one by the time that one asks
      const etag = (await etagAt(temporary)) ?? ''
      await request.note(etag)
      failpoint('after-part')
      await publish(temporary, place, request)
      await syncFolder(folder)
      return object(etag)
    })
  }

  async discard({ location, id }: Pick<PutRequest, 'location' | 'id'>): Promise<void> {
    const parts = partsOf(this.#prefix + location)
    const folder = await realBelow(await this.#root(), parts.slice(0, -1))
    if (folder !== undefined) await fs.rm(join(folder, temporaryName(id)), { force: true })
  }

  close(): void {}

  async #open(location: string) {
    const opened = await openBelow(await this.#root(), partsOf(this.#prefix + location))
    if (!opened) throw new VolumeError('missing', `there is no file ${location} on the volume`)
    return opened
  }

  #own(object: VolumeObject): VolumeObject {
    return { ...object, location: object.location.slice(this.#prefix.length) }
  }
}

/** The real path of a folder below `root`, made where it is not there. */
async function makeFolder(root: string, parts: string[]): Promise<string> {
  let folder = root
  for (const part of parts) {
    const path = join(folder, part)
    await fs.mkdir(path).catch(error => {
      if (error.code !== 'EEXIST') throw error
    })
    folder = await fs.realpath(path)
    if (!isWithin(root, folder)) {
      throw new VolumeError('out-of-reach', 'a link leads out of the folder of the volume')
    }
  }
  return folder
}

async function write(temporary: string, { source, signal }: PutRequest): Promise<void> {
  await fs.rm(temporary, { force: true })
  await pipeline(await source.open(), createWriteStream(temporary, { flags: 'wx', mode: 0o644, flush: true }), {
    signal,
  })
}

async function publish(temporary: string, place: string, { location, overwrite }: PutRequest): Promise<void> {
  if (overwrite) return await fs.rename(temporary, place)
  await fs.link(temporary, place).catch(async error => {
    await fs.rm(temporary, { force: true })
    throw error.code === 'EEXIST' ? alreadyExists(location) : error
  })
  await fs.rm(temporary)
}

async function etagAt(path: string): Promise<string | undefined> {
  const stats = await fs.lstat(path, { bigint: true }).catch(() => undefined)
  return stats?.isFile() ? etagOf(stats) : undefined
}

async function syncFolder(path: string): Promise<void> {
  const folder = await fs.open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function alreadyExists(location: string): VolumeError {
  return new VolumeError('exists', `the volume has something at ${location} already`)
}

/** What the file system refuses. A full disk and the like is a trouble of this machine, and may be over later. */
async function refusing<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      throw new VolumeError('no-write', 'the server may not write there')
    }
    if (code === 'ENOTDIR' || code === 'EISDIR' || code === 'ENOTEMPTY' || code === 'ENAMETOOLONG') {
      throw new VolumeError('exists', 'a file and a folder are in the way of each other there')
    }
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO') {
      throw new VolumeError('unreachable', 'the disk of the volume takes nothing more')
    }
    throw error
  }
}
