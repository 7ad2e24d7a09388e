import { isEntry, type Value, type Values } from '@reprise/cwl'
import { BASE, type Case } from '../../../../cwl/test/reuse/keys.ts'
import { folderLocation, locationOf } from '../../../src/domain/locations.ts'
import type { StoredRecord } from '../../../src/domain/record.ts'
import type { Harness } from '../../support/harness.ts'

/**
 * Cases of the key's pairs as tasks that run: the tool writes random bytes, leaves what its outputs look for, and succeeds. Both
 * sides of a pair get the same words for that, and no other pair the same, so that none takes what another has made.
 */
export interface Runnable {
  document: string
  inputs: Values
  record: Partial<StoredRecord>
}

type Tool = { [key: string]: unknown; outputs?: { [id: string]: unknown } }

/** What outputs of either side look for: a folder `a` where one of them is a Directory. */
function script(cases: Case[], marker: string): string {
  const isFolder = cases.some(({ tool }) =>
    JSON.stringify((tool as Tool | undefined)?.outputs ?? {}).includes('Directory'),
  )
  const leave = isFolder ? 'mkdir -p a' : 'for each in a b a.i; do [ -e $each ] || : > $each; done'
  return `: ${marker}; head -c 30 /dev/urandom | od -An -tx1 > drawn.txt; ${leave}`
}

export async function runnable(harness: Harness, side: Case, both: Case[], marker: string): Promise<Runnable> {
  const tool: Tool = { ...BASE, ...side.tool }
  const command = [tool.baseCommand].flat()
  const drawn = { type: 'File', outputBinding: { glob: 'drawn.txt' } }
  const given = {
    ...tool,
    baseCommand: ['sh', '-c', script(both, marker), ...command],
    // what an expression says of an output may be nothing
    outputs: { ...JSON.parse(JSON.stringify(tool.outputs).replaceAll('"Any"', '["null","Any"]')), drawn },
  }
  const { seed = 'seed', time = 0, resources } = side
  return {
    document: JSON.stringify(given, (key, value) => (key === 'coresMin' ? within(value) : value)),
    inputs: (await new Inputs(harness, side).map((side.inputs ?? {}) as Value)) as Values,
    record: {
      format: 3,
      seed,
      time,
      network: side.around?.network ?? false,
      ...(resources
        ? {
            resources: JSON.parse(JSON.stringify(resources, (key, value) => (key === 'cores' ? within(value) : value))),
          }
        : {}),
    },
  }
}

/** Two cores are all that a machine may have. */
const within = (cores: number) => Math.min(2, Math.max(1, cores - 1))

/** Inputs with their bytes in the store: each file a content of its own, so that equal ones are so by their bytes alone. */
class Inputs {
  readonly #harness: Harness
  readonly #case: Case
  #folders = 0

  constructor(harness: Harness, side: Case) {
    this.#harness = harness
    this.#case = side
  }

  async map(value: Value): Promise<Value> {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return await inOrder(value, each => this.map(each))
    if (isEntry(value)) return await this.#entry(value as unknown as Found)
    const entries = await inOrder(Object.entries(value), async ([key, each]) => [key, await this.map(each!)] as const)
    return Object.fromEntries(entries)
  }

  async #entry({ location, ...entry }: Found): Promise<Value> {
    const rest: Found = { ...entry }
    if (entry.secondaryFiles) rest.secondaryFiles = (await this.map(entry.secondaryFiles as Value)) as Found[]
    const { texts = {}, executable = [], folders = {} } = this.#case
    if (entry.class === 'Directory') {
      const listing = (await this.map((folders[location ?? ''] ?? []) as unknown as Value)) as Found[]
      return { ...rest, location: folderLocation(`given/${this.#folders++}`), listing } as Value
    }
    const text = typeof entry.contents === 'string' ? entry.contents : (texts[location ?? ''] ?? `bytes of ${location}`)
    const stored = await this.#harness.file(String(entry.basename), text)
    const { contents: _, ...file } = rest
    const id = stored.location!.slice(locationOf('').length)
    if (executable.includes(location ?? '')) {
      await this.#harness.write(tx => tx.updateTable('contents').set({ executable: 1 }).where('id', '=', id).execute())
    }
    return { size: stored.size, metadata: {}, ...file, location: stored.location } as unknown as Value
  }
}

interface Found {
  [key: string]: unknown
  location?: string
  secondaryFiles?: Found[]
}

async function inOrder<T, R>(items: readonly T[], body: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  for (const item of items) done.push(await body(item))
  return done
}
