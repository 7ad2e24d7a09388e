import { type SharedWorkerOptions, startSharedWorker } from '@reprise/server/work'
import { describeIsolation, isolationGaps } from '../describe-isolation.ts'
import { closeOnSignal } from '../serve/close-on-signal.ts'
import { readWork, type WorkWords } from '../work-options.ts'

type Options = Omit<SharedWorkerOptions, 'trouble' | keyof WorkWords> & WorkWords

/** Works until SIGTERM or SIGINT; jobs run on and are adopted by another worker of this machine. A second signal exits at once. */
export async function runWorker(options: Options): Promise<void> {
  const {
    database,
    lease,
    allowPath: _,
    allowS3Endpoint: __,
    volumeCache: ___,
    prices: ____,
    limit: _____,
    ...others
  } = options
  if (!database) throw new Error('a worker needs the database that it shares: --database postgres://user@host/name')
  const worker = await startSharedWorker({
    ...others,
    ...(await readWork(options)),
    database,
    ...(lease === undefined ? {} : { lease: lease * 1000 }),
    trouble: (message, task) => console.error(task ? `task ${task}: ${message}` : message),
  })
  closeOnSignal(() => worker.close())
  console.log(`Reprise works. Jobs run in ${describeIsolation(worker.means)}`)
  for (const line of isolationGaps(worker.means, options.allowNetwork)) console.log(line)
}
