import { resolveUri } from '../document/fetch.ts'
import type { Library } from '../document/library.ts'
import { isMap, type Tree } from '../document/tree.ts'
import { readOntology } from '../model/ontology.ts'

/**
 * Ontologies of files that a document names, cut down to what its own formats need (all that is narrower than one of them) and
 * written as a `data:` URI of Turtle, so that the packed document checks formats as the one it was made of. Those on
 * the web stay as they are named. One that can't be read is left out: formats are then compared by equality.
 */
export async function packSchemas(library: Library): Promise<string[]> {
  const relations: { [format: string]: string[] } = {}
  const kept = new Set<string>()
  const wanted = new Set<string>()
  for (const [uri, document] of library.documents) {
    if (!isMap(document)) continue
    const namespaces = isMap(document.$namespaces) ? document.$namespaces : {}
    for (const name of formatsIn(document)) wanted.add(expand(name, namespaces))
    for (const schema of Array.isArray(document.$schemas) ? document.$schemas : []) {
      const target = resolveUri(String(schema), uri)
      if (/^(https?|data):/.test(target)) kept.add(target)
      else readOntology(await library.text(target).catch(() => ''), relations)
    }
  }
  const lines = narrower(relations, wanted).map(([narrow, wide]) => `<${narrow}> rdfs:subClassOf <${wide}> .`)
  if (lines.length === 0) return [...kept]
  const text = `@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n${lines.join('\n')}\n`
  return [...kept, `data:text/turtle;base64,${Buffer.from(text).toString('base64')}`]
}

function* formatsIn(tree: Tree): Generator<string> {
  if (typeof tree !== 'object' || tree === null) return
  if (isMap(tree)) for (const format of [tree.format].flat()) if (typeof format === 'string') yield format
  for (const value of Object.values(tree)) yield* formatsIn(value)
}

function expand(name: string, namespaces: { [prefix: string]: Tree }): string {
  const colon = name.indexOf(':')
  const namespace = colon > 0 ? namespaces[name.slice(0, colon)] : undefined
  return typeof namespace === 'string' ? namespace + name.slice(colon + 1) : name
}

/** The relations along which one of the wanted formats is reached. */
function narrower(relations: { [format: string]: string[] }, wanted: Set<string>): [narrow: string, wide: string][] {
  const below = new Map<string, string[]>()
  for (const [narrow, wides] of Object.entries(relations)) {
    for (const wide of wides) below.set(wide, [...(below.get(wide) ?? []), narrow])
  }
  const pairs: [string, string][] = []
  const reached = new Set(wanted)
  for (const wide of reached) {
    for (const narrow of below.get(wide) ?? []) {
      pairs.push([narrow, wide])
      reached.add(narrow)
    }
  }
  return pairs
}
