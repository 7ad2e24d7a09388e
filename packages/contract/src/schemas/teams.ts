import { z } from 'zod'
import { bool, id, optional, text, word } from '../scalars.ts'
import { href } from './answer.ts'
import { paging } from './common.ts'

/** Divisions, their users, and teams. */
export const DIVISION_ROLES = ['MEMBER', 'ADMIN', 'EXTERNAL_COLLABORATOR'] as const

export const listUsers = z.object({ ...paging, division: optional(id), role: optional(word(DIVISION_ROLES)) })

export const listTeams = z.object({ ...paging, division: optional(id), _all: optional(bool) })

export const page = z.object(paging)

export const createTeam = z.object({ name: optional(text), division: optional(id) })

export const editTeam = z.object({ name: optional(text) })

export const addTeamMember = z.object({ id: optional(id) })

export const division = z.strictObject({ href, id: z.string(), name: z.string() })

export const team = z.strictObject({ href, id: z.string(), name: z.string() })

export const teamMember = z.strictObject({ href, id: z.string(), username: z.string(), role: z.string() })

export type ListUsers = z.infer<typeof listUsers>
export type ListTeams = z.infer<typeof listTeams>
