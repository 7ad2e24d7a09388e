import type { Value, Values } from '@reprise/cwl'
import { goneContents } from '../../database/plan-lookups.ts'
import type { Taker } from '../../database/reuse.ts'
import { loadValues } from '../../database/values.ts'
import { contentOf, isContent } from '../../domain/locations.ts'
import type { ResolvedRecord } from '../../domain/record.ts'
import { ContentHashes } from '../../reuse/content-hashes.ts'
import { Donors } from '../../reuse/donors.ts'
import type { KeySources } from '../../reuse/keys.ts'
import { Folders } from '../folders.ts'
import { HeldContents, locationsIn } from '../held-contents.ts'
import { Updates } from '../updates.ts'
import type { WorkerContext } from '../worker-context.ts'
import { InOneTurn } from './in-one-turn.ts'
import { Literals } from './literals.ts'

/** A task as it would run: nothing of it is in the database, and nothing of it is written. */
export interface PlannedTask {
  context: WorkerContext
  record: ResolvedRecord
  /** images that the process names and that are not on this machine */
  absent: Set<string>
  taker: Taker
  donors: Donors
  keys: KeySources
  folders: Folders
  held: HeldContents
  updates: Updates
  literals: Literals
  /** texts of parts of keys, each once, by their hashes */
  texts: Map<string, string>
  /** outputs of donors by their hashes */
  outputs: InOneTurn<unknown>
  /** contents of which the bytes were let go */
  gone: InOneTurn<true>
}

export function plannedTask(
  context: WorkerContext,
  record: ResolvedRecord,
  absent: Set<string>,
  taker: Taker,
): PlannedTask {
  const { database } = context
  const folders = new Folders()
  const held = new HeldContents(record.inputs, ...Object.values(record.beside ?? {}))
  const updates = new Updates(folders, held)
  const keys: KeySources = {
    task: taker.task,
    network: record.network && context.allowNetwork,
    hashes: new ContentHashes(database, context.contents, taker.user),
    contentAt: location => (isContent(location) ? contentOf(updates.latest(location)) : undefined),
    list: location => folders.list(location) ?? [],
    isUpdated: location => updates.isUpdated(location),
    expand: stage => folders.expand(stage),
  }
  return {
    context,
    record,
    absent,
    taker,
    donors: new Donors(database, taker),
    keys,
    folders,
    held,
    updates,
    literals: new Literals(context.contents, context.limits['task-bytes']),
    texts: new Map(),
    outputs: new InOneTurn(hashes => loadValues(database.read, hashes)),
    gone: new InOneTurn(ids => goneContents(database.read, ids)),
  }
}

/** Ids of all contents that values name. */
export function contentsNamed(values: Values): string[] {
  return [...locationsIn(values as Value)].filter(isContent).map(contentOf)
}
