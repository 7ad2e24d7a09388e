import type { Evaluator } from '@reprise/cwl'
import type { Images, JobIsolation, MachinePrograms, Reader } from '@reprise/runner'
import type { Database } from '../database/index.ts'
import type { ActiveTask } from '../database/task-states.ts'
import type { DigestFiller } from '../digests/filler.ts'
import type { Prices } from '../domain/prices.ts'
import type { Limits } from '../limits/limits.ts'
import type { ModelCache } from '../records/models.ts'
import type { LateKeys } from '../reuse/late-keys.ts'
import type { RunningJobs } from '../reuse/running.ts'
import type { StoredParts } from '../reuse/stored-parts.ts'
import type { Scheduler } from '../scheduling/scheduler.ts'
import type { Contents } from '../storage/contents.ts'
import type { DiskWatch } from './disk-watch.ts'
import type { Dispatch } from './dispatch.ts'
import type { Owner } from './owner.ts'
import type { WorkFolders } from './work-folders.ts'

/** What the worker's parts share: made once, when the worker starts. */
export interface WorkerContext extends WorkFolders {
  database: Database
  contents: Contents
  /** whose tasks they are, and in whose name everything is written */
  owner: Owner
  scheduler: Scheduler
  dispatch: Dispatch
  evaluator: Evaluator
  models: ModelCache
  means: JobIsolation
  /** reads what jobs left, where the server is root */
  reader: Reader | undefined
  /** where there is a container engine */
  images: Images | undefined
  /** the operator's grant of the network */
  allowNetwork: boolean
  /** what is asked for what jobs used */
  prices: Prices
  limits: Limits
  /** says of settled jobs what they are by content */
  digests: DigestFiller
  /** what jobs in the sandbox see of the machine */
  programs: MachinePrograms
  /** jobs that run under a key */
  running: RunningJobs
  /** parts of keys that are stored */
  storedParts: StoredParts
  /** gives keys to jobs whose inputs are hashed late */
  lateKeys: LateKeys
  /** keeps the reserve of the disk while jobs run */
  disk: DiskWatch
  /** new tasks are QUEUED: this worker may take them */
  submitted(tasks: ActiveTask[]): Promise<void>
}
