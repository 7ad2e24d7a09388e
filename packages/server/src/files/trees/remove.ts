import { findFile } from '../../database/files.ts'
import type { Write } from '../../database/index.ts'
import { hasChildren } from '../../database/pending.ts'
import { childrenAfter, deleteFiles } from '../../database/trees.ts'
import { ApiError } from '../../errors.ts'
import type { Outcome } from '../../operations/kind.ts'
import { may, mayRead } from '../../rights/authorise.ts'
import { fileRowOf } from '../put.ts'
import { DEEPEST, ROWS, type TreeResult, weightOf } from './requests.ts'

const PUBLISHING = 'a task is putting its outputs into the folder, which stays: delete it when the task has ended.'

/** Folders on the way down to the one that is being emptied. */
export interface RemovalCursor {
  stack: string[]
}

/**
 * Deletes a file, or a folder with all that is in it, from below, in pieces of some hundred rows: a folder goes when it is
 * empty. The stack of open folders is kept between pieces; rights are looked at in each.
 */
export async function remove(
  tx: Write,
  username: string,
  id: string,
  cursor: RemovalCursor | undefined,
): Promise<Outcome<RemovalCursor, TreeResult>> {
  const source = await findFile(tx, id, username)
  if (!source || !mayRead(source)) throw new ApiError(10225, 'there is no such file or folder.', 'file')
  if (!may('write', source)) throw new ApiError(10226, 'you have no right to it: ask for the write permission.', 'file')
  if (source.parent === null) throw new ApiError(10232, 'the root folder of a project is not deleted.', 'file')
  if (source.type === 'file') {
    const { volume, location } = source
    await deleteFiles(tx, [id])
    return { result: { ...fileRowOf(source), volume, location } }
  }
  const stack = cursor?.stack ?? [id]
  let completed = 0
  for (let left = ROWS; left > 0 && stack.length > 0; left -= 5) {
    const folder = stack.at(-1)!
    const children = await childrenAfter(tx, folder, '', 200)
    const files: string[] = []
    for (const child of children) {
      if (child.type === 'folder' || left <= 0) continue
      files.push(child.id)
      left -= weightOf(child)
    }
    await deleteFiles(tx, files)
    completed += files.length
    const inner = children.find(child => child.type === 'folder')
    if (inner) {
      if (stack.length >= DEEPEST) throw new ApiError(10232, `folders lie deeper than ${DEEPEST} levels.`, 'file')
      stack.push(inner.id)
    } else if (children.length === 0) {
      if (await hasChildren(tx, folder)) throw new ApiError(10232, PUBLISHING, 'file')
      await deleteFiles(tx, [folder])
      stack.pop()
    }
  }
  return stack.length > 0 ? { cursor: { stack }, completed } : { result: fileRowOf(source), completed }
}
