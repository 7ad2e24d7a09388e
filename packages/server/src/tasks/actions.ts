import { ApiError } from '../errors.ts'

/** What `action` of a query asks for: true to run. Throws ApiError 7014 for an empty one, 7013 for any but `run`. */
export function wantsRun(action: string | undefined): boolean {
  if (action === undefined) return false
  if (action.trim() === '') throw new ApiError(7014)
  if (action.trim().toLowerCase() !== 'run') throw new ApiError(7013, 'the only one here is run.', 'action')
  return true
}
