import { type Expression, type SqlBool, SqliteAdapter, sql } from 'kysely'
import type { Queries } from './index.ts'

/**
 * A condition that always holds, for statements that look at many rows: asked for each of them, it ends a statement of
 * `Database.slow` that is over its time. SQLite in Node can't be interrupted from outside; PostgreSQL keeps the time itself.
 */
export function withinTimeLimit(db: Queries): Expression<SqlBool> {
  return db.getExecutor().adapter instanceof SqliteAdapter ? sql<boolean>`in_time()` : sql<boolean>`true`
}
