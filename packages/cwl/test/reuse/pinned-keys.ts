/**
 * The keys of a corpus of plans, both sides of all pairs, as they were when the key's format and the engine got their numbers. Another key
 * for the same job makes all that ran before run again; the same key for another job would hand out wrong results.
 *
 *   bin/node packages/cwl/test/reuse/pinned-keys.ts   writes them anew (make pins)
 */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ENGINE, KEY_FORMAT } from '../../src/index.ts'
import { closeEvaluator, keysOf } from './keys.ts'
import { DIFFERENT, SAME } from './pairs.ts'

const FILE = fileURLToPath(new URL('pinned-keys.json', import.meta.url))

export interface Pinned {
  format: number
  engine: number
  /** by pair and side, and the job's path where there are several */
  keys: { [job: string]: string }
}

export async function corpusKeys(): Promise<Pinned> {
  const keys: Pinned['keys'] = {}
  for (const [what, ...sides] of [...DIFFERENT, ...SAME]) {
    for (const [index, side] of sides.slice(0, 2).entries()) {
      const jobs = await keysOf(side as Exclude<typeof side, string[]>)
      for (const [path, { hash }] of jobs)
        keys[`${what}, ${index + 1}${jobs.size > 1 ? ` ${path}` : ''}`] = hash.slice(0, 24)
    }
  }
  return { format: KEY_FORMAT, engine: ENGINE, keys }
}

export async function readPinned(): Promise<Pinned> {
  return JSON.parse(await readFile(FILE, 'utf8'))
}

/** What is to be done; undefined where the keys are what they were. */
export function whatChanged(pinned: Pinned, now: Pinned): string | undefined {
  const isRaised = pinned.format !== now.format || pinned.engine !== now.engine
  if (isRaised)
    return 'KEY_FORMAT or ENGINE is another than in packages/cwl/test/reuse/pinned-keys.json: run make pins.'
  const changed = otherKeys(pinned, now)
  if (changed.length > 0) return `The keys of jobs have changed: ${changed.join('; ')}. ${RAISE}`
  const isListed = Object.keys(now.keys).length === Object.keys(pinned.keys).length
  return isListed
    ? undefined
    : 'The corpus has other jobs than packages/cwl/test/reuse/pinned-keys.json: run make pins.'
}

const RAISE =
  'In packages/cwl/src/reuse/parts.ts raise KEY_FORMAT, where the same job has another key, or ENGINE, where it gives another result; then run make pins.'

function otherKeys(pinned: Pinned, now: Pinned): string[] {
  return Object.keys(now.keys).filter(job => (pinned.keys[job] ?? now.keys[job]) !== now.keys[job])
}

if (process.argv[1] === import.meta.filename) {
  const now = await corpusKeys()
  const pinned = await readPinned().catch(() => undefined)
  const isSame = pinned?.format === now.format && pinned.engine === now.engine
  if (pinned && isSame && otherKeys(pinned, now).length > 0) throw new Error(whatChanged(pinned, now))
  await writeFile(FILE, `${JSON.stringify(now, null, 1)}\n`)
  await closeEvaluator()
}
