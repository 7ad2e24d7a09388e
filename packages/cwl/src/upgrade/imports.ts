import { copyMarks, isMap, put, type Tree } from '../document/tree.ts'
import { isDraft2Label } from './detect.ts'

const DIRECTIVES: { [old: string]: string } = {
  import: '$import',
  '@import': '$import',
  include: '$include',
  '@include': '$include',
}

/**
 * What draft-2 wrote otherwise before anything is looked up. `import` and `include` had no sign before them: renamed only in
 * documents of draft-2, or without a version, and where nothing else stands in the map, since elsewhere these are names like
 * any other. A document with several processes was a list, which is a `$graph` now. Changes the tree in place.
 */
export function modernImports(document: Tree): Tree {
  if (Array.isArray(document) && document.every(isMap) && document.some(each => each.class !== undefined)) {
    rename(document)
    return copyMarks(document, { cwlVersion: 'draft-2', $graph: document })
  }
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
  // a process of the same document is not put in its place but referred to
  if (isMap(tree) && isMap(tree.run) && typeof tree.run.import === 'string' && tree.run.import.startsWith('#')) {
    tree.run = tree.run.import
  }
  for (const value of Object.values(tree)) rename(value)
}
