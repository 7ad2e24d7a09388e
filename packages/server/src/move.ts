import { moveRows, type Progress } from './database/move.ts'
import { lockDataFolder } from './execution/lock.ts'

/**
 * Moves the rows of a data folder from SQLite to PostgreSQL (database/move.ts), while no server runs on it; gives how many
 * they are. Rejects with FolderInUseError or DatabaseError.
 */
export async function moveToPostgres(data: string, url: string, tell: (progress: Progress) => void): Promise<number> {
  const unlock = lockDataFolder(data)
  try {
    return await moveRows(data, url, tell)
  } finally {
    unlock()
  }
}
