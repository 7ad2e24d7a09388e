import type { Api } from '../../api.ts'
import { type ListFlags, printList } from '../../listing.ts'
import { taskOf } from '../../names.ts'
import { CHILDREN } from '../../rows.ts'

export async function tasksChildren(api: Api, name: string, flags: ListFlags & { status?: string }): Promise<void> {
  const parent = await taskOf(api, name)
  const query = { parent, status: flags.status?.toUpperCase(), order_by: 'created_time', order: 'asc' }
  await printList(api, '/tasks', query, flags, CHILDREN)
}
