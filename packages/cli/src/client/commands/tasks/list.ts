import type { Api } from '../../api.ts'
import { type ListFlags, printList } from '../../listing.ts'
import { projectOf, taskOf } from '../../names.ts'
import { TASKS } from '../../rows.ts'

export interface TasksListFlags extends ListFlags {
  project?: string
  status?: string
  parent?: string
  batch?: boolean
  createdFrom?: string
  createdTo?: string
  orderBy: string
  order: string
}

export async function tasksList(api: Api, flags: TasksListFlags): Promise<void> {
  const { status, batch, createdFrom, createdTo, orderBy, order } = flags
  const query = {
    project: flags.project && (await projectOf(api, flags.project)),
    parent: flags.parent && (await taskOf(api, flags.parent)),
    status: status?.toUpperCase(),
    batch,
    created_from: createdFrom,
    created_to: createdTo,
    order_by: orderBy,
    order,
  }
  await printList(api, '/tasks', query, flags, TASKS)
}
