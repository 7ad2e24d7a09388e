import type { ApiDocument } from '../document.ts'
import type { Random } from './random.ts'

const MOST = 60

/** Keys of a request that take what answers call otherwise. */
const SAME: { [name: string]: string[] } = {
  path: ['file'],
  parent: ['root_folder', 'parent', 'folder'],
  file_ids: ['file'],
  file: ['file'],
  task_ids: ['task'],
  project: ['project'],
  app: ['app'],
  username: ['username'],
  billing_group: ['group'],
}

/** Keys of a request that take what answers call the same. */
const IDS = [
  'id',
  'owner',
  'upload',
  'task',
  'volume',
  'team',
  'division',
  'origin.task',
  'part_number',
  'revision',
  'token',
]

export interface Home {
  project: string
  root: string
  folder: string
  file: string
  /** with revision */
  app: string
  /** one that is not complete */
  upload: string
  /** a draft */
  task: string
  /** other users, whom projects may have as members */
  users: string[]
  /** one that the user is an administrator of, or nothing */
  division: string
}

/**
 * What the run has met: the ids that stand in the addresses of answers, as tuples of the parameters of a path (owner and
 * project that belong together), the values of keys, and signed addresses.
 */
export class World {
  readonly #document: ApiDocument
  readonly #base: string
  readonly #tuples: { [name: string]: string }[] = []
  readonly #values = new Map<string, unknown[]>()
  readonly signed: string[] = []
  /** what the run made for itself, the newest */
  home: Home = { project: '', folder: '', root: '', file: '', app: '', upload: '', task: '', users: [], division: '' }

  constructor(document: ApiDocument, base: string) {
    this.#document = document
    this.#base = base
  }

  /** Takes up what an answer tells. */
  learn(body: unknown, depth = 0): void {
    if (typeof body !== 'object' || body === null || depth > 6) return
    for (const [key, value] of Object.entries(body)) {
      if (key === 'href' && typeof value === 'string') this.#address(value)
      else if (key === 'url' && typeof value === 'string' && value.startsWith(this.#base)) keep(this.signed, value)
      else if (typeof value === 'object') this.learn(value, depth + 1)
      else if (value !== null && String(value).length < 200) keep(this.#list(key), value)
    }
  }

  #address(href: string): void {
    const path = href.startsWith(this.#base) ? href.slice(this.#base.length).split('?')[0]! : ''
    const operation = this.#document.operations.find(one => one.method === 'GET' && one.pattern.test(path))
    const names = [...(operation?.path.matchAll(/\{(\w+)\}/g) ?? [])].map(([, name]) => name!)
    if (!operation || names.length === 0) return
    const pattern = new RegExp(`^${operation.path.replace(/\{\w+\}/g, '([^/]+)')}$`)
    const found = pattern.exec(path)?.slice(1) ?? []
    const tuple = Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index]!)]))
    keep(this.#tuples, tuple)
    for (const [name, value] of Object.entries(tuple)) if (name !== 'project') keep(this.#list(name), value)
    if (tuple.owner && tuple.project) keep(this.#list('project'), `${tuple.owner}/${tuple.project}`)
    if (tuple.app) keep(this.#list('app'), `${tuple.owner}/${tuple.project}/${tuple.app}`)
  }

  #list(name: string): unknown[] {
    const list = this.#values.get(name) ?? []
    this.#values.set(name, list)
    return list
  }

  /** Parameters of a path that belong together. */
  tuple(names: string[], random: Random): { [name: string]: string } | undefined {
    const fitting = this.#tuples.filter(tuple => names.every(name => name in tuple))
    return fitting.length > 0 ? random.pick(fitting) : undefined
  }

  /** A value that was seen for this key. */
  value(name: string, random: Random): unknown {
    if (!SAME[name] && !IDS.includes(name)) return undefined
    const lists = (SAME[name] ?? [name]).map(other => this.#values.get(other) ?? []).filter(list => list.length > 0)
    if (lists.length === 0) return undefined
    const value = random.pick(random.pick(lists))
    return name.endsWith('_ids') ? [value] : value
  }
}

/** The newest ones are kept. */
function keep<T>(list: T[], value: T): void {
  list.push(value)
  if (list.length > MOST) list.shift()
}
