import { createHash } from 'node:crypto'
import { execute } from '../../src/execute.ts'
import {
  contentsOfParts,
  createEvaluator,
  type Entry,
  type Key,
  keyOf,
  type Surroundings,
  type Values,
} from '../../src/index.ts'
import { FakeHost } from '../jobs.ts'
import { processOf } from '../load.ts'

/** A job and where it runs. */
export interface Case {
  /** of the document, as JSON; a tool of v1.2 unless it says otherwise */
  tool?: object
  inputs?: Values
  /** contents by location */
  texts?: { [location: string]: string }
  /** locations of contents that may be executed */
  executable?: string[]
  /** entries of folders by location */
  folders?: { [location: string]: Entry[] }
  around?: Partial<Pick<Surroundings, 'platform' | 'network'>>
  /** what a job leaves, by its path: texts of files */
  left?: (path: string) => { [name: string]: string }
  seed?: string
  time?: number
  resources?: { [step: string]: { cores?: number; memory_mib?: number; seconds?: number } }
}

export const BASE = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: ['tool'],
  inputs: {},
  outputs: {},
}

const evaluator = createEvaluator()
export const closeEvaluator = () => evaluator.close()

/** The keys of all jobs of a process, by path. */
export async function keysOf(given: Case): Promise<Map<string, Key>> {
  const { tool = {}, inputs = {}, texts = {}, executable = [], folders = {}, around = {}, resources } = given
  const host = new FakeHost(plan => ({ texts: given.left?.(plan.path) ?? {} }), texts)
  const list = host.files.list
  host.files.size = async location => (texts[location] ?? '').length
  host.files.list = async location => folders[location] ?? (await list(location))
  const process = await processOf(JSON.stringify({ ...BASE, ...tool }))
  const options = {
    evaluator,
    signal: new AbortController().signal,
    seed: given.seed ?? 'seed',
    time: given.time ?? 0,
    ...(resources ? { resources } : {}),
  }
  // what is asked about is the plan: outputs that a tool without processes lacks are no matter
  await execute(process, inputs, host, options).catch(error => {
    if (host.works.length === 0) throw error
  })
  const hash = (id: string) => {
    const text = texts[id] ?? `bytes of ${id}`
    return { sha256: createHash('sha256').update(text).digest('hex'), executable: executable.includes(id) }
  }
  const keys = host.works.map((work, index) => {
    const parts = work.keyParts({
      platform: { isolation: 'sandbox', programs: 'p' },
      network: false,
      contentAt: location => location,
      list: location => folders[location] ?? [],
      expand: stage => stage.flatMap(entry => expand(entry, folders)),
      ...around,
    })
    for (const id of contentsOfParts(parts)) if (id === '') throw new Error('a content without a name')
    return [host.plans[index]!.path, keyOf(parts, hash)!] as const
  })
  return new Map(keys)
}

type StageEntry = Parameters<Surroundings['expand']>[0][number]

function expand(entry: StageEntry, folders: { [location: string]: Entry[] }): StageEntry[] {
  if (entry.type !== 'directory') return [entry]
  const { target, writable } = entry
  const inside = (folders[entry.location] ?? []).flatMap(child => {
    const place = { location: child.location ?? '', target: `${target}/${child.basename}`, writable }
    return expand({ type: child.class === 'File' ? 'file' : 'directory', ...place }, folders)
  })
  return [{ type: 'folder', target, writable }, ...inside]
}

/** The key of the only job. */
export async function oneKey(given: Case): Promise<Key> {
  const [key] = [...(await keysOf(given)).values()]
  if (!key) throw new Error('there is no job')
  return key
}

/** The parts in which two keys differ. */
export function differing(old: Key, now: Key): string[] {
  const [before, after] = [old, now].map(({ tree }) => JSON.parse(tree) as { [part: string]: string })
  const names = new Set([...Object.keys(before!), ...Object.keys(after!)])
  return [...names].filter(name => before![name] !== after![name])
}
