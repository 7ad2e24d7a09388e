import type { ErrorTable } from './entry.ts'
import { FILES } from './files.ts'
import { GENERAL } from './general.ts'
import { STORAGE } from './storage.ts'
import { WORK } from './work.ts'

const TABLE: ErrorTable = { ...GENERAL, ...FILES, ...WORK, ...STORAGE }

/** A code of the error table: the only ones that an answer carries. */
export type ErrorCode = keyof typeof GENERAL | keyof typeof FILES | keyof typeof WORK | keyof typeof STORAGE

export interface ErrorEntry {
  status: number
  message: string
  cure: string
}

/** Every error the API can answer, by code. */
export const ERRORS: ReadonlyMap<number, ErrorEntry> = new Map(
  Object.entries(TABLE).map(([code, [status, message, cure]]) => [Number(code), { status, message, cure }]),
)

/** The body of every answer that is not 2xx. */
export interface ErrorBody {
  status: number
  code: number
  message: string
  more_info: string
}

/** The table's entry of a code. */
export function errorEntry(code: ErrorCode): ErrorEntry {
  return ERRORS.get(code)!
}
