import type { Logger } from 'pino'
import type { Database, Write } from './database/index.ts'
import type { OperationRow } from './database/schema.ts'
import type { ToWorker } from './domain/worker-messages.ts'
import type { Limits } from './limits/limits.ts'
import type { StreamSlots } from './pacing/stream-slots.ts'
import type { UserLanes } from './pacing/user-lanes.ts'
import type { ModelCache } from './records/models.ts'
import type { ServerSettings } from './settings.ts'
import type { Contents } from './storage/contents.ts'

/**
 * What the rules of every room may use: made once, when the server starts. It knows the rooms below the rules alone. A room
 * that brings something of its own says so beside it (AppsContext, UploadsContext, UsageContext, ComparersContext), and only
 * the rules that take that type can reach it; create-context.ts makes all of them in one.
 */
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
  models: ModelCache
  /** turns of parts and downloads */
  transfers: StreamSlots
  operations: OperationQueue
}

/** Where a rule leaves what is to be done behind its answer (operations/operations.ts). */
export interface OperationQueue {
  /** Writes an operation, to be run after the commit: then call `wake`. */
  accept(tx: Write, kind: string, username: string, request: unknown): Promise<OperationRow>
  /** Accepts one in a transaction of its own, of the database that the call is given. */
  submit(database: Database, kind: string, username: string, request: unknown): Promise<OperationRow>
  /** Something waits: looks for it as soon as may be. */
  wake(): void
}

/** Who calls. */
export interface Caller {
  username: string
  admin: boolean
}
