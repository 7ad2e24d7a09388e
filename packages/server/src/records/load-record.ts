import { parseJson } from '@reprise/cwl/json'
import type { Queries } from '../database/index.ts'
import { loadJson } from '../database/values.ts'
import type { ResolvedRecord, StoredRecord } from '../domain/record.ts'
import type { ModelCache } from './models.ts'

/** A task's record, by the hash that its row has. */
export async function loadRecord(models: ModelCache, db: Queries, hash: string): Promise<ResolvedRecord> {
  const { format: _, model, process, ...record }: StoredRecord = parseJson(await loadJson(db, hash))
  return { ...record, process: process ?? (await models.load(db, model ?? '')) }
}
