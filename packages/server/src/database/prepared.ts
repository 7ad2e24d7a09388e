import { type Compilable, CompiledQuery } from 'kysely'
import type { Queries } from './index.ts'

type Parameters = { [name: string]: unknown }

/**
 * A statement of the hot path: built and compiled once for each dialect, then sent again and again with other parameters.
 * Building one anew costs more than running it. `build` gets marks in the place of the parameters and must hand each of
 * them on as it is.
 */
export function prepared<P extends Parameters, R>(
  names: readonly (keyof P & string)[],
  build: (db: Queries, marks: P) => Compilable<R>,
): (db: Queries, parameters: P) => Promise<R[]> {
  const compiled = new Map<unknown, { sql: string; order: string[] }>()
  const marks = Object.fromEntries(names.map(name => [name, `mark:${name}`])) as P
  return async (db, parameters) => {
    const dialect = db.getExecutor().adapter.constructor
    let statement = compiled.get(dialect)
    if (!statement) {
      const { sql, parameters: order } = build(db, marks).compile()
      statement = { sql, order: order.map(mark => String(mark).slice('mark:'.length)) }
      compiled.set(dialect, statement)
    }
    const values = statement.order.map(name => parameters[name])
    return (await db.executeQuery<R>(CompiledQuery.raw(statement.sql, values))).rows
  }
}
