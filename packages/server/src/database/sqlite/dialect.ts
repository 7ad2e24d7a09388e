import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Client } from './client.ts'
import type { SqlValue, Statement, StatementResult } from './protocol.ts'

/**
 * Kysely over ports to the database's threads: of the writer, for transactions, or of a reader. What is `blind` makes
 * transactions whose statements are gathered and sent together.
 */
export function threadDialect(client: Client, blind = false): Dialect {
  return dialect(() => new ThreadDriver(client, blind))
}

/** Kysely for reads alone, wherever `ask` sends them. */
export function readsDialect(ask: (statement: Statement) => Promise<StatementResult>): Dialect {
  const connection: DatabaseConnection = {
    executeQuery: async ({ sql, parameters }) => resultOf(await ask({ sql, parameters: parameters.map(sqlValue) })),
    streamQuery: notStreamed,
  }
  const refuse = async () => {
    throw new Error('a transaction is begun by `write`')
  }
  return dialect(() => ({
    init: async () => undefined,
    acquireConnection: async () => connection,
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: async () => undefined,
    destroy: async () => undefined,
  }))
}

function notStreamed(): never {
  throw new Error('the database does not stream: read in pages')
}

function dialect(createDriver: () => Driver): Dialect {
  return {
    createAdapter: () => new ThreadAdapter(),
    createDriver,
    createIntrospector: db => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/** The threads keep the order; Kysely need not wait for one connection. */
class ThreadAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }

  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class ThreadDriver implements Driver {
  readonly #client: Client
  /** used again, because Kysely keeps a weak mark of each one that it has seen, which the collector has to look at */
  readonly #idle: ThreadConnection[] = []

  readonly #blind: boolean

  constructor(client: Client, blind: boolean) {
    this.#client = client
    this.#blind = blind
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<ThreadConnection> {
    return this.#idle.pop() ?? new ThreadConnection(this.#client, this.#blind)
  }

  async beginTransaction(connection: ThreadConnection): Promise<void> {
    connection.begin()
  }

  async commitTransaction(connection: ThreadConnection): Promise<void> {
    await connection.commit()
  }

  async rollbackTransaction(connection: ThreadConnection): Promise<void> {
    connection.rollback()
  }

  async releaseConnection(connection: ThreadConnection): Promise<void> {
    if (!connection.begun) this.#idle.push(connection)
  }

  async destroy(): Promise<void> {}
}

class ThreadConnection implements DatabaseConnection {
  readonly #client: Client
  /** 0 outside a transaction */
  #transaction = 0

  /** statements of a blind transaction */
  #gathered: Statement[] | undefined
  readonly #blind: boolean

  constructor(client: Client, blind: boolean) {
    this.#client = client
    this.#blind = blind
  }

  begin(): void {
    if (this.#blind) this.#gathered = []
    else this.#transaction = this.#client.begin()
  }

  async commit(): Promise<void> {
    if (this.#gathered) await this.#client.all(this.#gathered)
    else await this.#client.commit(this.#transaction)
  }

  rollback(): void {
    if (!this.#gathered) this.#client.rollback(this.#transaction)
  }

  /** What is left behind of a transaction may still be sent on its connection, and must be refused. */
  get begun(): boolean {
    return this.#transaction !== 0 || this.#gathered !== undefined
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const parameters = query.parameters.map(sqlValue)
    if (this.#gathered) {
      this.#gathered.push({ sql: query.sql, parameters })
      return { rows: [] }
    }
    return resultOf<R>(await this.#client.query(this.#transaction, { sql: query.sql, parameters }))
  }

  streamQuery = notStreamed
}

function sqlValue(value: unknown): SqlValue {
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'bigint')
    return value
  if (value instanceof Uint8Array) return value
  throw new TypeError(`a ${typeof value} can't be a parameter of a statement`)
}

function resultOf<R>(result: StatementResult): QueryResult<R> {
  const { columns } = result
  const rows: unknown = result.rows.map(values => {
    const row: { [column: string]: SqlValue | undefined } = {}
    for (let index = 0; index < columns.length; index++) row[columns[index] ?? ''] = values[index]
    return row
  })
  return { rows: rows as R[], numAffectedRows: BigInt(result.changes) }
}
