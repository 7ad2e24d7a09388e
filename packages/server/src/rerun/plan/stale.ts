import type { Queries } from '../../database/index.ts'
import { goneContents } from '../../database/plan-lookups.ts'
import { listBasis, type ShownPlan } from '../../database/plans.ts'
import { donorsOf, type Taker } from '../../database/reuse.ts'

/** As execution/planning writes it. */
interface Basis {
  /** task, path and key, and the contents of the outputs */
  donors?: [string, string, string, ...string[]][]
  /** keys of jobs that would run, each with what has its key and lost its bytes */
  keys?: [string, ...string[]][]
}

/** Contents of one look. */
const CONTENTS = 500

/**
 * Whether the donors of a plan are others than when it was made: one is none any more, lost its bytes, or there is one for a job
 * that would run.
 */
export async function isStale(db: Queries, plan: ShownPlan, project: string): Promise<boolean> {
  if (plan.state !== 'READY') return false
  const taker = { task: plan.draft === 1 ? plan.task : '', project, user: plan.username, origin: plan.origin }
  const texts = await listBasis(db, plan.id)
  const parts = texts.map((text): Basis => JSON.parse(text))
  const taken = new Set(parts.flatMap(({ donors = [] }) => donors.map(([task, path]) => `${task} ${path}`)))
  for (const { donors = [], keys = [] } of parts) {
    if (donors.length > 0 && (await haveGone(db, taker, donors))) return true
    if (keys.length > 0 && (await haveCome(db, taker, keys, taken))) return true
  }
  return false
}

async function haveGone(db: Queries, taker: Taker, donors: NonNullable<Basis['donors']>): Promise<boolean> {
  const found = await donorsOf(db, [...new Set(donors.map(([, , key]) => key))], taker)
  const names = new Set(found.map(({ task, path, key }) => `${task} ${path} ${key}`))
  if (donors.some(([task, path, key]) => !names.has(`${task} ${path} ${key}`))) return true
  const contents = donors.flatMap(([, , , ...ids]) => ids)
  for (let from = 0; from < contents.length; from += CONTENTS) {
    if ((await goneContents(db, contents.slice(from, from + CONTENTS))).size > 0) return true
  }
  return false
}

async function haveCome(
  db: Queries,
  taker: Taker,
  keys: NonNullable<Basis['keys']>,
  taken: ReadonlySet<string>,
): Promise<boolean> {
  const lost = new Set(keys.flatMap(([, ...names]) => names))
  const found = await donorsOf(
    db,
    keys.map(([key]) => key),
    taker,
  )
  return found.some(({ task, path }) => !taken.has(`${task} ${path}`) && !lost.has(`${task} ${path}`))
}
