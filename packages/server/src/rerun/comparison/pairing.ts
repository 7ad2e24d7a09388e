import { stepOf } from '@reprise/cwl'
import type { ComparedJob } from '../../database/job-pages.ts'

export interface JobPair {
  old: ComparedJob
  now: ComparedJob
}

export interface Pairing {
  pairs: JobPair[]
  onlyOld: number
  onlyNew: number
}

/**
 * Which jobs of two tasks are the same one. Those of one path; where a step has another number of jobs (its scatter changed its
 * length) first those of the same inputs, in order, so that an element that was put in front moves no other's counterpart.
 */
export function pairJobs(old: ComparedJob[], now: ComparedJob[]): Pairing {
  const before = Map.groupBy(old, job => stepOf(job.path))
  const after = Map.groupBy(now, job => stepOf(job.path))
  const pairing: Pairing = { pairs: [], onlyOld: 0, onlyNew: 0 }
  for (const step of new Set([...before.keys(), ...after.keys()])) {
    const [left, right] = [[...(before.get(step) ?? [])], [...(after.get(step) ?? [])]]
    if (left.length !== right.length) pairByKey(pairing, left, right, job => job.inputs_digest)
    pairByKey(pairing, left, right, job => job.path)
    pairing.onlyOld += left.length
    pairing.onlyNew += right.length
  }
  return pairing
}

/** Moves those that have the same name on both sides into the pairs. */
function pairByKey(
  { pairs }: Pairing,
  old: ComparedJob[],
  now: ComparedJob[],
  nameOf: (job: ComparedJob) => string | null,
): void {
  const waiting = new Map<string, ComparedJob[]>()
  for (const job of old) {
    const name = nameOf(job)
    if (name !== null) waiting.set(name, [...(waiting.get(name) ?? []), job])
  }
  const paired = new Set<ComparedJob>()
  for (const job of now) {
    const counterpart = waiting.get(nameOf(job) ?? '')?.shift()
    if (!counterpart) continue
    pairs.push({ old: counterpart, now: job })
    paired.add(counterpart).add(job)
  }
  for (const side of [old, now]) side.splice(0, side.length, ...side.filter(job => !paired.has(job)))
}
