import type { MessagePort } from 'node:worker_threads'
import { LRUCache } from 'lru-cache'
import { DatabaseError } from '../errors.ts'
import { Outbox } from './outbox.ts'
import type { Answer, Request, Statement, StatementResult } from './protocol.ts'

/** Statements whose columns are remembered. */
const REMEMBERED = 1000
/** Characters of one; a longer one is hardly the same ever again. */
const LONGEST = 10_000

/** One side of a port to a database thread: pairs answers with calls. */
export class Client {
  readonly #port: MessagePort
  readonly #outbox: Outbox<Request>
  readonly #pending = new Map<number, { resolve(result: StatementResult): void; reject(error: Error): void }>()
  readonly #columns = new LRUCache<string, string[]>({ max: REMEMBERED })
  #calls = 0
  #transactions = 0
  #closed = false

  constructor(port: MessagePort) {
    this.#port = port
    this.#outbox = new Outbox(port)
    port.on('message', (answers: Answer[]) => {
      for (const answer of answers) this.#settle(answer)
    })
    port.on('close', () => this.#end())
    port.unref()
  }

  begin(): number {
    const transaction = ++this.#transactions
    this.#post({ type: 'begin', transaction })
    return transaction
  }

  async query(transaction: number, { sql, parameters }: Statement): Promise<StatementResult> {
    const known = this.#columns.get(sql)
    const statement = { sql, parameters, columnsKnown: known !== undefined }
    const result = await this.#call(call => ({ type: 'query', transaction, call, statement }))
    if (known) return { ...result, columns: known }
    if (sql.length > LONGEST) return result
    this.#columns.set(sql, result.columns)
    return result
  }

  commit(transaction: number): Promise<StatementResult> {
    return this.#call(call => ({ type: 'commit', transaction, call }))
  }

  /** Runs the statements as one transaction. */
  all(statements: Statement[]): Promise<StatementResult> {
    return this.#call(call => ({ type: 'all', call, statements }))
  }

  rollback(transaction: number): void {
    if (!this.#closed) this.#post({ type: 'rollback', transaction })
  }

  close(): void {
    this.#outbox.flush()
    this.#port.close()
    this.#end()
  }

  #call(request: (call: number) => Request): Promise<StatementResult> {
    const call = ++this.#calls
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new DatabaseError('the database is closed')
      this.#pending.set(call, { resolve, reject })
      if (this.#pending.size === 1) this.#port.ref()
      this.#post(request(call))
    })
  }

  #post(request: Request): void {
    if (this.#closed) throw new DatabaseError('the database is closed')
    this.#outbox.post(request)
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.call)
    this.#pending.delete(answer.call)
    if (this.#pending.size === 0) this.#port.unref()
    if ('result' in answer) pending?.resolve(answer.result)
    else pending?.reject(new DatabaseError(answer.failure.message, answer.failure.code))
  }

  #end(): void {
    this.#closed = true
    for (const pending of this.#pending.values()) pending.reject(new DatabaseError('the database was closed'))
    this.#pending.clear()
  }
}
