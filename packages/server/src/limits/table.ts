/**
 * Every budget and limit that an operator can set, in one table: the options `--limit NAME=VALUE` of `reprise serve` and
 * `reprise worker`, the words of the errors that a user gets, and the table of docs/security.md all come from here.
 */

export type Unit =
  | 'bytes'
  | 'values'
  | 'files'
  | 'seconds'
  | 'minutes'
  | 'days'
  | 'calls'
  | 'terms'
  | 'tasks'
  | 'jobs'
  | 'transfers'

export interface Limit {
  unit: Unit
  /** what holds when the operator says nothing */
  standard: number
  /** what it bounds, as the documentation says it */
  about: string
}

const MIB = 2 ** 20
const GIB = 2 ** 30

export const LIMITS = {
  'expression-bytes': {
    unit: 'bytes',
    standard: 16 * MIB,
    about: 'the text that one string of a document becomes when its expressions are evaluated',
  },
  'files-left': {
    unit: 'files',
    standard: 1_000_000,
    about: 'files and folders that one job may leave in its work folder, outputs or not',
  },
  'output-bytes': {
    unit: 'bytes',
    standard: 1024 * GIB,
    about: 'one file that a job writes; the room that the disk has when the job starts is another bound',
  },
  'ballast-bytes': {
    unit: 'bytes',
    standard: 64 * MIB,
    about: 'a file that is removed when the disk is full to its last block, so that the database can go on',
  },
  'search-terms': {
    unit: 'terms',
    standard: 100,
    about: 'the comparisons of one search, or the filters of one list (metadata keys, tags, words)',
  },
  'search-values': {
    unit: 'values',
    standard: 1000,
    about: 'the values that one search or one list compares with',
  },
  'search-seconds': {
    unit: 'seconds',
    standard: 5,
    about: 'the time that the database may take for one statement of a search or of a list by filters',
  },
  'waiting-calls': {
    unit: 'calls',
    standard: 32,
    about: 'the searches of one user, and their calls with large bodies or answers, that wait while one is dealt with',
  },
  transfers: {
    unit: 'transfers',
    standard: 32,
    about: 'parts of uploads and downloads that move at one time; more of them wait for their turn',
  },
  'body-values': {
    unit: 'values',
    standard: 250_000,
    about: 'the values in a JSON body, at all depths',
  },
  'task-inputs-bytes': {
    unit: 'bytes',
    standard: 4 * MIB,
    about: 'the inputs of one task as JSON; a file takes about a hundred bytes',
  },
  'answer-bytes': {
    unit: 'bytes',
    standard: 16 * MIB,
    about: 'the values and documents in the answer of a list: a page ends before it would have more',
  },
  'waiting-documents': {
    unit: 'calls',
    standard: 8,
    about: 'the app documents of one user that wait to be read while another one of theirs is',
  },
  'job-bytes': {
    unit: 'bytes',
    standard: 64 * MIB,
    about:
      'the inputs of one job, what its expressions give, its command line, environment and texts of its work folder',
  },
  'job-values': {
    unit: 'values',
    standard: 4_000_000,
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
  'jobs-per-core': {
    unit: 'jobs',
    standard: 10,
    about: 'jobs that run at one time for each core of the machine, however little their tools ask for',
  },
  'memory-per-job': {
    unit: 'bytes',
    standard: 16 * MIB,
    about: 'the memory that each job counts for at least when jobs are admitted, however little its tool asks for',
  },
  'output-files': {
    unit: 'files',
    standard: 100_000,
    about: 'files and folders in the outputs of one job, and in those of one task',
  },
  'upload-days': { unit: 'days', standard: 7, about: 'the time that an upload is kept to which no part comes' },
  'removal-minutes': {
    unit: 'minutes',
    standard: 60,
    about: 'the time from when nothing needs some bytes any more until they are removed',
  },
  'output-values': { unit: 'values', standard: 200_000, about: 'values in the cwl.output.json that a job writes' },
} as const satisfies { [name: string]: Limit }

export type LimitName = keyof typeof LIMITS

/** A value for every limit. */
export type Limits = { readonly [name in LimitName]: number }

export const LIMIT_NAMES = Object.keys(LIMITS) as LimitName[]

/**
 * Bounds that no operator has a reason to change: of what the comparers of reruns read and keep, whatever a file says of itself, and of what a
 * look for earlier results asks and remembers. Each with its unit and why it is so.
 */
export const BOUNDS = {
  /** bytes of the name of a reference in a BAM file */
  bamName: 64 * 1024,
  /** bytes of the names of all references that are kept, to be shown */
  bamNames: 4 * MIB,
  /** bytes of a line of a header that are kept: it is compared with those that have no order */
  headerLine: 8 * MIB,
  /** kinds of header lines that are told apart in what is set aside */
  headerKinds: 1000,
  /** characters of a line that a comparison shows */
  lineShown: 500,
  /** bytes for each newline from which the way for few of them is the faster one */
  sparseNewlines: 512,
  /** bytes that are read at once: so many of two files stay in a processor’s cache while they are looked at */
  comparedPiece: 256 * 1024,
  /** bytes that are unwrapped at once */
  unwrappedPiece: 64 * 1024,
  /** bytes of a file by which its format is recognised */
  comparedHead: 4096,
  /** bytes of a record that are kept, more than what is shown of one */
  recordHeld: 64 * 1024,
  /** milliseconds after which a thread that compares and has nothing to do ends */
  comparersIdle: 10_000,
  /** bytes of a JSON value that stand for themselves and are not hashed */
  jsonOwn: 256,
  /** bytes of a JSON list that are gathered before they are hashed */
  jsonPassedOn: 64 * 1024,
  /** bytes of keys and hashes of open JSON objects, which are put in order in memory */
  jsonKept: 16 * MIB,
  /** levels of JSON arrays and objects in each other */
  jsonDepth: 10_000,
  /** bytes of a JSON number, and of a key */
  jsonToken: MIB,
  /** bytes of a JSON text up to which it is kept, to tell where it differs */
  jsonSmall: 2 * MIB,
  /** bytes of `@RG` lines that are kept: they have no order */
  samGroups: 2 * MIB,
  /** bytes of a header line of VCF in which its key is looked for */
  vcfKey: 200,
  /** contents that are hashed at one time for one task that may take results */
  hashedForReuse: 4,
  /** donors that one look brings, of all keys that it asks for: a statement of some milliseconds */
  donorsFound: 2000,
  /** keys that one look for donors asks for */
  donorKeys: 200,
  /** milliseconds for which a key without donors is not looked for again */
  donorMilliseconds: 1000,
  /** jobs whose keys are made up for in one look */
  lateKeys: 100,
  /** values of keys that are remembered as stored */
  partsRemembered: 20_000,
  /** milliseconds for which they are: far under the time after which a value that nothing refers to is removed */
  partsMilliseconds: 3_600_000,
} as const
