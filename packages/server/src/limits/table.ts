/**
 * Every budget and limit that an operator can set, in one table: the options `--limit NAME=VALUE` of `reprise serve` and
 * `reprise worker`, the words of the errors that a user gets, and the table of docs/security.md all come from here.
 */

export type Unit = 'bytes' | 'values' | 'files' | 'seconds' | 'calls' | 'terms' | 'tasks' | 'jobs'

export interface Limit {
  unit: Unit
  /** what holds when the operator says nothing */
  standard: number
  /** what it bounds, as the documentation says it */
  about: string
}

const MIB = 2 ** 20

export const LIMITS = {
  'expression-bytes': {
    unit: 'bytes',
    standard: 16 * MIB,
    about: 'the text that one string of a document becomes when its expressions are evaluated',
  },
  'job-bytes': {
    unit: 'bytes',
    standard: 64 * MIB,
    about:
      'the inputs of one job, what its expressions give, its command line, environment and texts of its work folder',
  },
  'job-values': {
    unit: 'values',
    standard: 2_000_000,
    about: 'values in the inputs of one job and in what its expressions give',
  },
  'task-bytes': {
    unit: 'bytes',
    standard: 256 * MIB,
    about:
      'the outputs of the jobs of one task, as long as other jobs may need them; jobs wait until what those under way hold is less',
  },
  'task-values': {
    unit: 'values',
    standard: 10_000_000,
    about: 'values in the same, and in the lists that a workflow merges',
  },
  'task-jobs': { unit: 'jobs', standard: 100_000, about: 'jobs that one step is spread over' },
  'output-files': {
    unit: 'files',
    standard: 25_000,
    about: 'files and folders in the outputs of one job, and in those of one task',
  },
  'output-values': { unit: 'values', standard: 200_000, about: 'values in the cwl.output.json that a job writes' },
} as const satisfies { [name: string]: Limit }

export type LimitName = keyof typeof LIMITS

/** A value for every limit. */
export type Limits = { readonly [name in LimitName]: number }

export const LIMIT_NAMES = Object.keys(LIMITS) as LimitName[]
