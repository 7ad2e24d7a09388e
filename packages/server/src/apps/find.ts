import type { Call } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { findRevision } from '../database/apps.ts'
import { ApiError } from '../errors.ts'
import { authorise } from '../rights/authorise.ts'

/** The number of a revision. Throws ApiError 6011. */
export function revisionNumber(given: string): number {
  if (!/^\d{1,9}$/.test(given)) throw new ApiError(6011, 'must be a number.', 'revision')
  return Number(given)
}

/** `owner/project/app` or `owner/project/app/revision`; undefined when it has another form. */
export function parseAppId(id: string): { app: string; revision: number | undefined } | undefined {
  const parts = /^([^/\s]+\/[^/\s]+\/[^/\s]+)(?:\/(\d{1,9}))?$/.exec(id)
  return parts ? { app: parts[1]!, revision: parts[2] === undefined ? undefined : Number(parts[2]) } : undefined
}

/** A revision that the caller may use for this call; the latest when none is said. Throws ApiError 6002, 6001 or 6011. */
export async function revisionFor(
  { database }: Context,
  caller: Caller,
  call: Call,
  path: { owner: string; project: string; app: string; revision?: string },
) {
  const revision = path.revision === undefined ? undefined : revisionNumber(path.revision)
  const id = `${path.owner}/${path.project}/${path.app}`
  return authorise(call, await findRevision(database.read, id, revision, caller.username))
}
