import type { ErrorCode } from '@reprise/contract'
import { ApiError } from '../errors.ts'

/** `owner/project` of a body or a query; throws the code when it has another form. */
export function projectId(given: string, code: ErrorCode): string {
  if (!/^[^/\s]+\/[^/\s]+$/.test(given)) throw new ApiError(code, undefined, 'project')
  return given
}

/** The short name of a project called so: lower case, other characters as dashes. */
export function shortName(name: string): string {
  const words = name.toLowerCase().match(/[a-z0-9_]+/g)
  return words?.join('-').slice(0, 100) ?? 'project'
}

/** The first of `id`, `id-1`, `id-2`… that is not taken. */
export function freeId(id: string, taken: ReadonlySet<string>): string {
  for (let n = 0; ; n++) {
    const candidate = n === 0 ? id : `${id}-${n}`
    if (!taken.has(candidate)) return candidate
  }
}
