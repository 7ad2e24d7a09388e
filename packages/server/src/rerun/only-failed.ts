import type { Value } from '@reprise/cwl'
import { parseJson } from '@reprise/cwl/json'
import { listChildGroups } from '../database/batches.ts'
import type { Queries } from '../database/index.ts'
import type { TaskRow } from '../database/schema.ts'
import { loadJson } from '../database/values.ts'
import type { BatchGroup, StoredRecord } from '../domain/record.ts'
import type { TaskStatus } from '../domain/task-states.ts'
import { isTerminal } from '../domain/task-states.ts'
import { ApiError } from '../errors.ts'

/** The part of a batch that is run again. */
export interface Failed {
  /** of the parent, without the items of the others */
  inputs: { [id: string]: unknown }
  /** into the value of the batch input that is left */
  groups: BatchGroup[]
}

/**
 * The groups of a batch whose child did not end COMPLETED, each as the parent's record has it: metadata that changed since do not
 * sort its items anew. Of a batch that is still on its way a child that has not ended is none of them. Throws ApiError 7022.
 */
export async function failedGroups(db: Queries, parent: TaskRow): Promise<Failed> {
  if (parent.batch !== 1)
    throw new ApiError(7022, 'Only a batch task has children that can have failed.', 'only_failed')
  const { batch }: StoredRecord =
    parent.record === null ? ({} as StoredRecord) : parseJson(await loadJson(db, parent.record))
  const inputs: { [id: string]: Value } = parseJson(await loadJson(db, parent.inputs))
  const states = new Map<string, TaskStatus[]>()
  for (const { group, status } of await listChildGroups(db, parent.id)) {
    states.set(group, [...(states.get(group) ?? []), status])
  }
  const hasEnded = isTerminal(parent.status)
  const failed = (batch?.groups ?? []).filter(({ value, fields }) => {
    const status = states.get(JSON.stringify({ value, fields }))?.shift()
    if (status === undefined) return hasEnded
    return status !== 'COMPLETED' && isTerminal(status)
  })
  if (batch === undefined || failed.length === 0) {
    throw new ApiError(7022, 'No child of the batch task has failed.', 'only_failed')
  }
  const given = inputs[batch.input] ?? null
  const all = Array.isArray(given) ? given : [given]
  const kept = failed.flatMap(group => group.items)
  let from = 0
  const groups = failed.map(group => {
    const items = group.items.map((_, index) => from + index)
    from += items.length
    return { ...group, items }
  })
  return { inputs: { ...inputs, [batch.input]: kept.map(index => all[index] ?? null) }, groups }
}
