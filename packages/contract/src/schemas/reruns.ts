import { z } from 'zod'
import { bool, id, int, optional, text, word } from '../scalars.ts'
import { href, isoTime, listOf } from './answer.ts'
import { paging } from './common.ts'

/** Calls of our own about reruns: jobs, comparison, lineage, verification. */

export const JOB_STATUSES = ['WAITING', 'RUNNING', 'DONE', 'FAILED', 'ABORTED', 'SKIPPED'] as const

/** A path, or the beginning of one before a `*`. */
const path = text

export const listJobs = z.object({
  ...paging,
  status: optional(word(JOB_STATUSES)),
  path: optional(path),
  reused: optional(bool),
  order_by: optional(word(['path', 'start_time', 'duration'])),
  order: optional(word(['asc', 'desc'])),
})

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)

/** Something that the caller may not see. */
export const hidden = z.strictObject({ hidden: z.literal(true) })

const resources = z.strictObject({
  cores: z.number(),
  memory_mib: z.number(),
  used: z.strictObject({ cpu_seconds: z.number().optional(), max_memory_mib: z.number().optional() }).optional(),
})

export const circumstances = z.strictObject({
  isolation: z.string(),
  host: z.string(),
  kernel: z.string(),
  cpu: z.string(),
  cores: z.number(),
  image: z.string().optional(),
})

/** One run of one tool inside a task; keys without a value are left out. Memory in MiB, times in seconds. */
export const job = z.strictObject({
  path: z.string(),
  step: z.string(),
  tool: z.string().optional(),
  status: z.enum(JOB_STATUSES),
  start_time: isoTime.optional(),
  end_time: isoTime.optional(),
  seconds: z.number().optional(),
  attempt: z.int().optional(),
  exit_code: z.int().optional(),
  message: z.string().optional(),
  command_line: z.string().optional(),
  resources: resources.optional(),
  circumstances: circumstances.optional(),
  key: digest.optional(),
  inputs_digest: digest.optional(),
  outputs_digest: digest.optional(),
  reused: z.union([z.strictObject({ task: z.uuid(), path: z.string() }), hidden]).optional(),
  no_key: z.string().optional(),
  distrusted: z.strictObject({ by: z.string(), time: isoTime, reason: z.string().optional() }).optional(),
  /** of its key: SHA-256 of each part by its name; only where `fields` names it */
  tree: z.record(z.string(), digest).optional(),
  logs: z.record(z.string(), href),
})

export const jobList = listOf(job)

/** Which jobs are distrusted, or trusted again: a path, or the beginning of one before a `*`. */
export const distrust = z.strictObject({ path, reason: optional(text) })

export const trust = z.strictObject({ path })

export const distrusted = z.strictObject({
  jobs: z.int(),
  taken_by: z.array(z.strictObject({ task: z.uuid(), path: z.string() })),
  hidden: z.int(),
})

const wait = int.pipe(z.number().min(0, 'must be 0 to 30').max(30, 'must be 0 to 30'))

const planId = text.pipe(z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hex digits'))

export const planQuery = z.object({ plan: optional(planId), wait: optional(wait) })

export const planRerunQuery = z.object({ wait: optional(wait) })

export const DECISIONS = ['reuse', 'run', 'unknown', 'skip'] as const

export const plannedQuery = z.object({ ...paging, plan: optional(planId), decision: optional(word(DECISIONS)) })

export const compareQuery = z.object({ with: optional(id), wait: optional(wait) })

export const outputsQuery = z.object({
  ...paging,
  with: optional(id),
  verdict: optional(word(['identical', 'equivalent', 'different', 'missing'])),
})

export const pairsQuery = z.object({ ...paging, with: optional(id) })

const difference = z.strictObject({ part: z.string(), old: z.unknown().optional(), new: z.unknown().optional() })

const jobName = z.union([z.strictObject({ task: z.uuid(), path: z.string() }), hidden])

/** What a run would do; `made` and what follows once it is READY. Seconds; bytes of the outputs that are reused. */
export const plan = z.strictObject({
  href,
  id: digest,
  task: z.uuid(),
  /** false: of a rerun that is not made */
  draft: z.literal(false).optional(),
  state: z.enum(['MAKING', 'READY', 'FAILED']),
  message: z.string().optional(),
  progress: z.strictObject({ done: z.int(), total: z.int() }).optional(),
  made: isoTime.optional(),
  stale: z.boolean().optional(),
  memoization: z.boolean().optional(),
  origin: z.uuid().optional(),
  counts: z
    .strictObject({
      reuse: z.int(),
      run: z.int(),
      unknown: z.int(),
      skip: z.int(),
      would_reuse: z.int().optional(),
    })
    .optional(),
  saved: z.strictObject({ seconds: z.number(), core_seconds: z.number(), bytes: z.int() }).optional(),
  expected: z.strictObject({ seconds: z.number() }).optional(),
  jobs: z.strictObject({ href }).optional(),
})

/** One job of a plan, or those of a scatter with one and the same answer. */
export const plannedJob = z.strictObject({
  path: z.string(),
  count: z.int(),
  /** of several the first */
  first: z.string().optional(),
  /** of a batch task: of the child with this value */
  group: z.string().optional(),
  step: z.string(),
  decision: z.enum(DECISIONS),
  reason: z
    .enum(['NEW', 'CHANGED', 'FREED', 'NOT_REUSABLE', 'DISTRUSTED', 'NOT_ALLOWED', 'MEMOIZATION_OFF'])
    .optional(),
  why: z.string().optional(),
  nearest: jobName.optional(),
  differs: z.array(difference).optional(),
  from: jobName.optional(),
  waits_for: z.array(z.string()).optional(),
})

export const plannedJobs = listOf(plannedJob)

const counts = z.strictObject({ identical: z.int(), equivalent: z.int(), different: z.int(), missing: z.int() })

const divergence = z.strictObject({
  path: z.string(),
  /** in the other task, where it is another */
  old_path: z.string().optional(),
  kind: z.enum(['CHANGED', 'NOT_DETERMINISTIC']),
  differs: z.array(difference).optional(),
  circumstances: z.array(difference).optional(),
})

/** Two tasks side by side: `with` is the older one. */
export const comparison = z.strictObject({
  href,
  task: z.uuid(),
  with: z.uuid(),
  state: z.enum(['MAKING', 'READY', 'FAILED']),
  message: z.string().optional(),
  progress: z.strictObject({ done: z.int(), total: z.int() }).optional(),
  made: isoTime.optional(),
  reproduced: z.boolean().optional(),
  counts: counts.optional(),
  app: z.strictObject({ same: z.boolean(), old: z.string(), new: z.string(), diff: z.string().optional() }).optional(),
  inputs: z
    .array(
      z.strictObject({
        id: z.string(),
        verdict: z.enum(['identical', 'different', 'missing']),
        old: z.unknown().optional(),
        new: z.unknown().optional(),
      }),
    )
    .optional(),
  settings: z
    .array(z.strictObject({ id: z.string(), old: z.unknown().optional(), new: z.unknown().optional() }))
    .optional(),
  images: z
    .array(z.strictObject({ name: z.string(), old: z.string().optional(), new: z.string().optional() }))
    .optional(),
  outputs: z.strictObject({ href }).optional(),
  pairs: z.strictObject({ href }).optional(),
  jobs: z.strictObject({ same: z.int(), diverged: z.int(), only_old: z.int(), only_new: z.int() }).optional(),
  first_divergence: divergence.optional(),
})

const side = z.strictObject({
  file: z.string().optional(),
  name: z.string(),
  size: z.int().optional(),
  sha256: z.string().optional(),
})

/** One file or value of the outputs; the sides of a value are the values themselves. */
export const comparedOutput = z.strictObject({
  output: z.string(),
  place: z.string(),
  verdict: z.enum(['identical', 'equivalent', 'different', 'missing']),
  format: z.string().optional(),
  set_aside: z.array(z.string()).optional(),
  renamed: z.literal(true).optional(),
  why: z.string().optional(),
  first: z
    .strictObject({ line: z.int().optional(), old: z.string().optional(), new: z.string().optional() })
    .optional(),
  old: z.union([side, z.unknown()]).optional(),
  new: z.union([side, z.unknown()]).optional(),
})

export const comparedOutputs = listOf(comparedOutput)

/** One group of two batch tasks. */
export const pair = z.strictObject({
  group: z.strictObject({ value: z.string(), fields: z.record(z.string(), z.string()) }),
  task: z.uuid().optional(),
  with: z.uuid().optional(),
  reproduced: z.boolean().optional(),
  href: href.optional(),
})

export const pairs = listOf(pair)

const ancestor = z.strictObject({ id: z.uuid(), deleted: z.literal(true) })

const relative = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  status: z.string(),
  created_by: z.string(),
  created_time: isoTime,
  origin: z.uuid().optional(),
  changed: z.array(z.string()).optional(),
  reproduced: z.boolean().optional(),
})

/** A task's origins and reruns, and theirs, from the first ancestor down. */
export const lineage = z.strictObject({
  href,
  root: z.uuid(),
  counts: z.strictObject({ tasks: z.int(), hidden: z.int() }),
  tasks: z.array(z.union([relative, ancestor])),
  truncated: z.literal(true).optional(),
})

/** Of each step how often one and the same job ran, and how many results came of it. */
export const determinism = z.strictObject({
  href,
  steps: z.array(
    z.strictObject({
      step: z.string(),
      runs: z.int(),
      outputs: z.int(),
      deterministic: z.enum(['yes', 'no', 'unknown']),
    }),
  ),
})
