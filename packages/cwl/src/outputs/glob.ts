import { shown } from '../expression/text.ts'
import { LIMITS } from '../limits.ts'
import { inParts } from '../parts.ts'
import type { Node, WorkTree } from './tree.ts'
import { wildcard } from './wildcard.ts'

/**
 * What a glob pattern finds in the work folder, sorted by path. A pattern that is the name of something finds just that,
 * whatever signs are in it. Absolute patterns must lie in the work folder. CWL v1.2 §CommandOutputBinding
 * Links are followed only where they are found; `**` goes into real folders only.
 * @throws Error when the pattern leads out of the work folder
 */
export async function glob(tree: WorkTree, written: string): Promise<Node[]> {
  const pattern = written.startsWith('/') ? tree.inWork(written) : written
  if (pattern === undefined || pattern.split('/').includes('..')) {
    throw new Error(`glob ${shown(written)} leads out of the work folder`)
  }
  const exact = await tree.at(pattern)
  if (exact) return [exact]
  const found = new Map<string, Node>()
  for (const single of braces(pattern)) {
    const segments = single.split('/').filter(part => part !== '' && part !== '.')
    for (const node of await match(tree, tree.root, segments, new Set())) found.set(node.path, node)
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/**
 * A test for paths of files, by a pattern with braces and wildcards; one without a slash is for names in any folder. Unlike
 * `glob` it looks into nothing, and a star fits no slash.
 */
export function pathTest(pattern: string): (path: string) => boolean {
  const alternatives = braces(pattern.replace(/^(\.\/)+/, '')).map(single => single.split('/').map(wildcard))
  return path => {
    const names = path.split('/')
    return alternatives.some(tests => {
      const some = tests.length === 1 ? names.slice(-1) : names
      return some.length === tests.length && some.every((name, index) => tests[index]!(name))
    })
  }
}

/** `seen` are the folders, with what was left of the pattern there, that were looked at: with several `**` many ways lead to one. */
async function match(tree: WorkTree, node: Node, segments: string[], seen: Set<string>): Promise<Node[]> {
  const [segment, ...rest] = segments
  if (segment === undefined) return [node]
  const visit = `${segments.length} ${node.path}`
  if (seen.has(visit)) return []
  seen.add(visit)
  const names = await tree.names(node)
  const step = async (name: string, left: string[]) => {
    const child = await tree.child(node, name)
    return child ? match(tree, child, left, seen) : []
  }
  if (segment === '**') {
    const folders = names.filter(name => tree.isFolder(node, name))
    const deeper = await inParts(folders, name => step(name, segments))
    return [...(await match(tree, node, rest, seen)), ...deeper.flat()]
  }
  const matches = wildcard(segment)
  return (
    await inParts(
      names.filter(name => matches(name)),
      name => step(name, rest),
    )
  ).flat()
}

/**
 * `{a,b/c}.txt` → `a.txt`, `b/c.txt`: alternatives may hold slashes, so they are written out first.
 * @throws Error when there are too many
 */
export function braces(pattern: string): string[] {
  let patterns = [pattern]
  for (;;) {
    const next = patterns.flatMap(alternativesOf)
    if (next.length === patterns.length && next.every((one, index) => one === patterns[index])) return patterns
    if (next.length > LIMITS.patterns) {
      throw new Error(`the braces of the glob ${shown(pattern)} stand for more than ${LIMITS.patterns} patterns`)
    }
    patterns = next
  }
}

/** The first innermost group written out. */
function alternativesOf(pattern: string): string[] {
  const group = /\{([^{}]*,[^{}]*)\}/.exec(pattern)
  if (!group) return [pattern]
  const [before, after] = [pattern.slice(0, group.index), pattern.slice(group.index + group[0].length)]
  return group[1]!.split(',').map(alternative => before + alternative + after)
}
