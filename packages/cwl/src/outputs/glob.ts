import picomatch from 'picomatch'
import type { Node, WorkTree } from './tree.ts'

/**
 * What a glob pattern finds in the work folder, sorted by path. A pattern that is the name of something finds just that,
 * whatever signs are in it. Absolute patterns must lie in the work folder. CWL v1.2 §CommandOutputBinding
 * Links are followed only where they are found; `**` goes into real folders only.
 * @throws Error when the pattern leads out of the work folder
 */
export async function glob(tree: WorkTree, written: string): Promise<Node[]> {
  const pattern = written.startsWith('/') ? tree.inWork(written) : written
  if (pattern === undefined || pattern.split('/').includes('..')) {
    throw new Error(`glob ${JSON.stringify(written)} leads out of the work folder`)
  }
  const exact = await tree.at(pattern)
  if (exact) return [exact]
  const found = new Map<string, Node>()
  for (const single of braces(pattern)) {
    const segments = single.split('/').filter(part => part !== '' && part !== '.')
    for (const node of await match(tree, tree.root, segments)) found.set(node.path, node)
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

async function match(tree: WorkTree, node: Node, segments: string[]): Promise<Node[]> {
  const [segment, ...rest] = segments
  if (segment === undefined) return [node]
  const names = await tree.names(node)
  const step = async (name: string, left: string[]) => {
    const child = await tree.child(node, name)
    return child ? match(tree, child, left) : []
  }
  if (segment === '**') {
    const folders = names.filter(name => tree.isFolder(node, name))
    const deeper = await Promise.all(folders.map(name => step(name, segments)))
    return [...(await match(tree, node, rest)), ...deeper.flat()]
  }
  const matches = picomatch(segment, { nonegate: true, noextglob: true, posix: true })
  return (await Promise.all(names.filter(name => matches(name)).map(name => step(name, rest)))).flat()
}

/** `{a,b/c}.txt` → `a.txt`, `b/c.txt`: alternatives may hold slashes, so they are written out first. */
export function braces(pattern: string): string[] {
  const group = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(pattern)
  if (!group) return [pattern]
  const [, before = '', alternatives = '', after = ''] = group
  return alternatives.split(',').flatMap(alternative => braces(before + alternative + after))
}
