import type { ErrorCode } from '../errors/index.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A permission on the object, or: nobody (no token), signed (the address itself is the proof), user (any token). */
export type Need = 'nobody' | 'signed' | 'user' | 'read' | 'copy' | 'write' | 'execute' | 'admin'

/** What the permission is looked at on: for calls that make something, what it is made in. */
export type Kind =
  | 'none'
  | 'user'
  | 'division'
  | 'team'
  | 'billing'
  | 'project'
  | 'file'
  | 'app'
  | 'task'
  | 'upload'
  | 'volume'

/** Who may make a call. */
export interface Rule {
  need: Need
  on: Kind
  /** code for an object that may be read but not used so, where it is not the usual one of its kind */
  forbidden?: ErrorCode
  /** that everybody may read the object is not enough */
  membersOnly?: true
}

/** What is known of a call beside its name. */
export interface Entry<Path extends string = string, Status extends number = number> extends Rule {
  method: Method
  /** below the base URL; `:name` is a parameter */
  path: Path
  /** of a success */
  status: Status
  /** what the call does, in a few words */
  summary: string
}

/** An entry of the registry. */
export function call<const Path extends string, const Status extends number>(
  method: Method,
  path: Path,
  status: Status,
  need: Need,
  on: Kind,
  summary: string,
  more: Omit<Rule, 'need' | 'on'> = {},
): Entry<Path, Status> {
  return { method, path, status, need, on, summary, ...more }
}
