import { sql } from 'kysely'
import type { Time } from './clock.ts'
import type { Queries, Write } from './index.ts'
import type { PlanBasisRow, PlannedRow, PlanRow } from './schema.ts'

/** Rows that one transaction removes. */
const ROWS = 500

/**
 * Puts a plan at its beginning; an older one of the user for the same, and the work on it, ends. One of the same draft, as it is now, that is
 * being made is taken for it.
 */
export async function insertPlan(tx: Write, plan: PlanRow): Promise<ShownPlan> {
  const known = plan.draft === 1 ? await findPlanOfDraft(tx, plan.task, plan.username) : undefined
  if (known?.state === 'MAKING' && known.fingerprint === plan.fingerprint) return known
  await tx
    .updateTable('plans')
    .set({ state: 'ENDED', record: '' })
    .where('task', '=', plan.task)
    .where('username', '=', plan.username)
    .where('draft', '=', plan.draft)
    .where('state', '<>', 'ENDED')
    .execute()
  await tx.insertInto('plans').values(plan).execute()
  return plan
}

/** A plan without its record, which may be large. */
export type ShownPlan = Omit<PlanRow, 'record'>

const SHOWN = [
  'id',
  'task',
  'username',
  'draft',
  'origin',
  'fingerprint',
  'state',
  'message',
  'done',
  'total',
  'result',
  'asked',
  'made',
  'owner',
  'lease',
  'tries',
] as const

/** A user's plans for a task. */
function plansOf(db: Queries, task: string, username: string) {
  return db.selectFrom('plans').select(SHOWN).where('task', '=', task).where('username', '=', username)
}

/** The user's plan for a task, unless a newer one has taken its place. */
export function findPlan(db: Queries, id: string, task: string, username: string): Promise<ShownPlan | undefined> {
  return plansOf(db, task, username).where('id', '=', id).where('state', '<>', 'ENDED').executeTakeFirst()
}

/** The user's plan of a draft. */
export function findPlanOfDraft(db: Queries, task: string, username: string): Promise<ShownPlan | undefined> {
  return plansOf(db, task, username).where('draft', '=', 1).where('state', '<>', 'ENDED').executeTakeFirst()
}

/** The user's last plan of a draft that was made, also while a newer one is. */
export function findLastMade(db: Queries, task: string, username: string): Promise<ShownPlan | undefined> {
  return plansOf(db, task, username)
    .where('draft', '=', 1)
    .where('result', 'is not', null)
    .orderBy('asked', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** The plan that was asked for first of those that nobody makes now, but of these users, with the project and app of its task. */
export function nextPlanToMake(db: Queries, now: Time, users: string[]) {
  const waiting = db
    .selectFrom('plans')
    .innerJoin('tasks', 'tasks.id', 'plans.task')
    .selectAll('plans')
    .select(['tasks.project', 'tasks.app'])
    .where('plans.state', '=', 'MAKING')
    .where('plans.lease', '<', now)
    .orderBy('plans.asked')
    .limit(1)
  return (users.length === 0 ? waiting : waiting.where('plans.username', 'not in', users)).executeTakeFirst()
}

export type PlanToMake = NonNullable<Awaited<ReturnType<typeof nextPlanToMake>>>

/** Makes the work on a plan this worker's; false when another one has it, or it is wanted no more. */
export async function claimPlan(tx: Write, id: string, owner: number, now: Time, lease: Time): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('plans')
    .set(row => ({ owner, lease, tries: row('tries', '+', 1) }))
    .where('id', '=', id)
    .where('state', '=', 'MAKING')
    .where('lease', '<', now)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

type Fields = Partial<Omit<PlanRow, 'lease'>> & { lease?: Time }

/** Changes a plan in the name of its owner; false when it is another one's, or wanted no more. */
export async function updatePlan(tx: Write, id: string, owner: number, fields: Fields): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('plans')
    .set(fields)
    .where('id', '=', id)
    .where('owner', '=', owner)
    .where('state', '=', 'MAKING')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Plans that a worker made which is no more, where there is no other. */
export async function releasePlans(tx: Write): Promise<void> {
  await tx.updateTable('plans').set({ owner: 0, lease: 0 }).where('state', '=', 'MAKING').execute()
}

export async function insertPlanned(tx: Write, rows: PlannedRow[]): Promise<void> {
  if (rows.length > 0) await tx.insertInto('plan_rows').values(rows).execute()
}

export async function insertBasis(tx: Write, rows: PlanBasisRow[]): Promise<void> {
  if (rows.length > 0) await tx.insertInto('plan_basis').values(rows).execute()
}

export async function pagePlanned(
  db: Queries,
  plan: string,
  { decision, limit, offset }: { decision?: PlannedRow['decision'] | undefined; limit: number; offset: number },
): Promise<{ total: number; rows: string[] }> {
  const all = db.selectFrom('plan_rows').where('plan', '=', plan)
  const query = decision === undefined ? all : all.where('decision', '=', decision)
  const [{ total }, rows] = await Promise.all([
    query.select(of => of.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
    query.select('row').orderBy('position').limit(limit).offset(offset).execute(),
  ])
  return { total: Number(total), rows: rows.map(({ row }) => row) }
}

export async function listBasis(db: Queries, plan: string): Promise<string[]> {
  const rows = await db.selectFrom('plan_basis').select('basis').where('plan', '=', plan).orderBy('position').execute()
  return rows.map(({ basis }) => basis)
}

/** What an earlier worker wrote of a plan goes, some rows at a time. False when there was none. */
export async function clearPlan(tx: Write, plan: string): Promise<boolean> {
  return await clear(tx, [plan])
}

/** Removes what belongs to plans that are wanted no more, then them; `before`: when they were asked for, in milliseconds. */
export async function removeOldPlans(tx: Write, before: number): Promise<boolean> {
  const plans = await tx
    .selectFrom('plans')
    .select('id')
    .where(either =>
      either.or([
        either('state', '=', 'ENDED'),
        either('asked', '<', before),
        either('task', 'not in', either.selectFrom('tasks').select('id')),
      ]),
    )
    .limit(ROWS)
    .execute()
  return await remove(tx, plans)
}

/** The same of all plans of these tasks. */
export async function removePlansOf(tx: Write, tasks: string[]): Promise<boolean> {
  return await remove(tx, await tx.selectFrom('plans').select('id').where('task', 'in', tasks).limit(ROWS).execute())
}

async function remove(tx: Write, plans: { id: string }[]): Promise<boolean> {
  const ids = plans.map(({ id }) => id)
  if (ids.length === 0) return false
  if (await clear(tx, ids)) return true
  await tx.deleteFrom('plans').where('id', 'in', ids).execute()
  return true
}

async function clear(tx: Write, plans: string[]): Promise<boolean> {
  for (const table of ['plan_rows', 'plan_basis'] as const) {
    const some = sql`select plan, position from ${sql.table(table)}
      where plan in (${sql.join(plans)}) limit ${sql.lit(ROWS)}`
    const { numAffectedRows } = await sql`delete from ${sql.table(table)}
      where (plan, position) in (${some})`.execute(tx)
    if (numAffectedRows) return true
  }
  return false
}
