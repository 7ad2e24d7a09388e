import { type Call, uploads } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { findUpload } from '../database/uploads.ts'
import { ApiError } from '../errors.ts'
import { authorise } from '../rights/authorise.ts'

/** An upload that the caller began and may still use. Throws ApiError 8003 or 8001. */
export async function uploadFor({ database }: Context, caller: Caller, call: Call, id: string) {
  return authorise(call, await findUpload(database.read, id, caller.username))
}

/** The number of a part. Throws ApiError 8012. */
export function partNumber(given: string | number): number {
  const number = /^\d{1,5}$/.test(String(given)) ? Number(given) : 0
  if (number < 1 || number > uploads.UPLOAD.parts) {
    throw new ApiError(8012, `must be a number from 1 to ${uploads.UPLOAD.parts}.`, 'part_number')
  }
  return number
}
