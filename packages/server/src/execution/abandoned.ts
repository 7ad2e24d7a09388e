/**
 * Attempts whose task is not this machine's any more, or has ended. Their processes are ended by the machine that they run on, and only
 * it can see them:
 *
 *   here        `endAttempts`: all processes of a folder are killed, then it is removed
 *   elsewhere   `mark` marks them (`elsewhere`) in the folder that all machines share. The worker there, which may have lost
 *               its way to the database, looks for marks (`endMarked`) and kills. The folder is left to it for a while:
 *               without it its processes could not be found
 */
import { isMarked, mark } from '@reprise/runner'
import { listAttempts } from './attempts.ts'
import type { Dispatch } from './dispatch.ts'
import { removeFolder } from './removal.ts'

/** Milliseconds for which a marked attempt is left to its own machine. */
const OWN = 3_600_000

/** Ends what runs in the folder of a task on this machine, and removes it. */
export async function endAttempts(dispatch: Dispatch, folder: string): Promise<void> {
  await dispatch.cancel(await listAttempts(folder))
  await removeFolder(folder)
}

/** Gives up the attempts of a task that has ended, in its folder on another machine; the folder goes where nothing can run in it any more. */
export async function abandonAttempts(folder: string): Promise<void> {
  const marked = await Promise.all((await listAttempts(folder)).map(mark))
  if (marked.every(since => since === undefined || since < Date.now() - OWN)) await removeFolder(folder)
}

/** Ends what others have given up in the folders of tasks on this machine. */
export async function endMarked(dispatch: Dispatch, folders: string[]): Promise<void> {
  const attempts = (await Promise.all(folders.map(listAttempts))).flat()
  const marked = await Promise.all(attempts.map(isMarked))
  await dispatch.cancel(attempts.filter((_, index) => marked[index]))
}
