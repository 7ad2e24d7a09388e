import type { operations } from '@reprise/contract'
import type { Caller, Context } from '../../context.ts'
import { ApiError } from '../../errors.ts'
import type { Mode } from './transfer.ts'

/** Items of one call. */
const MOST = 100

/** Accepts a copy or a move; what is wrong with the call as a whole is 10228, 10230, 10231 or 10232. */
export function submitTransfer(context: Context, caller: Caller, mode: Mode, given: operations.TransferFiles) {
  const items = checked(given.items)
  for (const [index, { project, parent }] of items.entries()) {
    const field = `items.${index}.parent`
    if (!project && !parent) throw new ApiError(10228, undefined, field)
    if (project && parent) throw new ApiError(10232, 'give project or parent, not both.', field)
  }
  distinct(
    items.map(({ file, parent, project, name }) =>
      mode === 'move' ? file : JSON.stringify([file, parent || project, name || '']),
    ),
  )
  return context.operations.submit(context.database, `files.${mode}`, caller.username, { items })
}

/** Accepts a removal. */
export function submitRemoval(context: Context, caller: Caller, given: operations.RemoveFiles) {
  const items = checked(given.items)
  distinct(items.map(({ file }) => file))
  return context.operations.submit(context.database, 'files.delete', caller.username, { items })
}

function checked<T extends { file?: string | undefined }>(items: T[] | undefined): (T & { file: string })[] {
  if (!items || items.length === 0) throw new ApiError(10230, undefined, 'items')
  if (items.length > MOST) throw new ApiError(10232, `must have at most ${MOST} items.`, 'items')
  return items.map((item, index) => {
    if (!item.file) throw new ApiError(10232, 'is missing.', `items.${index}.file`)
    return { ...item, file: item.file }
  })
}

function distinct(items: string[]): void {
  const twice = items.findIndex((item, index) => items.indexOf(item) < index)
  if (twice >= 0) throw new ApiError(10231, undefined, `items.${twice}.file`)
}
