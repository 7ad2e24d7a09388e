import { tables } from './0001-tables.ts'
import { members } from './0002-members.ts'
import { operations } from './0003-operations.ts'
import { volumes } from './0004-volumes.ts'
import { workers } from './0005-workers.ts'
import { idempotency } from './0006-idempotency.ts'
import { takeovers } from './0007-takeovers.ts'
import { writers } from './0008-writers.ts'
import { sweeping } from './0009-sweeping.ts'
import { removals } from './0010-removals.ts'
import { pendingFiles } from './0011-pending-files.ts'
import { reruns } from './0013-reruns.ts'
import { reuse } from './0015-reuse.ts'
import { plans } from './0016-plans.ts'
import type { Migration } from './migration.ts'

/** In order; the number of a migration is its position, from 1. */
export const migrations: Migration[] = [
  tables,
  members,
  operations,
  volumes,
  workers,
  idempotency,
  takeovers,
  writers,
  sweeping,
  removals,
  reruns,
  pendingFiles,
  reuse,
  plans,
]
