import type { Logger } from 'pino'
import type { AppsContext } from './apps/checker.ts'
import { createAppChecker } from './apps/checker.ts'
import type { UsageContext } from './billing/meter.ts'
import { startMeter } from './billing/meter.ts'
import type { Database } from './database/index.ts'
import { signingSecret } from './database/settings.ts'
import { forgetWriters } from './database/upload-writers.ts'
import { uploadIds } from './database/uploads.ts'
import type { ToWorker } from './domain/worker-messages.ts'
import { withLimits } from './limits/limits.ts'
import { kinds } from './operation-kinds.ts'
import { Operations } from './operations/operations.ts'
import { StreamSlots } from './pacing/stream-slots.ts'
import { UserLanes } from './pacing/user-lanes.ts'
import { modelCache } from './records/models.ts'
import type { ComparersContext } from './rerun/comparers/compare-bytes.ts'
import { createComparers } from './rerun/comparers/compare-bytes.ts'
import type { ServerSettings } from './settings.ts'
import type { Contents } from './storage/contents.ts'
import { Sweeper } from './sweep/sweeper.ts'
import type { UploadsContext } from './uploads/folders.ts'
import { uploadFolders } from './uploads/folders.ts'

/** All that there is for rules, and what the server itself ends and looks at. */
export interface ServerContext extends AppsContext, UploadsContext, UsageContext, ComparersContext {
  operations: Operations
  /** frees what nobody needs */
  sweeper: Sweeper
}

/** What the server brings to the rules. */
export interface Parts {
  database: Database
  contents: Contents
  /** `alive` says whether it runs; without it the tasks are driven elsewhere */
  worker: { send(message: ToWorker): void; alive?: () => boolean }
  settings: ServerSettings
  log: Logger
}

export async function createContext(parts: Parts): Promise<ServerContext> {
  const limits = withLimits(parts.settings.limits ?? {})
  const transfers = new StreamSlots(limits.transfers)
  const uploads = uploadFolders(parts.settings.uploadsFolder, parts.contents.room, transfers)
  if (!parts.settings.shared) await parts.database.write(forgetWriters)
  await uploads.sweep(await uploadIds(parts.database.read))
  const context = {
    ...parts,
    limits,
    searches: new UserLanes('waiting-calls', limits['waiting-calls']),
    large: new UserLanes('waiting-calls', limits['waiting-calls']),
    secret: await signingSecret(parts.database),
    apps: createAppChecker({ waiting: limits['waiting-documents'] }),
    models: modelCache(),
    uploads,
    transfers,
    meter: startMeter(parts.database, error => parts.log.error({ err: error }, 'usage is not counted')),
    sweeper: new Sweeper({
      database: parts.database,
      contents: parts.contents,
      uploads,
      limits,
      trouble: error => parts.log.error({ err: error }, 'the sweeper could not do a part of its work'),
    }),
    comparers: createComparers(),
    operations: new Operations(parts.database, kinds, { alone: !parts.settings.shared }),
  }
  await context.operations.start(context)
  return context
}
