import { ERRORS } from '@reprise/contract'
import type { RegisteredRoute } from '../route.ts'

/** The statuses that a call can be refused with; 500 and 503 are faults of the server. */
export function refusalsOf({ route, reads }: RegisteredRoute): number[] {
  const { need, on } = route
  const known = need !== 'nobody' && need !== 'signed'
  const writes = route.method !== 'GET'
  const statuses = [
    400,
    ...(known ? [401, 429] : []),
    ...(known || need === 'signed' ? [403] : []),
    ...(known || on !== 'none' || route.path.includes(':') ? [404] : []),
    ...(route.call === 'projects.editByPost' ? [405] : []),
    ...(writes ? [409] : []),
    ...(writes ? [408, 413] : []),
    ...(writes && reads !== 'stream' ? [415] : []),
    431,
    500,
    503,
  ]
  return statuses.sort((a, b) => a - b)
}

/** What a status of a refusal means, and which codes of the table it comes with. */
export function describeStatus(status: number): string {
  const codes = [...ERRORS].filter(([, entry]) => entry.status === status).map(([code]) => code)
  const meaning = MEANINGS[status] ?? 'The call is refused.'
  return codes.length === 0 ? `${meaning} Code 90000.` : `${meaning} Codes: ${codes.join(', ')}.`
}

const MEANINGS: { [status: number]: string } = {
  400: 'The request is not valid: the message names the field and the rule.',
  401: 'The token is missing, wrong or revoked.',
  403: 'The caller may see the object and not use it so.',
  404: 'There is no such object, or the caller may not see it.',
  405: 'The method is not allowed here.',
  408: 'The body did not come in time.',
  409: 'The request is in conflict with what there is.',
  413: 'The body is too large.',
  415: 'The body has a form or an encoding that is not read here.',
  429: 'The rate limit is used up: wait as long as Retry-After says.',
  431: 'The headers are too large.',
  500: 'An unexpected error of the server.',
  503: 'The server can not answer for a while.',
}
