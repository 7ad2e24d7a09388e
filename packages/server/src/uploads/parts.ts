import type { Readable } from 'node:stream'
import { uploads } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import type { Write } from '../database/index.ts'
import { beginWriter, endWriter, removeWriter } from '../database/upload-writers.ts'
import { findUpload, listParts, setReported } from '../database/uploads.ts'
import { ApiError } from '../errors.ts'
import { newSecret } from '../ids.ts'
import { authorise } from '../rights/authorise.ts'
import { LIFETIME, type Signed, sign, verify } from '../signing.ts'
import { NoDiskSpace } from '../storage/disk-space.ts'
import { isoTime } from '../time.ts'
import { requireEnabled } from '../users/callers.ts'
import { partNumber, uploadFor } from './find.ts'
import type { UploadsContext } from './folders.ts'
import { PartTooLarge } from './folders.ts'

/** The signed address that a part is to be put to, as the protocol describes it. */
export async function partAddress(context: Context, caller: Caller, upload: string, part: string, base: string) {
  const number = partNumber(part)
  await uploadFor(context, caller, 'uploads.getPart', upload)
  const object = `uploads/${upload}/${number}`
  return {
    method: 'PUT',
    url: `${base}/signed/${object}?${sign(context.secret, 'PUT', object, caller.username)}`,
    expires: isoTime(Date.now() + LIFETIME * 1000),
    headers: {},
    success_codes: [200],
    report: { headers: ['ETag'], success_codes: [200] },
  }
}

/** Takes the bytes of a part; gives their ETag. Sent again, the part is replaced. */
export async function putPart(context: UploadsContext, id: string, part: string, signed: Signed, source: Readable) {
  const number = partNumber(part)
  verify(context.secret, 'PUT', `uploads/${id}/${number}`, signed)
  const { database } = context
  await requireEnabled(database.read, signed.user)
  const open = async (db: Parameters<typeof findUpload>[0]) => {
    const upload = authorise('uploads.getPart', await findUpload(db, id, signed.user))
    if (upload.completing !== null) throw new ApiError(8003, 'The upload is being completed.')
    return upload
  }
  const upload = await open(database.read)
  if ((number - 1) * upload.part_size > uploads.UPLOAD.largestFile) {
    throw new ApiError(8012, 'the part lies beyond the largest file.', 'part_number')
  }
  const limit = Math.min(uploads.UPLOAD.largestPart, upload.size ?? Number.POSITIVE_INFINITY)
  const take = async () => {
    const writer = { upload: id, number, writer: newSecret() }
    const slot = await database.write(async tx => {
      await open(tx)
      return await beginWriter(tx, writer)
    })
    try {
      if ((await context.contents.room.left()) === 0) throw diskFull()
      const place = slot ? null : `${number}.${writer.writer}`
      const at = { number, place, partSize: upload.part_size }
      const written = await context.uploads.write(id, at, source, limit, signed.user)
      const isTaken = await database.write(async tx => {
        await open(tx)
        return await endWriter(tx, { ...writer, ...written, place, reported: 0 })
      })
      if (!isTaken) throw new ApiError(8003, 'The part was sent again before this one had ended.')
      return written.etag
    } catch (error) {
      // what stays costs the completion a copy
      await database.write(tx => removeWriter(tx, writer)).catch(() => undefined)
      throw error
    }
  }
  try {
    return await context.uploads.receive(id, number, source, take)
  } catch (error) {
    if (error instanceof NoDiskSpace) throw diskFull()
    if (error instanceof PartTooLarge) throw new ApiError(90000, `${error.message}.`)
    if (error instanceof ApiError && !(await findUpload(database.read, id, signed.user)))
      await context.uploads.remove(id)
    throw error
  }
}

/** For NoRoom. */
export function diskFull(): ApiError {
  return new ApiError(8008, 'The disk of the server is full.')
}

/** What clients say about parts that they have sent. Said again it changes nothing. */
export async function reportParts(context: Context, caller: Caller, id: string, reports: uploads.PartReport[]) {
  await context.database.write(async tx => {
    authorise('uploads.reportPart', await findUpload(tx, id, caller.username))
    await takeReports(tx, id, reports)
  })
}

/** Throws ApiError 8014 for a part that was not received, or not with this ETag. */
export async function takeReports(tx: Write, upload: string, reports: uploads.PartReport[]): Promise<void> {
  if (reports.length === 0) return
  const received = new Map((await listParts(tx, upload)).map(part => [part.number, part.etag]))
  for (const { part_number, etag } of reports) {
    const number = partNumber(part_number)
    const expected = received.get(number)
    if (expected === undefined) throw new ApiError(8014, `part ${number} was not received.`, 'part_number')
    if (etag.replace(/^(W\/)?"|"$/g, '').toLowerCase() !== expected) {
      throw new ApiError(8014, `is not the one of part ${number} as it was received.`, 'response.headers.ETag')
    }
  }
  const numbers = reports.map(report => report.part_number)
  for (let from = 0; from < numbers.length; from += 500) await setReported(tx, upload, numbers.slice(from, from + 500))
}
