import { isMap, put, type Tree } from '../document/tree.ts'
import { isDraft2Label } from './detect.ts'

const DIRECTIVES: { [old: string]: string } = {
  import: '$import',
  '@import': '$import',
  include: '$include',
  '@include': '$include',
}

/**
 * Draft-2 wrote `import` and `include` without the sign that they have since. Only in documents of draft-2, or without a
 * version, and where nothing else stands in the map: elsewhere these are names like any other. Changes the tree in place.
 */
export function modernImports(document: Tree): Tree {
  if (isMap(document) && (document.cwlVersion === undefined || isDraft2Label(document.cwlVersion))) rename(document)
  return document
}

function rename(tree: Tree): void {
  if (typeof tree !== 'object' || tree === null) return
  const keys = Object.keys(tree)
  const [key = ''] = keys
  const directive = Object.hasOwn(DIRECTIVES, key) ? DIRECTIVES[key] : undefined
  if (isMap(tree) && keys.length === 1 && directive !== undefined && typeof tree[key] === 'string') {
    put(tree, directive, tree[key])
    delete tree[key]
    return
  }
  for (const value of Object.values(tree)) rename(value)
}
