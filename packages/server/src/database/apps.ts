import { sql } from 'kysely'
import { withinTimeLimit } from './in-time.ts'
import type { Queries, Write } from './index.ts'
import { administration, publicity, RIGHTS_COLUMNS, withRights } from './members.ts'
import type { AppRevisionRow, AppRow } from './schema.ts'

const REVISION_COLUMNS = [
  'app_revisions.app',
  'app_revisions.revision',
  'app_revisions.label',
  'app_revisions.raw',
  'app_revisions.model',
  'app_revisions.problems',
  'app_revisions.cwl_version',
  'app_revisions.cwl',
  'app_revisions.notes',
  'app_revisions.created_by',
  'app_revisions.created',
  'apps.project',
  'apps.name',
  'apps.latest',
  'apps.copy_of',
  'apps.original',
  'apps.follows',
  'apps.synced',
] as const

/** A revision of an app, the latest when none is said, with the user's permissions on its project. */
export async function findRevision(db: Queries, app: string, revision: number | undefined, username: string) {
  let query = db
    .selectFrom('apps')
    .innerJoin('app_revisions', 'app_revisions.app', 'apps.id')
    .leftJoin('members', join =>
      join.onRef('members.project', '=', 'apps.project').on('members.username', '=', username),
    )
    .select([...REVISION_COLUMNS, ...RIGHTS_COLUMNS, administration(username), publicity('apps.project')])
    .where('apps.id', '=', app)
  query =
    revision === undefined
      ? query.whereRef('app_revisions.revision', '=', 'apps.latest')
      : query.where('app_revisions.revision', '=', revision)
  return withRights(await query.executeTakeFirst())
}

export type FoundRevision = NonNullable<Awaited<ReturnType<typeof findRevision>>>

export interface AppFilter {
  /** of projects that the user is a member of, of public ones, or of both; of any, where the caller knows that they may */
  visible: 'member' | 'public' | 'readable' | 'any'
  projects?: string[] | undefined
  owner?: string | undefined
  /** any of the lists, and all words of it somewhere in what the app is found by; in lower case */
  words?: string[][] | undefined
  /** any of them; without a revision the latest */
  ids?: { app: string; revision: number | undefined }[] | undefined
  limit: number
  offset: number
}

/** Apps that the user may read, the oldest first, each in its latest or the wanted revision. */
export async function listApps(db: Queries, username: string, filter: AppFilter) {
  const { visible, projects, owner, words, ids } = filter
  let query = db
    .selectFrom('apps')
    .innerJoin('projects', 'projects.id', 'apps.project')
    .innerJoin('app_revisions', 'app_revisions.app', 'apps.id')
    .leftJoin('members', join =>
      join.onRef('members.project', '=', 'apps.project').on('members.username', '=', username),
    )
  if (visible === 'member') query = query.where('members.read', '=', 1)
  if (visible === 'public') query = query.where('projects.public', '=', 1)
  if (visible === 'readable') {
    query = query.where(any => any.or([any('members.read', '=', 1), any('projects.public', '=', 1)]))
  }
  if (projects) query = query.where('apps.project', 'in', projects)
  if (owner !== undefined) query = query.where('projects.owner', '=', owner)
  if (words) {
    const search = sql.ref('app_revisions.search')
    query = query
      .where(withinTimeLimit(db))
      .where(any =>
        any.or(words.map(all => any.and(all.map(word => sql<boolean>`replace(${search}, ${word}, '') <> ${search}`)))),
      )
  }
  if (ids === undefined) query = query.whereRef('app_revisions.revision', '=', 'apps.latest')
  else {
    query = query.where(any =>
      any.or(
        ids.map(({ app, revision }) =>
          any.and([
            any('apps.id', '=', app),
            revision === undefined
              ? any('app_revisions.revision', '=', any.ref('apps.latest'))
              : any('app_revisions.revision', '=', revision),
          ]),
        ),
      ),
    )
  }
  const { total } = await query.select(count => count.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await query
    .select([...REVISION_COLUMNS, ...RIGHTS_COLUMNS])
    .orderBy('apps.created')
    .orderBy('apps.id')
    .orderBy('app_revisions.revision')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()
  return { total: Number(total), rows: rows.map(row => withRights(row)!) }
}

/** Who made the revisions up to this one, when, and with which notes; ascending. */
export function listRevisions(db: Queries, app: string, upTo: number) {
  return db
    .selectFrom('app_revisions')
    .select(['revision', 'notes', 'created_by', 'created'])
    .where('app', '=', app)
    .where('revision', '<=', upTo)
    .orderBy('revision')
    .execute()
}

export function findApp(db: Queries, id: string) {
  return db.selectFrom('apps').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function insertApp(tx: Write, app: AppRow): Promise<void> {
  await tx.insertInto('apps').values(app).execute()
}

export async function insertRevision(tx: Write, revision: AppRevisionRow): Promise<void> {
  await tx.insertInto('app_revisions').values(revision).execute()
  await tx.updateTable('apps').set({ latest: revision.revision }).where('id', '=', revision.app).execute()
}

/** Revisions of an app from one on up to another, whole; ascending. */
export function getRevisions(db: Queries, app: string, from: number, upTo: number): Promise<AppRevisionRow[]> {
  return db
    .selectFrom('app_revisions')
    .selectAll()
    .where('app', '=', app)
    .where('revision', '>=', from)
    .where('revision', '<=', upTo)
    .orderBy('revision')
    .execute()
}

/** Several revisions of one app, ascending; the last one is its latest from then on. */
export async function insertRevisions(tx: Write, revisions: AppRevisionRow[]): Promise<void> {
  for (const revision of revisions.slice(0, -1)) await tx.insertInto('app_revisions').values(revision).execute()
  await insertRevision(tx, revisions.at(-1)!)
}

export async function updateApp(tx: Write, id: string, fields: Partial<AppRow>): Promise<void> {
  await tx.updateTable('apps').set(fields).where('id', '=', id).execute()
}
