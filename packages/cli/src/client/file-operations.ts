import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from './api.ts'
import { ClientError } from './errors.ts'
import { interruptible } from './interrupt.ts'
import { createProgress } from './progress.ts'
import type { FileEntry, FileOperation } from './shapes.ts'

export type FileOperationKind = 'copy' | 'move' | 'delete'
export interface FileOperationItem {
  file: string
  parent?: string
  name?: string
}

/** The server takes so many items in one job. */
const itemsAtOnce = 100

/**
 * Has the server copy, move or delete files and folders, and waits for it. Gives what came of the items; rejects with what
 * failed once all is over. Ctrl-C ends the waiting, not the work.
 */
export async function runFileOperation(
  api: Api,
  kind: FileOperationKind,
  items: FileOperationItem[],
  silent = false,
): Promise<FileEntry[]> {
  const done: FileEntry[] = []
  const failures: string[] = []
  for (let start = 0; start < items.length; start += itemsAtOnce) {
    const body = { items: items.slice(start, start + itemsAtOnce) }
    const job = await waitFor(api, await api.post<FileOperation>(`/async/files/${kind}`, { body }), kind, silent)
    for (const { resource, error } of job.result ?? []) {
      if (error) failures.push(`  ${error.message} (code ${error.code})`)
      else if (resource) done.push(resource)
    }
    if (failures.length === 0 && (job.failed_files ?? 0) > 0) failures.push(`  ${job.failed_files} files failed`)
  }
  if (failures.length > 0) throw new ClientError(`The server could not ${kind} everything:\n${failures.join('\n')}`)
  return done
}

async function waitFor(
  api: Api,
  submitted: FileOperation,
  kind: FileOperationKind,
  silent: boolean,
): Promise<FileOperation> {
  const bar = createProgress(`${kind[0]!.toUpperCase()}${kind.slice(1)}`, 'files', 0, silent)
  try {
    return await interruptible(`The server goes on with the ${kind} ${submitted.id}.`, async signal => {
      let job = submitted
      for (let pause = 100; job.state !== 'FINISHED'; pause = Math.min(2_000, pause * 1.5)) {
        await sleep(pause, undefined, { signal })
        job = await api.get<FileOperation>(`/async/files/${kind}/${job.id}`, { signal })
        bar.update((job.completed_files ?? 0) + (job.failed_files ?? 0), job.total_files ?? 0)
      }
      return job
    })
  } finally {
    bar.stop()
  }
}
