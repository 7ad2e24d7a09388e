import { contentsOfParts, type Entry, type JobPlan, type JobWork, type Key, type KeyParts, keyOf } from '@reprise/cwl'
import type { Isolation } from '@reprise/runner'
import { type Hashed, hashed } from '../database/values.ts'
import type { ContentHashes } from './content-hashes.ts'

/** What the keys of a task's jobs are made of, beside their plans. */
export interface KeySources {
  /** the task's id: without isolation no key is another task's */
  task: string
  /** the network is granted by project and operator */
  network: boolean
  hashes: ContentHashes
  /** the id of the content at a location now; undefined for none */
  contentAt(location: string): string | undefined
  list(location: string): Entry[]
  /** a job has changed what is there in place */
  isUpdated(location: string): boolean
  expand(stage: JobPlan['stage']): JobPlan['stage']
}

/** What a job is, and whether its result may serve others. */
export interface Identity {
  parts?: KeyParts
  key?: Key
  /** why it can have no key */
  noKey?: string
  /** why its result is for no other job, and it takes none */
  noReuse?: string
}

export const UPDATES = 'the tool updates its inputs in place'
export const UPDATED = 'an input was updated in place'
export const SAID = 'WorkReuse says that its result is never reused'
export const NETWORK = 'the tool has the network: its result is reused only with an explicit enableReuse: true'
export const UNISOLATED = 'without isolation a job sees the whole machine'

/** @param programs what of the machine's programs jobs in the sandbox see */
export function identify(
  plan: JobPlan,
  work: JobWork,
  sources: KeySources,
  { isolation, programs, attempt }: { isolation: Isolation; programs: string; attempt: string },
): Identity {
  let updated = false
  const watched = <T>(location: string, found: T): T => {
    updated ||= sources.isUpdated(location)
    return found
  }
  const parts = work.keyParts({
    platform: platformOf(plan, isolation, programs, sources.task),
    network: sources.network,
    contentAt: location => watched(location, sources.contentAt(location)),
    list: location => watched(location, sources.list(location)),
    expand: stage => sources.expand(stage),
    ...(isolation === 'none' ? { folders: { attempt } } : {}),
  })
  if (plan.stage.some(entry => 'inplace' in entry && entry.inplace)) return { noKey: UPDATES, noReuse: UPDATES }
  if (updated) return { noKey: UPDATED, noReuse: UPDATED }
  const noReuse = whyNot(plan, sources.network, isolation)
  return { parts, ...(noReuse === undefined ? {} : { noReuse }) }
}

function whyNot({ reuse, network }: JobPlan, granted: boolean, isolation: Isolation): string | undefined {
  if (reuse === false) return SAID
  if (network && granted && reuse !== true) return NETWORK
  return isolation === 'none' ? UNISOLATED : undefined
}

function platformOf({ container }: JobPlan, isolation: Isolation, programs: string, task: string): unknown {
  if (container) return { image: container.id }
  return isolation === 'none' ? { isolation, task } : { isolation, programs }
}

/** Looks the hashes up that the key needs; undefined while there is one that nobody has computed. */
export async function findKey(parts: KeyParts, hashes: ContentHashes, compute: boolean): Promise<Key | undefined> {
  const contents = contentsOfParts(parts)
  if (compute) await hashes.compute(contents)
  else await hashes.find(contents)
  return keyOf(parts, id => hashes.get(id))
}

/** The stored values of a key: the tree, which is named by it, and its parts. */
export function storedKey({ hash, tree, parts }: Key): Hashed[] {
  return [{ hash, json: tree }, ...[...parts].map(([hash, json]) => ({ hash, json }))]
}

export function storedParts(parts: KeyParts): Hashed {
  return hashed(JSON.stringify(parts))
}
