import * as accounts from '@reprise/server/accounts'
import { type DataOptions, withRows } from '../open-rows.ts'

export async function addDivision(id: string, options: DataOptions & { name?: string }): Promise<void> {
  await withRows(options, database => accounts.createDivision(database, { id, name: options.name ?? id }))
}

export async function setMember(
  division: string,
  username: string,
  options: DataOptions & { role: 'member' | 'admin' | 'external_collaborator' | 'none' },
): Promise<void> {
  await withRows(options, database => accounts.setDivisionRole(database, { division, username, role: options.role }))
}
