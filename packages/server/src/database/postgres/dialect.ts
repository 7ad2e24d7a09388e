import {
  type DatabaseConnection,
  type DataTypeNode,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely'
import type { Pool } from 'pg'
import { ReadConnection, WriteConnection } from './connection.ts'
import { translated } from './errors.ts'

/**
 * Kysely for reads: each statement by whichever connection of the pool is free. After an error for which `waits` resolves to
 * true the statement is asked again.
 */
export function readDialect(pool: Pool, waits: (error: unknown, again: number) => Promise<boolean>): Dialect {
  return plainDialect(new ReadConnection(pool, waits))
}

/** Kysely over one connection, without transactions. */
export function plainDialect(connection: DatabaseConnection): Dialect {
  return dialect({
    acquireConnection: async () => connection,
    beginTransaction: async () => {
      throw new Error('a transaction is begun by `write`')
    },
    commitTransaction: async () => undefined,
    rollbackTransaction: async () => undefined,
    releaseConnection: async () => undefined,
  })
}

/** Kysely for transactions, each on one connection of the pool. `begin` is what they begin with. */
export function writeDialect(pool: Pool, begin: string): Dialect {
  return dialect({
    async acquireConnection() {
      try {
        return new WriteConnection(await pool.connect())
      } catch (error) {
        throw translated(error)
      }
    },
    beginTransaction: (connection: WriteConnection) => connection.command(begin),
    commitTransaction: (connection: WriteConnection) => connection.commit(),
    // without a connection there is nothing left to roll back
    rollbackTransaction: (connection: WriteConnection) => connection.command('rollback').catch(() => undefined),
    releaseConnection: async (connection: WriteConnection) => connection.release(),
  })
}

function dialect(driver: Omit<Driver, 'init' | 'destroy'>): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => ({ init: async () => undefined, destroy: async () => undefined, ...driver }),
    createIntrospector: db => new PostgresIntrospector(db),
    createQueryCompiler: () => new Compiler(),
  }
}

/** Types of columns, so that one set of migrations makes the same tables: text is compared by its bytes, as in SQLite. */
const TYPES: { [type: string]: string } = { text: 'text collate "C"', blob: 'bytea', integer: 'bigint' }

class Compiler extends PostgresQueryCompiler {
  protected override visitDataType(node: DataTypeNode): void {
    this.append(TYPES[node.dataType] ?? node.dataType)
  }
}
