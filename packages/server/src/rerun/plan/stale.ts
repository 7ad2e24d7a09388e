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

type Donors = NonNullable<Basis['donors']>

/** Contents of one look. */
const CONTENTS = 500

/**
 * Whether the donors of a plan are others than when it was made: one is none any more, lost its bytes or has a newer one before it, or
 * there is one for a job that would run.
 */
export async function isStale(db: Queries, plan: ShownPlan, project: string): Promise<boolean> {
  if (plan.state !== 'READY') return false
  const taker = { task: plan.draft === 1 ? plan.task : '', project, user: plan.username, origin: plan.origin }
  const texts = await listBasis(db, plan.id)
  const parts = texts.map((text): Basis => JSON.parse(text))
  const lost = parts.flatMap(part => part.lost ?? [])
  const known = Map.groupBy(
    [...parts.flatMap(part => part.donors ?? []).map(nameOf), ...lost.map(nameOf)],
    ({ key }) => key,
  )
  for (const { donors = [], keys = [] } of parts) {
    if (donors.length > 0 && (await areOthers(db, taker, donors, known))) return true
    if (keys.length > 0 && (await haveCome(db, taker, keys, known))) return true
  }
  return false
}

interface Name {
  task: string
  path: string
  key: string
}

/** Jobs that the plan knew, by their keys. */
type Known = Map<string, Name[]>

function nameOf([task, path, key]: readonly [string, string, string, ...unknown[]]): Name {
  return { task, path, key }
}

/** The donors of some jobs, against those that a run would take now: its own first, else the last that ended. */
async function areOthers(db: Queries, taker: Taker, donors: Donors, all: Known): Promise<boolean> {
  const keys = new Set(donors.map(([, , key]) => key))
  const known = [...keys].flatMap(key => all.get(key) ?? [])
  const found = await donorsAmong(db, known, taker)
  const ended = new Map(found.map(({ task, path, key, ended }) => [`${task} ${path} ${key}`, Number(ended ?? 0)]))
  if (donors.some(([task, path, key]) => !ended.has(`${task} ${path} ${key}`))) return true
  const last = new Map<string, number>()
  for (const { task, path, key } of known) {
    last.set(key, Math.max(last.get(key) ?? 0, ended.get(`${task} ${path} ${key}`) ?? 0))
  }
  const own = new Set(donors.filter(([, , , isOwn]) => isOwn === 1).map(([, , key]) => key))
  // in a rerun those of the origin come last
  const now = await countDonors(db, [...keys], taker, taker.origin ?? '')
  for (const [key, { last: newest }] of now) if (!own.has(key) && newest > (last.get(key) ?? 0)) return true
  return await haveLostBytes(db, donors)
}

async function haveLostBytes(db: Queries, donors: Donors): Promise<boolean> {
  const contents = donors.flatMap(([, , , , ...ids]) => ids)
  for (let from = 0; from < contents.length; from += CONTENTS) {
    if ((await goneContents(db, contents.slice(from, from + CONTENTS))).size > 0) return true
  }
  return false
}

/** There are more donors of a key than the plan knew. */
async function haveCome(db: Queries, taker: Taker, keys: string[], known: Known): Promise<boolean> {
  for (const [key, { count }] of await countDonors(db, keys, taker))
    if (count > (known.get(key)?.length ?? 0)) return true
  return false
}
