import type { ComparedPair } from '../../database/comparisons.ts'
import type { Queries } from '../../database/index.ts'
import { countJobPairs, listComparedJobs, listUnequalJobs } from '../../database/job-pages.ts'
import { hasDiverged, type Tools } from './divergence.ts'
import { type JobPair, pairJobs } from './pairing.ts'

export interface ComparedJobs {
  diverged: JobPair[]
  same: number
  onlyOld: number
  onlyNew: number
}

/**
 * The jobs of two tasks. Where each has its counterpart by its path, which is so unless a scatter has another length or the app is
 * another, the database says which differ: most do not, and are not loaded.
 */
export async function compareJobs(db: Queries, { task, other }: ComparedPair, tools: Tools): Promise<ComparedJobs> {
  const { old, now, paired } = await countJobPairs(db, other, task)
  if (tools.areSame && old === paired && now === paired) {
    const diverged = (await listUnequalJobs(db, other, task)).filter(pair => hasDiverged(pair, tools))
    return { diverged, same: paired - diverged.length, onlyOld: 0, onlyNew: 0 }
  }
  const [oldJobs, newJobs] = await Promise.all([listComparedJobs(db, other), listComparedJobs(db, task)])
  const { pairs, onlyOld, onlyNew } = pairJobs(oldJobs, newJobs)
  const diverged = pairs.filter(pair => hasDiverged(pair, tools))
  return { diverged, same: pairs.length - diverged.length, onlyOld, onlyNew }
}
