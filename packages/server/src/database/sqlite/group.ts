import { RowBudget } from '../row-budget.ts'
import type { Connection } from './connection.ts'
import { failureOf } from './connection.ts'
import type { Answer, Failure, Statement } from './protocol.ts'

/**
 * Group commit. Transactions come from several clients, each as a row of messages: begin, queries, commit; or whole, in one
 * message, where no statement depends on the answer to another. They run one
 * after the other, in the order in which they began, each as a SAVEPOINT inside one BEGIN IMMEDIATE:
 *
 *     idle → BEGIN IMMEDIATE → (SAVEPOINT → queries → RELEASE or ROLLBACK TO)… → COMMIT → idle
 *
 * After a transaction's end the next waiting one joins the same group, unless the group has been open for GROUP_TIME or
 * holds GROUP_SIZE transactions, or none waits; then the group is committed, which costs one sync, and only then is each
 * of its transactions acknowledged. What arrives for a transaction whose turn has not come waits in its own inbox.
 *
 * Nobody can observe the group: reads go to other connections, which see committed rows only, and a transaction of the
 * group sees those before it, as if it had begun after their commit. If the COMMIT fails, or SQLite rolls everything back
 * (disk full), all transactions of the group fail, and none was acknowledged. A transaction that holds the writer longer
 * than HOLD_LIMIT is rolled back; its later calls fail and say so.
 */
const GROUP_SIZE = 64
const GROUP_TIME = 5
export const HOLD_LIMIT = 5_000

export type Step =
  | { type: 'query'; call: number; statement: Statement }
  | { type: 'commit'; call: number }
  | { type: 'rollback' }
  | { type: 'all'; call: number; statements: Statement[] }

interface Transaction {
  answer(answer: Answer): void
  inbox: Step[]
}

export class Group {
  readonly #connection: Connection
  readonly #holdLimit: number
  readonly #waiting: Transaction[] = []
  #current: Transaction | undefined
  #released: { transaction: Transaction; call: number }[] = []
  #open = false
  #opened = 0
  #timer: NodeJS.Timeout | undefined
  /** of the current transaction, where rows are counted, and how many had been changed before */
  #budget: RowBudget | undefined
  #changed = 0

  constructor(connection: Connection, holdLimit = HOLD_LIMIT) {
    this.#connection = connection
    this.#holdLimit = holdLimit
  }

  begin(answer: (answer: Answer) => void): Transaction {
    const transaction: Transaction = { answer, inbox: [] }
    this.#waiting.push(transaction)
    this.#advance()
    return transaction
  }

  step(transaction: Transaction, step: Step): void {
    transaction.inbox.push(step)
    if (transaction === this.#current) this.#advance()
    else if (!this.#waiting.includes(transaction)) this.#refuse(transaction)
  }

  /** The client is gone: what it had not committed never happened. */
  abandon(transaction: Transaction): void {
    const index = this.#waiting.indexOf(transaction)
    if (index >= 0) this.#waiting.splice(index, 1)
    if (transaction === this.#current) this.step(transaction, { type: 'rollback' })
  }

  #advance(): void {
    while (this.#current || this.#next()) {
      const transaction = this.#current
      if (!transaction) continue
      const step = transaction.inbox.shift()
      if (!step) return
      if (step.type === 'query') this.#query(transaction, step.call, step.statement)
      else if (step.type === 'all') this.#all(transaction, step.call, step.statements)
      else this.#end(transaction, step)
    }
  }

  /** Starts the next waiting transaction, after committing the group when it is full, old, or nobody waits. */
  #next(): boolean {
    const full = this.#released.length >= GROUP_SIZE || (this.#open && performance.now() - this.#opened >= GROUP_TIME)
    if (this.#open && (full || this.#waiting.length === 0)) this.#commit()
    const transaction = this.#waiting.shift()
    if (!transaction) return false
    this.#current = transaction
    try {
      if (!this.#open) {
        this.#connection.exec('BEGIN IMMEDIATE')
        this.#open = true
        this.#opened = performance.now()
      }
      this.#connection.exec('SAVEPOINT one')
      this.#budget = RowBudget.begin()
      if (this.#budget) this.#changed = this.#connection.changes()
      this.#timer = setTimeout(() => this.#expire(transaction), this.#holdLimit)
    } catch (error) {
      this.#drop(transaction, failureOf(error))
    }
    return true
  }

  #query(transaction: Transaction, call: number, statement: Statement): void {
    this.#budget?.said(statement.sql)
    try {
      transaction.answer({ call, result: this.#connection.run(statement) })
    } catch (error) {
      transaction.answer({ call, failure: failureOf(error) })
      if (!this.#connection.inTransaction) this.#collapse(failureOf(error))
    }
  }

  /** A whole transaction at once. */
  #all(transaction: Transaction, call: number, statements: Statement[]): void {
    try {
      for (const statement of statements) {
        this.#budget?.said(statement.sql)
        this.#connection.run(statement)
      }
    } catch (error) {
      const failure = failureOf(error)
      if (this.#connection.inTransaction) this.#end(transaction, { type: 'rollback' })
      else this.#collapse(failure)
      transaction.answer({ call, failure })
      return
    }
    this.#end(transaction, { type: 'commit', call })
  }

  #end(transaction: Transaction, step: Step & { type: 'commit' | 'rollback' }): void {
    clearTimeout(this.#timer)
    this.#current = undefined
    if (step.type === 'commit' && !this.#isWithin(transaction, step.call)) return
    try {
      if (step.type === 'commit') {
        this.#connection.exec('RELEASE one')
        this.#released.push({ transaction, call: step.call })
      } else {
        this.#connection.exec('ROLLBACK TO one; RELEASE one')
      }
    } catch (error) {
      if (step.type === 'commit') transaction.answer({ call: step.call, failure: failureOf(error) })
      this.#collapse(failureOf(error))
    }
  }

  /** False, and it is rolled back, when the transaction has changed too many rows. */
  #isWithin(transaction: Transaction, call: number): boolean {
    try {
      this.#budget?.check(this.#connection.changes() - this.#changed)
      return true
    } catch (error) {
      this.#connection.exec('ROLLBACK TO one; RELEASE one')
      transaction.answer({ call, failure: failureOf(error) })
      return false
    }
  }

  #commit(): void {
    try {
      this.#connection.exec('COMMIT')
    } catch (error) {
      this.#collapse(failureOf(error))
      return
    }
    this.#open = false
    const released = this.#released
    this.#released = []
    for (const { transaction, call } of released)
      transaction.answer({ call, result: { columns: [], rows: [], changes: 0 } })
  }

  /** The whole group is lost. */
  #collapse(failure: Failure): void {
    clearTimeout(this.#timer)
    if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK')
    this.#open = false
    for (const { transaction, call } of this.#released.splice(0)) transaction.answer({ call, failure })
    if (this.#current) this.#drop(this.#current, failure)
  }

  #expire(transaction: Transaction): void {
    if (this.#current !== transaction) return
    this.#connection.exec('ROLLBACK TO one; RELEASE one')
    this.#drop(transaction, {
      message: `transaction rolled back: it held the writer for more than ${this.#holdLimit / 1000} s`,
    })
    this.#advance()
  }

  readonly #dropped = new WeakMap<Transaction, Failure>()

  /** Ends a transaction from here: what its client still sends is refused with the reason. */
  #drop(transaction: Transaction, failure: Failure): void {
    clearTimeout(this.#timer)
    this.#dropped.set(transaction, failure)
    if (this.#current === transaction) this.#current = undefined
    this.#refuse(transaction)
  }

  #refuse(transaction: Transaction): void {
    const failure = this.#dropped.get(transaction) ?? { message: 'the transaction has ended' }
    for (const step of transaction.inbox.splice(0))
      if (step.type !== 'rollback') transaction.answer({ call: step.call, failure })
  }
}
