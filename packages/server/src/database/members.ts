import type { Rights } from '../rights/authorise.ts'
import type { Queries, Write } from './index.ts'

/** A caller's permissions beside an object of a project, from a left join with `members`. */
export const RIGHTS_COLUMNS = [
  'members.read as can_read',
  'members.copy as can_copy',
  'members.write as can_write',
  'members.execute as can_execute',
  'members.admin as can_admin',
] as const

interface RightsRow {
  can_read: number | null
  can_copy: number | null
  can_write: number | null
  can_execute: number | null
  can_admin: number | null
}

/** A row of such a join with its permissions as an object; undefined when there is no row. */
export function withRights<R extends RightsRow>(row: R | undefined): (R & { rights: Rights | undefined }) | undefined {
  return row && { ...row, rights: rightsOf(row) }
}

function rightsOf(row: RightsRow): Rights | undefined {
  if (row.can_read === null) return undefined
  return {
    read: row.can_read === 1,
    copy: row.can_copy === 1,
    write: row.can_write === 1,
    execute: row.can_execute === 1,
    admin: row.can_admin === 1,
  }
}

export async function insertMember(tx: Write, project: string, username: string, rights: Rights): Promise<void> {
  const { read, copy, write, execute, admin } = rights
  const flag = (allowed: boolean) => (allowed ? 1 : 0)
  await tx
    .insertInto('members')
    .values({
      project,
      username,
      read: flag(read),
      copy: flag(copy),
      write: flag(write),
      execute: flag(execute),
      admin: flag(admin),
    })
    .execute()
}

/** True when the user may read the project. */
export async function isReader(db: Queries, project: string, username: string): Promise<boolean> {
  const row = await db
    .selectFrom('members')
    .select('read')
    .where('project', '=', project)
    .where('username', '=', username)
    .executeTakeFirst()
  return row?.read === 1
}
