import { type Call, type ErrorCode, type Kind, ruleOf } from '@reprise/contract'
import { OWNER, PUBLIC, type Rights } from '../domain/rights.ts'
import { ApiError } from '../errors.ts'

/** What a call is about; `rights` are those of the caller, undefined when there are none or there is no such object. */
export interface Target {
  rights: Rights | undefined
}

const CODES: { [K in Kind]: { missing: ErrorCode; forbidden: ErrorCode } } = {
  none: { missing: 90003, forbidden: 90002 },
  user: { missing: 2002, forbidden: 2001 },
  division: { missing: 90003, forbidden: 90002 },
  billing: { missing: 4002, forbidden: 4001 },
  team: { missing: 90003, forbidden: 90002 },
  project: { missing: 3002, forbidden: 3001 },
  file: { missing: 5002, forbidden: 5001 },
  app: { missing: 6002, forbidden: 6001 },
  task: { missing: 7002, forbidden: 7001 },
  upload: { missing: 8003, forbidden: 8001 },
  volume: { missing: 9007, forbidden: 9020 },
}

/**
 * The one decision about rights, from the table. Throws ApiError: an object that the caller may not read does not exist for
 * them (404), one that they may read but not use so is 403. Gives back the object, which is there when nothing is thrown.
 */
export function authorise<T extends Target>(call: Call, object: T | undefined): T {
  const rule = ruleOf(call)
  const codes = CODES[rule.on]
  if (!object?.rights?.read) throw new ApiError(codes.missing)
  if (rule.membersOnly && object.rights === PUBLIC) throw new ApiError(rule.forbidden ?? codes.forbidden)
  if (needsPermission(rule.need) && !object.rights[rule.need]) throw new ApiError(rule.forbidden ?? codes.forbidden)
  return object
}

/** True when the caller may read the object: for objects that a call only refers to. */
export function mayRead(object: Target | undefined): boolean {
  return object?.rights?.read === true
}

function needsPermission(need: string): need is keyof Rights {
  return need in OWNER
}

/** True when the caller has the permission on the object: for the items of a call about many. */
export function may(need: keyof Rights, object: Target | undefined): boolean {
  return mayRead(object) && object?.rights?.[need] === true
}
