/**
 * What the strings and values of one task may grow to, counted before they are made: before texts are joined, before JSON is
 * written or read, before lists are merged. A document of a few kilobytes can ask for any amount; who asks for too much is
 * told the limit and its name, and harms nobody else.
 *
 *   one string      `expressionBytes`, also what one piece of JavaScript gives
 *   one job         `jobBytes`, `jobValues`: its inputs, all that its expressions give, its command line, environment and files
 *   one task        `taskBytes`, `taskValues`: outputs of the jobs that have settled and lists made of them, as long as they are
 *                   needed. Jobs that are under way wait for one another beyond that (gate.ts); `taskJobs` are those of one scatter
 *   an output object `outputValues`: values that a job writes into `cwl.output.json`
 *
 * A character counts as a byte, and an entry of a list or map as a value.
 */
import { ExpressionError } from './expression/scan.ts'
import type { Value } from './values.ts'

export interface Budgets {
  expressionBytes: number
  jobBytes: number
  jobValues: number
  taskBytes: number
  taskValues: number
  taskJobs: number
  outputValues: number
}

const MIB = 2 ** 20

/** What holds where the host says nothing. */
export const BUDGETS: Budgets = {
  expressionBytes: 16 * MIB,
  jobBytes: 64 * MIB,
  jobValues: 4_000_000,
  taskBytes: 256 * MIB,
  taskValues: 10_000_000,
  taskJobs: 100_000,
  outputValues: 200_000,
}

/** How operators name the limits, and users read them. */
const NAMES: { [budget in keyof Budgets]: [limit: string, unit: string] } = {
  expressionBytes: ['expression-bytes', 'bytes'],
  jobBytes: ['job-bytes', 'bytes'],
  jobValues: ['job-values', 'values'],
  taskBytes: ['task-bytes', 'bytes'],
  taskValues: ['task-values', 'values'],
  taskJobs: ['task-jobs', 'jobs'],
  outputValues: ['output-values', 'values'],
}

/** `more than 16 MiB (limit expression-bytes)` */
export function moreThan(name: keyof Budgets, most: number): string {
  const [limit, unit] = NAMES[name]
  const isWhole = unit === 'bytes' && most % MIB === 0
  return `more than ${isWhole ? `${most / MIB} MiB` : `${most} ${unit}`} (limit ${limit})`
}

export interface Size {
  bytes: number
  values: number
}

/** What one job has used of its budget. */
export class Budget implements Size {
  readonly limits: Budgets
  bytes = 0
  values = 0

  constructor(limits: Budgets = BUDGETS) {
    this.limits = limits
  }

  /**
   * To be called before what it speaks of is made.
   * @throws ExpressionError when the job would have more than it may
   */
  spend(bytes: number, values = 0): void {
    this.bytes += bytes
    this.values += values
    const { jobBytes, jobValues } = this.limits
    if (this.bytes > jobBytes) throw new ExpressionError(`the job needs ${moreThan('jobBytes', jobBytes)}`)
    if (this.values > jobValues) throw new ExpressionError(`the job has ${moreThan('jobValues', jobValues)}`)
  }

  /** Spends a value with all that is in it. */
  spendValue(value: Value): void {
    const { jobBytes, jobValues } = this.limits
    const { bytes, values } = sizeOf(value, { bytes: jobBytes - this.bytes, values: jobValues - this.values })
    this.spend(bytes, values)
  }

  /** As `spendValue`, for what is shared with others and stays. */
  assertValue(value: Value): void {
    new Budget(this.limits).spendValue(value)
  }

  /** @throws ExpressionError for a text that is longer than one string may become */
  assertText(length: number): void {
    const { expressionBytes } = this.limits
    if (length > expressionBytes) throw new ExpressionError(`makes ${moreThan('expressionBytes', expressionBytes)}`)
  }
}

/**
 * How much a value is, each part as often as it stands there, however it is shared. The count ends when it is more than
 * `most`.
 */
export function sizeOf(value: Value | undefined, most: Size): Size {
  const size = { bytes: 0, values: 0 }
  const todo: unknown[] = [value ?? null]
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    size.values++
    if (typeof next === 'string') size.bytes += next.length
    if (size.values + todo.length > most.values || size.bytes > most.bytes) {
      return { bytes: size.bytes, values: size.values + todo.length }
    }
    if (typeof next !== 'object' || next === null) continue
    if (Array.isArray(next)) pushAll(todo, next, most.values - size.values)
    else {
      for (const key in next) {
        size.bytes += key.length
        todo.push((next as { [key: string]: unknown })[key] ?? null)
      }
    }
  }
  return size
}

function pushAll(todo: unknown[], items: unknown[], room: number): void {
  // one more than there is room for tells as much as all of them
  for (let at = 0; at < Math.min(items.length, Math.max(0, room) + 1); at++) todo.push(items[at] ?? null)
}
