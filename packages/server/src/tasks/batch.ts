import type { tasks } from '@reprise/contract'
import type { Process } from '@reprise/cwl'
import { ApiError } from '../errors.ts'
import { isObject } from './values.ts'

/** How a batch task is split; nulls for a plain task. */
export interface Batching {
  batch: 0 | 1
  batch_input: string | null
  /** JSON */
  batch_by: string | null
}

export const PLAIN: Batching = { batch: 0, batch_input: null, batch_by: null }

type Given = Pick<tasks.CreateTask, 'batch' | 'batch_input' | 'batch_by'>

/**
 * The batching of a task after a create or an edit. Both keys come together; `batch: false`, or both as null, switches it
 * off; nothing given leaves it as it is, and `batch: true` alone takes what the app suggests. Throws ApiError 7018, 7019, 7020 or 7023.
 */
export function batchingOf(given: Given, process: Process, before: Batching = PLAIN): Batching {
  const { batch, batch_input, batch_by } = given
  if (batch === false) return PLAIN
  if (batch_input === undefined && batch_by === undefined) {
    if (batch !== true || before.batch === 1) return before
    const own = ofApp(process)
    if (own) return own
    throw new ApiError(7023)
  }
  if (batch_input === null && batch_by === null) return PLAIN
  if (batch_input === '') throw new ApiError(7018, 'must not be empty.', 'batch_input')
  const input = batch_input ?? before.batch_input
  if (!input || !batch_by) {
    if (batch_by === undefined && input && before.batch_by) return named(input, before.batch_by, process)
    throw new ApiError(7023)
  }
  const type = batch_by.type?.toUpperCase()
  if (type !== 'CRITERIA' && type !== 'ITEM') throw new ApiError(7020, undefined, 'batch_by.type')
  const criteria = batch_by.criteria ?? []
  if (type === 'CRITERIA' && !criteria.some(criterion => criterion !== '')) {
    throw new ApiError(7019, undefined, 'batch_by.criteria')
  }
  const by = type === 'ITEM' ? { type: batch_by.type } : { type: batch_by.type, criteria }
  return named(input, JSON.stringify(by), process)
}

/** The batching that an app suggests (`sbg:batchInput`, `sbg:batchBy`): for a task that is to be one and says no more. */
function ofApp({ extensions, inputs }: Process): Batching | undefined {
  const { 'sbg:batchInput': input, 'sbg:batchBy': by } = extensions
  const id = inputs.find(port => port.id === input || `#${port.id}` === input)?.id
  if (id === undefined || !isObject(by)) return undefined
  const type = String(by.type).toUpperCase()
  const criteria = [by.criteria ?? []].flat()
  if (type === 'ITEM') return { batch: 1, batch_input: id, batch_by: JSON.stringify({ type: 'ITEM' }) }
  if (type !== 'CRITERIA' || criteria.length === 0) return undefined
  return { batch: 1, batch_input: id, batch_by: JSON.stringify({ type: 'CRITERIA', criteria }) }
}

function named(input: string, by: string, process: Process): Batching {
  const id = process.inputs.find(port => port.id === input || `#${port.id}` === input)?.id
  if (id === undefined) throw new ApiError(7018, `the app has no input ${input}.`, 'batch_input')
  return { batch: 1, batch_input: id, batch_by: by }
}
