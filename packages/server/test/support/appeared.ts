import { once } from 'node:events'
import { mkdirSync, statSync, watch } from 'node:fs'
import { dirname } from 'node:path'

/** Waits until there is something at the path: a folder, a pipe, or a file with something in it. */
export async function appeared(path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  const watcher = watch(dirname(path))
  try {
    while (!isThere(path)) await once(watcher, 'change')
  } finally {
    watcher.close()
  }
}

function isThere(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats !== undefined && (!stats.isFile() || stats.size > 0)
}
