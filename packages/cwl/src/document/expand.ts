import { addProblem, type Problem } from '../problem.ts'
import { resolveUri } from './fetch.ts'
import { copyMarks, isMap, placeOf, put, type Tree, type TreeMap } from './tree.ts'

/** What expansion needs from the loader; both reject with a message for the author. */
export interface References {
  tree(uri: string): Promise<Tree>
  text(uri: string): Promise<string>
}

/**
 * Replaces `$import` by the document it names, `$include` by a text, and lays the entries of a map over what its
 * `$mixin` names. Works in place where nothing is replaced. A reference that can't be followed becomes a problem and null.
 * Spec: SALAD v1.2 §5 (document preprocessing).
 */
export async function expand(tree: Tree, base: string, references: References, problems: Problem[]): Promise<Tree> {
  if (Array.isArray(tree)) {
    for (const [index, item] of tree.entries()) {
      if (typeof item === 'object') tree[index] = await expand(item, base, references, problems)
    }
    return tree
  }
  if (!isMap(tree)) return tree
  const follow = async <T>(key: string, read: (uri: string) => Promise<T>): Promise<T | null> => {
    try {
      return await read(resolveUri(String(tree[key]), base))
    } catch (error) {
      const place = placeOf(tree, key)
      addProblem(problems, { message: `${key}: ${messageOf(error)}`, severity: 'error', field: key, ...place })
      return null
    }
  }
  if (typeof tree.$import === 'string') return follow('$import', uri => references.tree(uri))
  if (typeof tree.$include === 'string') return follow('$include', uri => references.text(uri))
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'object') put(tree, key, await expand(value, base, references, problems))
  }
  if (typeof tree.$mixin !== 'string') return tree
  return overlay(await follow('$mixin', uri => references.tree(uri)), tree)
}

function overlay(below: Tree, above: TreeMap): Tree {
  const { $mixin: _, ...rest } = above
  return copyMarks(above, isMap(below) ? { ...below, ...rest } : rest)
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
