import { addProblem, DocumentError, type Problem } from '../problem.ts'
import { resolveUri } from './fetch.ts'
import { copyPositions, isMap, positionOf, setEntry, type Tree, type TreeMap } from './tree.ts'

/** What expansion needs from the loader; both reject with a message for the author. */
export interface References {
  tree(uri: string): Promise<Tree>
  text(uri: string): Promise<string>
}

/**
 * Replaces `$import` by the document it names, `$include` by a text, and lays the entries of a map over what its
 * `$mixin` names. What is imported into a list and is a list itself (or a document with a `$graph`) has its items there.
 * Works in place where nothing is replaced. A reference that can't be followed becomes a problem, and null or no item.
 * Spec: SALAD v1.2 §5 (document preprocessing).
 */
export async function expand(tree: Tree, base: string, references: References, problems: Problem[]): Promise<Tree> {
  if (Array.isArray(tree)) return expandList(tree, base, references, problems)
  if (!isMap(tree)) return tree
  const follow = async <T>(key: string, read: (uri: string) => Promise<T>): Promise<T | null> => {
    try {
      return await read(resolveUri(String(tree[key]), base))
    } catch (error) {
      const place = positionOf(tree, key)
      // what is wrong inside of a document is told with the places in it
      const found = error instanceof DocumentError ? error.problems : undefined
      const own: Problem = { message: `${key}: ${messageOf(error)}`, severity: 'error', field: key, ...place }
      for (const problem of found ?? [own]) addProblem(problems, problem)
      return null
    }
  }
  if (isImport(tree)) return follow('$import', uri => references.tree(uri))
  if (typeof tree.$include === 'string') return follow('$include', uri => references.text(uri))
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'object') setEntry(tree, key, await expand(value, base, references, problems))
  }
  if (typeof tree.$mixin !== 'string') return tree
  return overlay(await follow('$mixin', uri => references.tree(uri)), tree)
}

async function expandList(list: Tree[], base: string, references: References, problems: Problem[]): Promise<Tree[]> {
  if (!list.some(isImport)) {
    for (const [index, item] of list.entries()) {
      if (typeof item === 'object') list[index] = await expand(item, base, references, problems)
    }
    return list
  }
  const items: Tree[] = []
  /** for each item, which of the list it stands for */
  const origins: number[] = []
  for (const [index, item] of list.entries()) {
    const expanded = await expand(item, base, references, problems)
    for (const each of isImport(item) ? importedItems(expanded) : [expanded]) {
      items.push(each)
      origins.push(index)
    }
  }
  return copyPositions(list, items, origins)
}

function isImport(tree: Tree): tree is TreeMap & { $import: string } {
  return isMap(tree) && typeof tree.$import === 'string'
}

function importedItems(tree: Tree): Tree[] {
  if (tree === null) return []
  if (Array.isArray(tree)) return tree
  if (!isMap(tree) || !Array.isArray(tree.$graph)) return [tree]
  const { cwlVersion } = tree
  return tree.$graph.map(each =>
    isMap(each) && each.cwlVersion === undefined && cwlVersion !== undefined
      ? copyPositions(each, { ...each, cwlVersion })
      : each,
  )
}

function overlay(below: Tree, above: TreeMap): Tree {
  const { $mixin: _, ...rest } = above
  return copyPositions(above, isMap(below) ? { ...below, ...rest } : rest)
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
