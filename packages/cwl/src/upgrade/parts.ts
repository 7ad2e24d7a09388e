import { copyPositions, isMap, setEntry, type Tree, type TreeMap } from '../document/tree.ts'
import { scriptText } from './script.ts'

/** The map with other entries in place of its own; those that are undefined are left out. The position stays. */
export function changed(map: TreeMap, entries: { [key: string]: Tree | undefined }): TreeMap {
  const copy: TreeMap = {}
  for (const [key, value] of Object.entries({ ...map, ...entries })) {
    if (value !== undefined) setEntry(copy, key, value)
  }
  return copyPositions(map, copy)
}

/** `#step.port` → `step.port`; an id without a hash stays. */
export function bareId(id: Tree | undefined): string {
  const text = typeof id === 'string' ? id : ''
  return text.startsWith('#') ? text.slice(1) : text
}

/** Each map of a list, or of a map from id to entry. Anything else is left for the reader of the result to refuse. */
export function mapEach(tree: Tree | undefined, change: (map: TreeMap) => Tree): Tree | undefined {
  if (Array.isArray(tree))
    return copyPositions(
      tree,
      tree.map(item => (isMap(item) ? change(item) : item)),
    )
  if (!isMap(tree)) return tree
  return copyPositions(
    tree,
    Object.fromEntries(Object.entries(tree).map(([id, item]) => [id, isMap(item) ? change(item) : item])),
  )
}

/** Scripts at any depth, as strings. */
export function withScripts(tree: Tree): Tree {
  const text = scriptText(tree)
  if (Array.isArray(text)) return copyPositions(text, text.map(withScripts))
  if (!isMap(text)) return text
  return copyPositions(text, Object.fromEntries(Object.entries(text).map(([key, value]) => [key, withScripts(value)])))
}

/** `description` became `doc`; `x` and `y` are places on a canvas, `appUrl` is where an editor found the app. */
export function described(map: TreeMap): { [key: string]: Tree | undefined } {
  return { doc: map.doc ?? map.description, description: undefined, x: undefined, y: undefined, appUrl: undefined }
}

/** Streams and the like: nothing, or an empty text, is none. */
export function scriptOrNone(tree: Tree | undefined): Tree | undefined {
  return tree === undefined || tree === null || tree === '' ? undefined : scriptText(tree)
}
