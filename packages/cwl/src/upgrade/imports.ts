import { copyPositions, isMap, setEntry, type Tree } from '../document/tree.ts'
import { isDraft2Label } from './detect.ts'

const DIRECTIVES: { [old: string]: string } = {
  import: '$import',
  '@import': '$import',
  include: '$include',
  '@include': '$include',
}

const PROCESSES: readonly unknown[] = ['CommandLineTool', 'ExpressionTool', 'Workflow']

/** True for what may have been written in draft-2: `import` and `include` had no sign before them there. */
export function mayBeOld(document: Tree): boolean {
  if (Array.isArray(document)) return isListOfProcesses(document)
  return isMap(document) && (document.cwlVersion === undefined || isDraft2Label(document.cwlVersion))
}

function isListOfProcesses(list: Tree[]): boolean {
  return list.every(isMap) && list.some(each => PROCESSES.includes(each.class))
}

/**
 * What draft-2 wrote otherwise before anything is looked up. `import` and `include` are renamed only in documents of draft-2,
 * or without a version, and what they import, and where nothing else stands in the map, since elsewhere these are names
 * like any other. A document with several processes was a list, which is a `$graph` now. Changes the tree in place.
 */
export function modernDocument(document: Tree): Tree {
  if (mayBeOld(document)) modernImports(document)
  return Array.isArray(document) && isListOfProcesses(document)
    ? copyPositions(document, { cwlVersion: 'draft-2', $graph: document })
    : document
}

/** The same of a document that another one, which may be of draft-2, imports. */
export function modernImports(tree: Tree): Tree {
  rename(tree)
  return tree
}

function rename(tree: Tree): void {
  if (typeof tree !== 'object' || tree === null) return
  const keys = Object.keys(tree)
  const [key = ''] = keys
  const directive = Object.hasOwn(DIRECTIVES, key) ? DIRECTIVES[key] : undefined
  if (isMap(tree) && keys.length === 1 && directive !== undefined && typeof tree[key] === 'string') {
    setEntry(tree, directive, tree[key])
    delete tree[key]
    return
  }
  // a process of the same document is not put in its place but referred to
  if (isMap(tree) && isMap(tree.run) && typeof tree.run.import === 'string' && tree.run.import.startsWith('#')) {
    tree.run = tree.run.import
  }
  for (const value of Object.values(tree)) rename(value)
}
