import type { ErrorCode } from '@reprise/contract'
import { ApiError } from '../errors.ts'
import { VolumeError, type VolumeErrorKind } from '../storage/volumes/volume-store.ts'

/** What a volume is used for when it is in trouble: `volume` for its own calls, `job` for imports and exports, `file` for aliases. */
export type VolumeUse = 'volume' | 'job' | 'file'

const CODES: { [T in VolumeErrorKind]: { [U in VolumeUse]: ErrorCode } } = {
  unreachable: { volume: 9000, job: 9100, file: 9000 },
  'no-read': { volume: 9001, job: 9001, file: 9001 },
  'no-write': { volume: 9002, job: 9002, file: 9002 },
  'out-of-reach': { volume: 9103, job: 9103, file: 9103 },
  missing: { volume: 9105, job: 9105, file: 9109 },
  changed: { volume: 9109, job: 9109, file: 9109 },
  exists: { volume: 9107, job: 9107, file: 9107 },
  inactive: { volume: 9103, job: 9103, file: 5034 },
}

/** A trouble of a volume as the refusal of a call; any other error stays as it is. */
export function apiErrorOf(error: unknown, use: VolumeUse): unknown {
  return error instanceof VolumeError ? new ApiError(CODES[error.kind][use], `${capital(error.message)}.`) : error
}

/** Runs a body whose troubles with a volume are refusals of the call. */
export async function asApiErrors<T>(use: VolumeUse, body: () => Promise<T>): Promise<T> {
  try {
    return await body()
  } catch (error) {
    throw apiErrorOf(error, use)
  }
}

function capital(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1)
}
