import { setTimeout as pauseFor } from 'node:timers/promises'
import { isPassing } from '../database/errors.ts'
import type { Database, Write } from '../database/index.ts'
import { putJobs } from '../database/jobs.ts'
import type { JobRow } from '../database/schema.ts'
import { addWarnings, FencedError, moveTask, setSteps, type TaskWarning } from '../database/task-states.ts'
import type { Owner } from './owner.ts'
import type { Watch } from './takeovers.ts'
import { Warnings } from './warnings.ts'

/** Rows that ends of jobs write in one transaction, about; a single end may write more. */
const ROWS = 500
/** Notes in one transaction. */
const NOTES = 200
/** Milliseconds that a note may wait for others: a short job is then written once. */
const PATIENCE = 30
/** Milliseconds between two attempts to write. */
const LONGEST_PAUSE = 30_000

interface Settling {
  row: JobRow
  /** rows that it writes, about */
  size: number
  write(tx: Write): Promise<void>
  resolve(): void
  reject(error: Error): void
}

/** What one transaction writes. */
interface Together {
  notes: JobRow[]
  settling: Settling[]
  warnings: TaskWarning[]
}

/**
 * What happens to the jobs of one task, on its way to their rows. One transaction at a time, each in the name of the
 * worker; what arrives in the meantime goes together into the next one, and a job that settles before its start was
 * written is written once. `settle` resolves when the job's end is durable; `note` is for those who look on, nothing waits
 * for it.
 */
export class Journal {
  readonly #database: Database
  readonly #task: string
  readonly #owner: Owner
  readonly #watch: Watch | undefined
  readonly #notes = new Map<string, JobRow>()
  #settling: Settling[] = []
  #writing: Promise<void> | undefined
  #isWriting = false
  #timer: NodeJS.Timeout | undefined
  #total = 0
  #completed: number

  /** what the task warns of; it is written with the next that is */
  readonly warnings = new Warnings()

  constructor(database: Database, task: string, owner: Owner, completed: number, watch?: Watch) {
    this.#database = database
    this.#task = task
    this.#owner = owner
    this.#completed = completed
    this.#watch = watch
  }

  /** Jobs that have settled. */
  get completed(): number {
    return this.#completed
  }

  /** So many more jobs are known. */
  known(count: number): void {
    this.#total += count
  }

  note(row: JobRow): void {
    this.#notes.set(row.path, { ...row })
    if (row.status === 'RUNNING') this.#watch?.running()
    this.#timer ??= setTimeout(() => this.#start(), PATIENCE)
  }

  /**
   * Writes the job's end and, in the same transaction, what `write` writes.
   * @param size rows that `write` writes, about
   */
  settle(row: JobRow, write: (tx: Write) => Promise<void>, size = 0): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#notes.delete(row.path)
      this.#settling.push({ row, size: size + 2, write, resolve, reject })
      this.#start()
    })
  }

  /** Resolves when everything is written. */
  async drained(): Promise<void> {
    if (this.#notes.size > 0 || this.warnings.areNew) this.#start()
    while (this.#isWriting) await this.#writing
  }

  #start(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#isWriting) return
    this.#isWriting = true
    this.#writing = this.#drain()
  }

  async #drain(): Promise<void> {
    while (this.#notes.size > 0 || this.#settling.length > 0 || this.warnings.areNew) {
      const notes = this.#someNotes()
      const settling = this.#settling.splice(0, this.#fitting())
      await this.#commit({ notes, settling, warnings: this.warnings.drain() })
    }
    // in the same turn as the loop's last look: what comes after it starts anew
    this.#isWriting = false
  }

  #someNotes(): JobRow[] {
    const notes: JobRow[] = []
    for (const note of this.#notes.values()) {
      if (notes.length === NOTES) break
      this.#notes.delete(note.path)
      notes.push(note)
    }
    return notes
  }

  /** How many of the ends that wait one transaction takes: one at least. */
  #fitting(): number {
    let rows = 0
    const over = this.#settling.findIndex(({ size }) => {
      rows += size
      return rows > ROWS
    })
    return over < 0 ? this.#settling.length : Math.max(1, over)
  }

  /** Where not all can be written together, each is written for itself: one end that can't be takes no other with it. */
  async #commit(together: Together): Promise<void> {
    const { notes, settling, warnings } = together
    try {
      await this.#persist(together)
      for (const each of settling) each.resolve()
    } catch (error) {
      const others = notes.length + warnings.length
      if (error instanceof FencedError || settling.length === 0 || settling.length + others === 1) {
        for (const each of settling) each.reject(error instanceof Error ? error : new Error(String(error)))
        return
      }
      if (others > 0) await this.#commit({ notes, settling: [], warnings })
      for (const each of settling) await this.#commit({ notes: [], settling: [each], warnings: [] })
    }
  }

  /** Waits while the disk is full or in trouble: the jobs go on, and what settled is not lost. */
  async #persist(together: Together): Promise<void> {
    for (let pause = 500; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        await this.#database.write(tx => this.#write(tx, together))
        break
      } catch (error) {
        if (!isPassing(error)) throw error
        await pauseFor(pause)
      }
    }
    const { settling } = together
    this.#completed += doneIn(settling)
    if (settling.length > 0) this.#watch?.settled()
  }

  async #write(tx: Write, { notes, settling, warnings }: Together): Promise<void> {
    await this.#owner.check(tx, this.#task)
    const completed = this.#completed + doneIn(settling)
    const rows = [...notes, ...settling.map(({ row }) => row)]
    const isRunning = rows.some(row => row.status !== 'QUEUED')
    if (warnings.length > 0) await addWarnings(tx, this.#task, warnings)
    const growth = await putJobs(tx, this.#task, rows)
    await Promise.all([
      isRunning &&
        moveTask(tx, this.#task, ['QUEUED'], 'RUNNING', { claim: this.#owner.claim, running: Date.now(), message: '' }),
      setSteps(tx, this.#task, Math.max(this.#total, completed), completed, growth),
      ...settling.map(each => each.write(tx)),
      settling.length > 0 && this.#watch?.settling(tx),
    ])
  }
}

function doneIn(settling: Settling[]): number {
  return settling.filter(({ row }) => row.status === 'DONE').length
}
