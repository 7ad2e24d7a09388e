import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import type { ClientBase, QueryResult as PgResult, Pool, PoolClient } from 'pg'
import { DatabaseError, UNKNOWN_END } from '../errors.ts'
import { RowBudget } from '../row-budget.ts'
import { endsConnection, translated } from './errors.ts'
import { parameterOf } from './values.ts'

/** Not a connection of its own: each statement takes one of the pool. */
export class ReadConnection implements DatabaseConnection {
  readonly #pool: Pool
  readonly #waits: (error: unknown, again: number) => Promise<boolean>

  constructor(pool: Pool, waits: (error: unknown, again: number) => Promise<boolean>) {
    this.#pool = pool
    this.#waits = waits
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    for (let again = 1; ; again++) {
      try {
        return await this.#execute(query)
      } catch (thrown) {
        const error = translated(thrown)
        if (!(await this.#waits(error, again))) throw error
      }
    }
  }

  async #execute<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const client = await this.#pool.connect()
    const lost = () => undefined
    client.on('error', lost)
    let isBroken = true
    try {
      const result = await ask<R>(client, query)
      isBroken = false
      return result
    } catch (error) {
      isBroken = endsConnection(error)
      throw error
    } finally {
      client.off('error', lost)
      client.release(isBroken)
    }
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('the database does not stream: read in pages')
  }
}

/** Statements on whatever client there is now. */
export class ClientConnection implements DatabaseConnection {
  readonly #client: () => ClientBase
  readonly #lost: () => void

  /**
   * @param client throws when there is none
   * @param lost the one that there is is of no use any more
   */
  constructor(client: () => ClientBase, lost: () => void) {
    this.#client = client
    this.#lost = lost
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      return await ask<R>(this.#client(), query)
    } catch (error) {
      if (endsConnection(error)) this.#lost()
      throw translated(error)
    }
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('the database does not stream: read in pages')
  }
}

/**
 * A connection for one transaction. Its statements run one after the other, also when a body asks for several at once.
 */
export class WriteConnection implements DatabaseConnection {
  readonly #client: PoolClient
  readonly #lost = () => {
    this.#isBroken = true
  }
  #last: Promise<unknown> = Promise.resolve()
  #isBroken = false
  /** of the transaction, where rows are counted */
  readonly #budget = RowBudget.begin()
  #changed = 0

  constructor(client: PoolClient) {
    this.#client = client
    client.on('error', this.#lost)
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#budget) return this.#inTurn(() => this.#counted<R>(this.#budget!, query))
    return this.#inTurn(() => ask<R>(this.#client, query))
  }

  async #counted<R>(budget: RowBudget, query: CompiledQuery): Promise<QueryResult<R>> {
    budget.said(query.sql)
    const result = await ask<R>(this.#client, query)
    if (!/^\s*select/i.test(query.sql)) this.#changed += Number(result.numAffectedRows)
    return result
  }

  async command(text: string): Promise<void> {
    await this.#inTurn(() => this.#client.query(text))
  }

  /** A transaction in which a statement failed is rolled back by `commit`, which says so only by its name. */
  async commit(): Promise<void> {
    this.#budget?.check(this.#changed)
    let result: PgResult
    try {
      result = await this.#inTurn(() => this.#client.query('commit'))
    } catch (error) {
      if (!this.#isBroken) throw error
      throw new DatabaseError('the connection was lost while a transaction was being committed', UNKNOWN_END)
    }
    if (result.command === 'ROLLBACK') {
      throw new DatabaseError('a statement of the transaction had failed: it was rolled back')
    }
  }

  release(): void {
    this.#client.off('error', this.#lost)
    this.#client.release(this.#isBroken)
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('the database does not stream: read in pages')
  }

  #inTurn<T>(body: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      try {
        return await body()
      } catch (error) {
        if (endsConnection(error)) this.#isBroken = true
        throw translated(error)
      }
    })
    // whoever asked for the turn is told; the next one only waits for its end
    this.#last = turn.catch(() => undefined)
    return turn
  }
}

async function ask<R>(client: ClientBase, query: CompiledQuery): Promise<QueryResult<R>> {
  const result = await client.query(query.sql, query.parameters.map(parameterOf))
  const rows: unknown = result.rows
  return { rows: rows as R[], numAffectedRows: BigInt(result.rowCount ?? 0) }
}
