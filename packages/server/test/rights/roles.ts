import { OWNER, type Rights } from '../../src/domain/rights.ts'

/**
 * Who calls, and how they stand to the object: nobody at all (no token), its owner, members with one permission beside
 * read, a member of a team that may write, somebody who has it only because it is public, somebody who has nothing to do
 * with it, and an administrator.
 */
export const ROLES = [
  'nobody',
  'owner',
  'reader',
  'copier',
  'writer',
  'executor',
  'admin',
  'team',
  'public',
  'stranger',
  'administrator',
] as const
export type Role = (typeof ROLES)[number]

export const READ: Rights = { read: true, copy: false, write: false, execute: false, admin: false }
export const WRITE: Rights = { ...READ, write: true }

/** What projects and volumes grant to users. */
export const GRANTS: { [R in Role]?: Rights } = {
  owner: OWNER,
  reader: READ,
  copier: { ...READ, copy: true },
  writer: WRITE,
  executor: { ...READ, execute: true },
  admin: OWNER,
}

/** What users are in the division that the teams are of. */
export const DIVISION: { [R in Role]?: 'ADMIN' | 'MEMBER' | 'EXTERNAL_COLLABORATOR' } = {
  owner: 'MEMBER',
  reader: 'MEMBER',
  copier: 'EXTERNAL_COLLABORATOR',
  writer: 'MEMBER',
  executor: 'MEMBER',
  admin: 'ADMIN',
  team: 'MEMBER',
}
