import type { JobPlan, Value, Values } from '@reprise/cwl'
import { findHashes } from '../database/contents.ts'
import type { Queries } from '../database/index.ts'
import type { JobRow } from '../database/schema.ts'
import { loadValues } from '../database/values.ts'
import { contentsIn } from '../domain/locations.ts'
import { digestOf, partsOf, shapeOf } from './shape.ts'

export type DigestedJob = Pick<
  JobRow,
  'path' | 'status' | 'plan' | 'inputs' | 'outputs' | 'inputs_digest' | 'plan_digest' | 'outputs_digest'
>

export type Digests = Pick<JobRow, 'path' | 'inputs_digest' | 'plan_digest' | 'outputs_digest'>

/** A job that lacks a digest that it could have. */
export function isUndigested(job: DigestedJob): boolean {
  const { plan, inputs, outputs } = job
  if (plan !== null && job.plan_digest === null) return true
  return ((plan ?? inputs) !== null && job.inputs_digest === null) || (outputs !== null && job.outputs_digest === null)
}

/**
 * The digests of jobs: what was computed before, and the others from their values; null where a job has no such value, or where
 * bytes have no hash yet. Jobs of before there were digests are no other case.
 * @param hash computes the hash of a content that has none
 */
export async function digestsOf(
  db: Queries,
  jobs: DigestedJob[],
  hash?: (content: string) => Promise<string>,
): Promise<Digests[]> {
  const missing = jobs.filter(isUndigested)
  const wanted = missing.flatMap(({ plan, inputs, outputs }) => [plan, inputs, outputs].filter(hash => hash !== null))
  const values = await loadValues(db, wanted)
  const contents = new Set<string>()
  for (const value of values.values()) contentsIn(value, contents)
  const hashes = await findHashes(db, [...contents])
  for (const [id, known] of hash ? hashes : []) {
    // what can't be hashed leaves its jobs without a digest
    if (known === null) hashes.set(id, await hash!(id).catch(() => null))
  }
  const shaped = (value: Value | undefined) => {
    const shape = value === undefined ? undefined : shapeOf(value, hashes)
    return shape === undefined ? null : digestOf(shape)
  }
  const at = <T>(hash: string | null) => (hash === null ? undefined : (values.get(hash) as T | undefined))
  return jobs.map(job => {
    const { path, inputs_digest, plan_digest, outputs_digest } = job
    if (!isUndigested(job)) return { path, inputs_digest, plan_digest, outputs_digest }
    const plan = at<JobPlan>(job.plan)
    return {
      path,
      inputs_digest: inputs_digest ?? shaped((plan?.inputs ?? at<Values>(job.inputs)) as Value | undefined),
      plan_digest: plan_digest ?? (plan === undefined ? null : digestOf(partsOf(plan))),
      outputs_digest: outputs_digest ?? shaped(at<Values>(job.outputs) as Value | undefined),
    }
  })
}
