import { resolveUri } from '../document/fetch.ts'
import { isMap, type Tree, type TreeMap, uriOf } from '../document/tree.ts'
import { fragmentOf, shortName } from '../model/names.ts'

/** Types of SchemaDefRequirement that can be named at some place: their new names by URI, fragment and short name. */
export type Visible = ReadonlyMap<string, string>

/**
 * What the types of a packed document are called. A type that came from another file is in the document now, so it is referred
 * to there: `types/pair.yml#pair` becomes `#pair`. cwltool finds a type only where definition and reference are both
 * written so. A name that something else has gets a number behind it.
 */
export class TypeNames {
  readonly #byUri = new Map<string, string>()
  readonly #taken: Set<string>

  /** @param taken names of other things in the document that are referred to in the same way */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken)
  }

  /** What can be named in a process (its requirements in lists) whose surroundings see `outer`. */
  visibleIn(process: TreeMap, outer: Visible, base: string): Visible {
    const visible = new Map(outer)
    for (const [definition, name] of definitionsOf(process)) {
      const uri = uriFor(name, uriOf(definition) ?? base)
      for (const key of [uri, fragmentOf(name), shortName(name)]) visible.set(key, this.#nameOf(uri, name))
    }
    return visible
  }

  #nameOf(uri: string, written: string): string {
    const known = this.#byUri.get(uri)
    if (known !== undefined) return known
    const short = shortName(written)
    let name = short
    for (let number = 2; this.#taken.has(name); number++) name = `${short}_${number}`
    this.#taken.add(name)
    this.#byUri.set(uri, `#${name}`)
    return `#${name}`
  }
}

/** The new name of a defined type, or what was written; `?` and `[]` behind it stay. */
export function referred(written: string, base: string, visible: Visible): string {
  const [, name = '', suffix = ''] = /^(.*?)((?:\?|\[\])*)$/s.exec(written) ?? []
  const found = visible.get(uriFor(name, base)) ?? visible.get(fragmentOf(name)) ?? visible.get(shortName(name))
  return found === undefined ? written : found + suffix
}

function uriFor(name: string, base: string): string {
  return resolveUri(name.includes('#') ? name : `#${name}`, base)
}

function* definitionsOf(process: TreeMap): Generator<[definition: TreeMap, name: string]> {
  for (const each of [process.requirements, process.hints].flat()) {
    if (isMap(each) && each.class === 'SchemaDefRequirement') yield* namedIn(each.types)
  }
}

function* namedIn(tree: Tree | undefined): Generator<[definition: TreeMap, name: string]> {
  if (Array.isArray(tree)) for (const item of tree) yield* namedIn(item)
  else if (isMap(tree) && typeof tree.name === 'string') yield [tree, tree.name]
}
