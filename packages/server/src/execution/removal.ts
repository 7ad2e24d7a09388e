import { remove } from '@reprise/runner'
import { failpoint } from '../failpoints.ts'

/** Removes the folder of a task, of a job or of an attempt, whatever is in it. */
export async function removeFolder(path: string): Promise<void> {
  failpoint('before-remove')
  await remove(path)
  failpoint('after-remove')
}
