import { z } from 'zod'
import { bool, id, optional, text, word } from '../scalars.ts'
import { href, permissions } from './answer.ts'
import { paging } from './common.ts'

export const MEMBER_TYPES = ['USER', 'TEAM', 'DIVISION'] as const

/** Permissions as given: only the keys that are there count. */
export const someOf = z.object({
  write: optional(bool),
  read: optional(bool),
  copy: optional(bool),
  execute: optional(bool),
  admin: optional(bool),
})

/** A member by username, by e-mail address, or by the id of a team or division in place of the username. */
export const addMember = z.object({
  username: optional(id),
  email: optional(text),
  type: optional(word(MEMBER_TYPES)),
  permissions: optional(someOf),
})

export const listMembers = z.object(paging)

export const member = z.strictObject({
  href,
  id: z.string(),
  username: z.string(),
  email: z.string(),
  type: z.enum(MEMBER_TYPES),
  permissions,
})

export type SomePermissions = z.infer<typeof someOf>
export type AddMember = z.infer<typeof addMember>
