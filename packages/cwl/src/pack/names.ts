import { copyPositions, isMap, type Tree, type TreeMap } from '../document/tree.ts'
import { fragmentOf, shortName } from '../model/names.ts'

/**
 * A process (its parts in lists) with plain names: `reads` for `#main/reads`, `align/bam` for the source `#main/align/bam`.
 * Names with the place of their document in front are true in that document only, and would be there twice when it is
 * put into two steps.
 */
export function withPlainNames(process: TreeMap): TreeMap {
  const prefix = typeof process.id === 'string' ? `${fragmentOf(process.id)}/` : '/'
  const source = (written: string): string => {
    if (!written.includes('#')) return written
    const fragment = fragmentOf(written)
    return fragment.startsWith(prefix) ? fragment.slice(prefix.length) : fragment
  }
  const port = (map: TreeMap) => renamed(map, { id: shortName, source, outputSource: source })
  const step = (map: TreeMap) => {
    const plain = renamed(map, { id: shortName, scatter: shortName, out: shortName })
    return copyPositions(map, {
      ...plain,
      ...('in' in plain ? { in: each(plain.in, port) } : {}),
      ...('out' in plain ? { out: each(plain.out, port) } : {}),
    })
  }
  const changes: TreeMap = {}
  for (const key of ['inputs', 'outputs']) if (key in process) changes[key] = each(process[key], port)
  if ('steps' in process) changes.steps = each(process.steps, step)
  return copyPositions(process, { ...renamed(process, { id: shortName }), ...changes })
}

type Renames = { [key: string]: (name: string) => string }

/** The map with other names at these keys, each a name or a list of names. */
function renamed(map: TreeMap, renames: Renames): TreeMap {
  const changes = Object.entries(renames).flatMap(([key, rename]): [string, Tree][] => {
    const value = map[key]
    if (typeof value === 'string') return [[key, rename(value)]]
    if (!Array.isArray(value)) return []
    return [
      [
        key,
        copyPositions(
          value,
          value.map(item => (typeof item === 'string' ? rename(item) : item)),
        ),
      ],
    ]
  })
  return copyPositions(map, { ...map, ...Object.fromEntries(changes) })
}

function each(tree: Tree | undefined, change: (map: TreeMap) => Tree): Tree {
  return Array.isArray(tree)
    ? copyPositions(
        tree,
        tree.map(item => (isMap(item) ? change(item) : item)),
      )
    : (tree ?? null)
}
