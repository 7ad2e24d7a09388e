import type { Process } from '@reprise/cwl'
import { parseJson } from '@reprise/cwl/json'
import type { Queries } from '../database/index.ts'
import { loadJson } from '../database/values.ts'

/** Normalised processes by the hash of their text, parsed once while they are in use. They never change. */
export interface ModelCache {
  load(db: Queries, hash: string): Promise<Process>
}

/** Characters of text whose processes are kept. */
const KEPT = 64 * 2 ** 20

export function modelCache(kept = KEPT): ModelCache {
  const models = new Map<string, { process: Process; size: number }>()
  let size = 0
  return {
    async load(db, hash) {
      const known = models.get(hash)
      if (known) {
        models.delete(hash)
        models.set(hash, known)
        return known.process
      }
      const json = await loadJson(db, hash)
      const raced = models.get(hash)
      if (raced) return raced.process
      const process: Process = parseJson(json)
      size += json.length
      models.set(hash, { process, size: json.length })
      for (const [oldest, { size: freed }] of models) {
        if (size <= kept) break
        models.delete(oldest)
        size -= freed
      }
      return process
    },
  }
}
