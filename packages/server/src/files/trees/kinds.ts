import type { Context } from '../../context.ts'
import { findFile } from '../../database/files.ts'
import { contentOfFolders } from '../../database/trees.ts'
import type { OperationKind } from '../../operations/kind.ts'
import { mayRead } from '../../rights/authorise.ts'
import { type RemovalCursor, remove } from './remove.ts'
import type { RemovalRequest, TransferRequest, TreeResult } from './requests.ts'
import { type Mode, type TransferCursor, transfer } from './transfer.ts'

function transferKind(mode: Mode): OperationKind<TransferRequest, TransferCursor, TreeResult> {
  return {
    name: `files.${mode}`,
    lane: 'rows',
    items: request => request.items.length,
    total: countFiles,
    step: async (_, { username, request, item, cursor }) => {
      const wanted = request.items[item]!
      // the body may be run again, and moves the cursor on
      return tx => transfer(tx, mode, username, wanted, structuredClone(cursor))
    },
  }
}

/** The asynchronous operations on files and folders. */
export const copyKind = transferKind('copy')
export const moveKind = transferKind('move')

export const deleteKind: OperationKind<RemovalRequest, RemovalCursor, TreeResult> = {
  name: 'files.delete',
  lane: 'rows',
  items: request => request.items.length,
  total: countFiles,
  step: async (_, { username, request, item, cursor }) => {
    const { file } = request.items[item]!
    return tx => remove(tx, username, file, structuredClone(cursor))
  },
}

/** Files in all the items: what the counters count. What the user can't read, and a root folder, counts as one that will fail. */
async function countFiles({ database }: Context, request: RemovalRequest, username: string): Promise<number> {
  let total = 0
  for (const item of request.items) {
    const file = await findFile(database.read, item.file, username)
    if (!file || !mayRead(file) || file.type === 'file' || file.parent === null) total++
    else total += await countBelow({ database }, file.id)
  }
  return total
}

async function countBelow({ database }: Pick<Context, 'database'>, folder: string): Promise<number> {
  let total = 0
  for (let open = [folder]; open.length > 0; ) {
    const inner = await contentOfFolders(database.read, open.splice(0, 100))
    total += inner.files
    open.push(...inner.folders)
  }
  return total
}
