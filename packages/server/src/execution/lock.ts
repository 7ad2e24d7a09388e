import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Somebody else serves this data folder. */
export class FolderInUseError extends Error {
  override name = 'FolderInUseError'
}

/**
 * Takes the data folder for this process: an exclusive transaction on a small file of its own, held open. The kernel frees
 * it when the process dies, however it dies. (It frees it, too, when the process closes any other descriptor of that file:
 * so nobody else opens it here, and it is made only when it is not there.) Gives the way to free it earlier; throws FolderInUseError when it is held.
 * @param shared beside others that share it: servers and workers whose rows are in PostgreSQL
 */
export function lockDataFolder(folder: string, shared = false): () => void {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'serve.lock')
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
  const lock = new DatabaseSync(path, { timeout: 0 })
  try {
    // a transaction that reads keeps out one that is exclusive, and is kept out by it
    lock.exec(shared ? 'BEGIN; SELECT 1 FROM sqlite_master' : 'BEGIN EXCLUSIVE')
  } catch {
    lock.close()
    throw new FolderInUseError(
      `the data folder ${folder} is in use by another server: stop it, or choose another --data`,
    )
  }
  return () => lock.close()
}
