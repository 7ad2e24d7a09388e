import type { Logger } from 'pino'
import type { AppChecker } from './apps/checker.ts'
import type { Meter } from './billing/meter.ts'
import type { Database } from './database/index.ts'
import type { ToWorker } from './execution/messages.ts'
import type { Limits } from './limits/limits.ts'
import type { StreamSlots } from './limits/stream-slots.ts'
import type { UserLanes } from './limits/user-lanes.ts'
import type { Operations } from './operations/operations.ts'
import type { Comparers } from './rerun/comparers/compare-bytes.ts'
import type { ServerSettings } from './settings.ts'
import type { Contents } from './storage/contents.ts'
import type { Sweeper } from './sweep/sweeper.ts'
import type { ModelCache } from './tasks/models.ts'
import type { UploadFolders } from './uploads/folders.ts'

/** What the rules work with: made once, when the server starts. */
export interface Context {
  database: Database
  contents: Contents
  worker: { send(message: ToWorker): void }
  settings: ServerSettings
  log: Logger
  limits: Limits
  /** turns of those who search, and of those who send or get much */
  searches: UserLanes
  large: UserLanes
  /** key of the signed addresses */
  secret: Buffer
  apps: AppChecker
  models: ModelCache
  uploads: UploadFolders
  /** turns of parts and downloads */
  transfers: StreamSlots
  /** counts what is stored and fetched */
  meter: Meter
  /** frees what nobody needs */
  sweeper: Sweeper
  operations: Operations
  /** says of two files whether they are the same but for what their format lets vary */
  comparers: Comparers
}

/** Who calls. */
export interface Caller {
  username: string
  admin: boolean
}
