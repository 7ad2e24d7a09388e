import {
  createEvaluator,
  type Directory,
  type Entry,
  type ExecuteOptions,
  execute,
  type File,
  type FileAccess,
  type Host,
  type JobPlan,
  type JobWork,
  type ManifestEntry,
  mapEntries,
  type Values,
} from '../src/index.ts'
import { processOf } from './load.ts'

/** Files that exist nowhere but in a test: texts by location. */
export function memoryFiles(texts: { [location: string]: string }): FileAccess {
  const file = (location: string): File | undefined =>
    texts[location] === undefined
      ? undefined
      : {
          class: 'File',
          location,
          basename: location.slice(location.lastIndexOf('/') + 1),
          size: texts[location].length,
        }
  return {
    async read(location, limit) {
      return Buffer.from(texts[location] ?? '').subarray(0, limit)
    },
    async list(location) {
      const below = Object.keys(texts).filter(name => name.startsWith(`${location}/`))
      const names = new Set(below.map(name => name.slice(location.length + 1).split('/')[0]!))
      return [...names].toSorted().map((name): File | Directory => {
        const own = `${location}/${name}`
        return file(own) ?? { class: 'Directory', location: own, basename: name }
      })
    },
    async sibling(primary, basename) {
      return file(`${primary.location?.slice(0, primary.location.lastIndexOf('/'))}/${basename}`)
    },
    async size(location) {
      const found = texts[location]
      if (found === undefined) throw new Error('no such file')
      return found.length
    },
  }
}

export interface Left {
  exitCode?: number
  manifest?: ManifestEntry[]
  /** contents of files in the work folder; they come into the manifest by themselves */
  texts?: { [path: string]: string }
}

/** A host whose jobs leave what a test says, and that keeps the plans. */
export class FakeHost implements Host {
  readonly plans: JobPlan[] = []
  readonly works: JobWork[] = []
  readonly kept: { [path: string]: Values } = {}
  readonly recalled: { [path: string]: Values }
  readonly files: FileAccess
  readonly #left: (plan: JobPlan) => Left

  constructor(left: (plan: JobPlan) => Left = () => ({}), texts = {}, recalled = {}) {
    this.#left = left
    this.files = memoryFiles(texts)
    this.recalled = recalled
  }

  recall(path: string): Values | undefined {
    return this.recalled[path]
  }

  async layout() {
    return { work: '/work', inputs: '/inputs', tmp: '/tmp' }
  }

  async run(plan: JobPlan, work: JobWork): Promise<Values> {
    this.plans.push(plan)
    this.works.push(work)
    const { exitCode = 0, manifest = [], texts = {} } = this.#left(plan)
    const written = Object.entries(texts).map(([path, text]) => fileEntry(path, text.length))
    const read = async (path: string, limit: number) => Buffer.from(texts[path] ?? '').subarray(0, limit)
    const all = [...manifest, ...written].toSorted((a, b) => (a.path < b.path ? -1 : 1))
    const outputs = await work.collect({ exitCode, manifest: all, read })
    return await work.label((await mapEntries(outputs, async entry => located(entry, plan.path))) as Values)
  }

  async keep(path: string, outputs: Values): Promise<Values> {
    this.kept[path] = outputs
    return outputs
  }
}

/** Where a host would keep it; the path stays to be looked at. */
function located(entry: Entry, job: string): Entry {
  return entry.location === undefined && entry.path ? { ...entry, location: `mem:${job}${entry.path}` } : entry
}

export function fileEntry(path: string, size = 0): ManifestEntry {
  return { path, type: 'file', size, executable: false }
}

export function folderEntry(path: string): ManifestEntry {
  return { path, type: 'directory', size: 0, executable: true }
}

export function linkEntry(path: string, target: string): ManifestEntry {
  return { path, type: 'link', size: 0, executable: false, target }
}

/** Runs a document with a fake host. */
export async function run(
  text: string,
  inputs: Values,
  host: Host,
  budgets: ExecuteOptions['budgets'] = {},
): Promise<Values> {
  const process = await processOf(text)
  const evaluator = createEvaluator()
  try {
    return await execute(process, inputs, host, { evaluator, signal: new AbortController().signal, budgets })
  } finally {
    await evaluator.close()
  }
}

/** The command line that a tool gets. */
export async function argvOf(text: string, inputs: Values, texts = {}): Promise<string[]> {
  const host = new FakeHost(() => ({}), texts)
  await run(text, inputs, host)
  return host.plans[0]!.argv
}
