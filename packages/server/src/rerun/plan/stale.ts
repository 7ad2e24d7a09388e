import type { Queries } from '../../database/index.ts'
import { goneContents } from '../../database/plan-lookups.ts'
import { listBasis, type ShownPlan } from '../../database/plans.ts'
import { countDonors, donorsAmong, type Taker } from '../../database/reuse.ts'

/** As execution/planning writes it. */
interface Basis {
  /** task, path and key; 1 where it is of its own path in the origin; the contents of the outputs */
  donors?: [string, string, string, 0 | 1, ...string[]][]
  /** of jobs that would run */
  keys?: string[]
  /** task, path and key of those whose bytes were gone when it was made */
  lost?: [string, string, string][]
}

/** Jobs, keys or contents of one look. */
const LOOK = 200

/**
 * Whether the donors of a plan are others than when it was made: one is none any more, lost its bytes or has a newer one before it, or
 * there is one for a job that would run. Each job, key and content is looked at once.
 */
export async function isStale(db: Queries, plan: ShownPlan, project: string): Promise<boolean> {
  if (plan.state !== 'READY') return false
  const taker = { task: plan.draft === 1 ? plan.task : '', project, user: plan.username, origin: plan.origin }
  const parts = (await listBasis(db, plan.id)).map((text): Basis => JSON.parse(text))
  const donors = parts.flatMap(part => part.donors ?? [])
  const lost = parts.flatMap(part => part.lost ?? [])
  const known = Map.groupBy([...donors, ...lost].map(nameOf), ({ key }) => key)
  const ended = await endsOf(db, taker, [...known.values()].flat())
  if (donors.some(donor => !ended.has(wordOf(nameOf(donor))))) return true
  if (
    await haveLostBytes(
      db,
      donors.flatMap(([, , , , ...contents]) => contents),
    )
  )
    return true
  return (await haveComeBefore(db, taker, donors, known, ended)) || (await haveCome(db, taker, parts, known))
}

interface Name {
  task: string
  path: string
  key: string
}

function nameOf([task, path, key]: readonly [string, string, string, ...unknown[]]): Name {
  return { task, path, key }
}

const wordOf = ({ task, path, key }: Name) => `${task} ${path} ${key}`

/** When those of the jobs ended that are donors still. */
async function endsOf(db: Queries, taker: Taker, jobs: Name[]): Promise<Map<string, number>> {
  const found = await inLooks(jobs, some => donorsAmong(db, some, taker))
  return new Map(found.map(({ task, path, key, ended }) => [`${task} ${path} ${key}`, Number(ended ?? 0)]))
}

async function haveLostBytes(db: Queries, contents: string[]): Promise<boolean> {
  return (await inLooks(contents, async some => [...(await goneContents(db, some))])).length > 0
}

/** There is a donor that a run would take before one of the plan's: newer, where that is not of the job's own path. */
async function haveComeBefore(
  db: Queries,
  taker: Taker,
  donors: NonNullable<Basis['donors']>,
  known: Map<string, Name[]>,
  ended: Map<string, number>,
): Promise<boolean> {
  const own = new Set(donors.filter(([, , , isOwn]) => isOwn === 1).map(([, , key]) => key))
  const keys = [...new Set(donors.map(([, , key]) => key))].filter(key => !own.has(key))
  // in a rerun those of the origin come last
  const now = await inLooks(keys, async some => [...(await countDonors(db, some, taker, taker.origin ?? ''))])
  return now.some(([key, { last }]) => known.get(key)!.every(job => (ended.get(wordOf(job)) ?? 0) < last))
}

/** There are more donors of a key than the plan knew. */
async function haveCome(db: Queries, taker: Taker, parts: Basis[], known: Map<string, Name[]>): Promise<boolean> {
  const keys = parts.flatMap(part => part.keys ?? [])
  const now = await inLooks(keys, async some => [...(await countDonors(db, some, taker))])
  return now.some(([key, { count }]) => count > (known.get(key)?.length ?? 0))
}

async function inLooks<T, R>(all: T[], look: (some: T[]) => Promise<R[]>): Promise<R[]> {
  const found: R[] = []
  for (let from = 0; from < all.length; from += LOOK) found.push(...(await look(all.slice(from, from + LOOK))))
  return found
}
