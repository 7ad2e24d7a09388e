import { cpus, hostname, release } from 'node:os'
import type { JobPlan } from '@reprise/cwl'
import type { Isolation } from '@reprise/runner'
import { type Hashed, hashed } from '../database/values.ts'

/**
 * Where a job ran: what may change its result and is no part of what it is. Kept with the job, and shown where its outputs differ
 * from those of one that was the same.
 */
export interface Circumstances {
  isolation: Isolation
  host: string
  kernel: string
  /** as the processor names itself */
  cpu: string
  /** given to it */
  cores: number
  /** identity of the container's image */
  image?: string
}

const made = new Map<string, Hashed>()

/** Of an attempt on this machine, as it is stored; few differ, so each is made once. */
export function circumstancesOf(plan: JobPlan, isolation: Isolation): Hashed {
  const { container, resources } = plan
  const name = `${isolation} ${resources.cores} ${container?.id ?? ''}`
  let stored = made.get(name)
  if (!stored) {
    const circumstances: Circumstances = {
      isolation,
      host: hostname(),
      kernel: release(),
      cpu: cpus()[0]?.model ?? '',
      cores: resources.cores,
      ...(container ? { image: container.id } : {}),
    }
    stored = hashed(JSON.stringify(circumstances))
    if (made.size < MOST) made.set(name, stored)
  }
  return stored
}

/** Kept in memory. */
const MOST = 10_000
