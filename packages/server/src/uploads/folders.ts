import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, link, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Context } from '../context.ts'
import { StreamPace } from '../pacing/stream-pace.ts'
import type { StreamSlots } from '../pacing/stream-slots.ts'
import { type DiskSpace, Grant } from '../storage/disk-space.ts'
import { isContiguous, type Part } from './layout.ts'
import { batchFor, Sink } from './sink.ts'

/** The context of rules on uploads' bytes. */
export interface UploadsContext extends Context {
  uploads: UploadFolders
}

/**
 * The bytes of uploads on their way, a folder each. Every part has its slot in one file, `data`, at (number - 1) times the
 * part size, so that in the end nothing is copied. Clients may send a part that is longer than its slot: the bytes beyond
 * go to a file of their own, `<number>.tail`, until all parts are there. A part counts only when its row says so; a row is
 * removed before its slot is written again, so that a write that breaks off leaves a missing part and no wrong one. Where the slot
 * may still be written by another process the part gets a file of its own. What is written asks for room before: `write` and `assemble` reject with NoRoom.
 */
export interface UploadFolders {
  /**
   * Runs what takes a part from its source. What takes the same part still is broken off first; from when this is called until
   * `take` has ended, `breakOff` knows of it.
   */
  receive<T>(upload: string, number: number, source: Readable, take: () => Promise<T>): Promise<T>
  /** Ends whatever takes parts of the upload; resolves when nothing of it is written any more. */
  breakOff(upload: string): Promise<void>
  /** Writes one part from the start, in the turns of its user. */
  write(upload: string, place: PartTarget, source: Readable, limit: number, user: string): Promise<WrittenPart>
  /**
   * A finished file, synced, that may be taken away; parts in the order of their numbers. The upload's own stay.
   * @param alone nobody else writes or takes the upload's file: it may become the finished one
   */
  assemble(upload: string, partSize: number, parts: Part[], alone: boolean): Promise<string>
  remove(upload: string): Promise<void>
  /** Removes what belongs to none of these uploads and has not been touched for an hour. */
  sweep(known: ReadonlySet<string>): Promise<void>
  /** Runs one after the other what is done to the same upload as a whole. */
  alone<T>(upload: string, work: () => Promise<T>): Promise<T>
}

export interface PartTarget {
  number: number
  /** a file of its own; null: its slot */
  place: string | null
  partSize: number
}

export interface WrittenPart {
  size: number
  /** MD5, hex */
  etag: string
}

/** The part has more bytes than it may. */
export class PartTooLarge extends Error {
  override name = 'PartTooLarge'
}

/** Milliseconds after which a folder without an upload is one that a crash left. */
const UNTOUCHED = 3_600_000

export function uploadFolders(root: string, room: DiskSpace, transfers: StreamSlots): UploadFolders {
  const receiving = new Map<string, Set<Receiving>>()
  const queues = new Map<string, Promise<unknown>>()
  const folderOf = (upload: string) => join(root, upload)

  async function breakOff(parts: Receiving[], reason: string): Promise<void> {
    for (const { source } of parts) source.destroy(new Error(reason))
    await Promise.allSettled(parts.map(({ ended }) => ended))
  }

  async function receive<T>(upload: string, number: number, source: Readable, take: () => Promise<T>): Promise<T> {
    // one whose client is gone already must not break off the next try, which may have come before it
    if (source.destroyed) throw new Error('the part broke off')
    const all = receiving.get(upload) ?? new Set()
    receiving.set(upload, all)
    const before = [...all].filter(each => each.number === number)
    const ended = breakOff(before, 'the part is sent again').then(() => {
      if (source.destroyed) throw source.errored ?? new Error('the part broke off')
      return take()
    })
    const mine = { number, source, ended }
    all.add(mine)
    try {
      return await ended
    } finally {
      all.delete(mine)
      if (all.size === 0) receiving.delete(upload)
    }
  }

  async function alone<T>(upload: string, work: () => Promise<T>): Promise<T> {
    const turn = (queues.get(upload) ?? Promise.resolve()).then(work, work)
    queues.set(upload, turn)
    try {
      return await turn
    } finally {
      if (queues.get(upload) === turn) queues.delete(upload)
    }
  }

  return {
    alone,
    receive,
    breakOff: upload => breakOff([...(receiving.get(upload) ?? [])], 'the upload ends'),
    async write(upload, place, source, limit, user) {
      await mkdir(folderOf(upload), { recursive: true })
      const pace = (rest: () => Promise<void>) =>
        new StreamPace(transfers, { user, stream: source, socket: (source as IncomingMessage).socket, rest })
      const batch = () => batchFor(transfers.moving)
      return await writePart({ folder: folderOf(upload), place, source, limit, room, batch, pace })
    },
    assemble: (upload, partSize, parts, alone) => assemble(folderOf(upload), partSize, parts, alone, room),
    remove: upload => rm(folderOf(upload), { recursive: true, force: true }),
    async sweep(known) {
      await mkdir(root, { recursive: true })
      for (const name of await readdir(root)) {
        const { mtimeMs } = await stat(join(root, name))
        if (!known.has(name) && mtimeMs < Date.now() - UNTOUCHED) {
          await rm(join(root, name), { recursive: true, force: true })
        }
      }
    },
  }
}

interface Writing {
  folder: string
  place: PartTarget
  source: Readable
  limit: number
  room: DiskSpace
  batch(): number
  pace(rest: () => Promise<void>): StreamPace
}

async function writePart({ folder, place, source, limit, room, batch, pace: paced }: Writing): Promise<WrittenPart> {
  const md5 = createHash('md5')
  const grant = new Grant(room)
  // a part in a file of its own has no slot to be longer than
  const partSize = place.place === null ? place.partSize : Number.POSITIVE_INFINITY
  const start = place.place === null ? (place.number - 1) * partSize : 0
  const data = await Sink.open(join(folder, place.place ?? 'data'), { position: start, grant, batch })
  const tail = join(folder, `${place.number}.tail`)
  let beyond: Sink | undefined
  let size = 0
  const flush = async () => {
    await data.flush()
    await beyond?.flush()
  }
  const pace = paced(flush)
  try {
    if (place.place === null) await rm(tail, { force: true })
    await pace.step(0)
    for await (const chunk of inTurns(source, pace)) {
      if (size + chunk.length > limit) throw new PartTooLarge(`the part has more than ${limit} bytes`)
      md5.update(chunk)
      const room = Math.max(0, partSize - size)
      size += chunk.length
      if (room > 0) await data.write(chunk.subarray(0, room))
      if (chunk.length > room) {
        beyond ??= await Sink.open(tail, { position: 0, grant, batch })
        await beyond.write(chunk.subarray(room))
      }
    }
    await flush()
    await pace.end()
    await data.sync()
    await beyond?.sync()
    return { size, etag: md5.digest('hex') }
  } finally {
    await pace.end().catch(() => undefined) // what it has to say has been said by the one above, or something else has
    await data.close()
    await beyond?.close()
    grant.end()
  }
}

/** The source's chunks, each in a turn. */
async function* inTurns(source: Readable, pace: StreamPace): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = source[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { done, value } = await pace.client(chunks.next())
      if (done) return
      await pace.step(value.length)
      yield value
    }
  } finally {
    await chunks.return?.()
  }
}

interface Receiving {
  number: number
  source: Readable
  ended: Promise<unknown>
}

async function assemble(
  folder: string,
  partSize: number,
  parts: Part[],
  alone: boolean,
  room: DiskSpace,
): Promise<string> {
  await mkdir(folder, { recursive: true })
  const whole = join(folder, `whole-${randomUUID()}`)
  const size = parts.reduce((sum, part) => sum + part.size, 0)
  const data = join(folder, 'data')
  if (size === 0 || !alone || !isContiguous(parts, partSize)) {
    await withRoom(room, size, () =>
      pipeline(Readable.from(bytesOf(folder, partSize, parts)), createWriteStream(whole, { flush: true })),
    )
    return whole
  }
  const last = parts.findLast(part => part.size > 0)!
  await chmod(data, 0o600)
  const file = await open(data, 'r+')
  try {
    if (last.size > partSize) {
      const start = last.number * partSize
      const tail = createReadStream(join(folder, `${last.number}.tail`))
      await withRoom(room, last.size - partSize, async () =>
        pipeline(tail, createWriteStream(data, { fd: await open(data, 'r+'), start })),
      )
    }
    await file.truncate(size)
    await file.datasync()
  } finally {
    await file.close()
  }
  await link(data, whole)
  return whole
}

async function withRoom(room: DiskSpace, bytes: number, write: () => Promise<void>): Promise<void> {
  const grant = await room.grant(bytes)
  try {
    await write()
  } finally {
    grant.end()
  }
}

/** The parts' bytes one after the other, from slots and tails. */
async function* bytesOf(folder: string, partSize: number, parts: Part[]): AsyncGenerator<Buffer> {
  for (const { number, size, place } of parts) {
    if (size === 0) continue
    if (place !== null) {
      yield* createReadStream(join(folder, place))
      continue
    }
    const start = (number - 1) * partSize
    yield* createReadStream(join(folder, 'data'), { start, end: start + Math.min(size, partSize) - 1 })
    if (size > partSize) yield* createReadStream(join(folder, `${number}.tail`))
  }
}
