import { type SharedWorkerOptions, startSharedWorker } from '@reprise/server/work'
import { describe } from '../describe-means.ts'
import { untilTold } from '../serve/until-told.ts'

/** Works until SIGTERM or SIGINT; jobs run on and are adopted by another worker of this machine. A second signal exits at once. */
export async function work(options: Omit<SharedWorkerOptions, 'trouble'>): Promise<void> {
  const { database, lease } = options
  if (!database)
    throw new Error('a worker of its own needs the database that it shares: --database postgres://user@host/name')
  const worker = await startSharedWorker({
    ...options,
    ...(lease === undefined ? {} : { lease: lease * 1000 }),
    trouble: (message, task) => console.error(task ? `task ${task}: ${message}` : message),
  })
  untilTold(() => worker.close())
  console.log(`Reprise works. Jobs run in ${describe(worker.means)}`)
}
