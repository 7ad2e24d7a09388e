import type { ErrorCode } from '@reprise/contract'
import { ApiError } from '../../errors.ts'
import { Page } from '../answers.ts'

/** The answer for something that no account of this server has. */
export function refuse(code: ErrorCode, message?: string): () => never {
  return () => {
    throw new ApiError(code, message)
  }
}

/** An empty list. */
export const none = ({ query }: { query: { limit: number; offset: number } }) =>
  new Page({ items: [], total: 0 }, query)
