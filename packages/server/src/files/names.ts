import type { ErrorCode } from '@reprise/contract'
import { ApiError } from '../errors.ts'

/** The name of a file or folder: 1 to 255 characters, none of them a slash or a control character, not `.` or `..`. */
export function fileName(given: string | undefined, code: ErrorCode): string {
  const fault = given === undefined ? 'is missing' : faultOf(given)
  if (fault) throw new ApiError(code, `${fault}.`, 'name')
  return given!
}

/** A folder's name besides doesn't begin with two underscores. */
export function folderName(given: string | undefined, code: ErrorCode = 5024): string {
  const name = fileName(given, code)
  if (name.startsWith('__')) throw new ApiError(code, 'must not begin with two underscores.', 'name')
  return name
}

function faultOf(name: string): string | undefined {
  if (name === '') return 'must not be empty'
  if ([...name].length > 255 || Buffer.byteLength(name) > 255 * 4) return 'must have at most 255 characters'
  if (name.includes('/')) return 'must not contain a slash'
  if (name === '.' || name === '..') return 'must not be . or ..'
  return [...name].some(c => c < ' ' || c === '\u007f') || !name.isWellFormed()
    ? 'must not contain control characters'
    : undefined
}
