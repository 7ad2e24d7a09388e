import {
  type Alias,
  isAlias,
  isScalar,
  isSeq,
  isMap as isYamlMap,
  LineCounter,
  type Node,
  type Scalar,
  type YAMLMap,
} from 'yaml'
import { exactNumber } from '../json.ts'
import { LIMITS } from '../limits.ts'
import { DocumentError, type Problem } from '../problem.ts'
import { type Finding, RULES } from '../rules.ts'
import { readNodes } from './nodes.ts'
import { displayName, isMap, recordPositions, setEntry, type Tree, type TreeMap } from './tree.ts'

/**
 * YAML (JSON is a part of it) to plain values with positions. Duplicate keys are tolerated (the last one counts), since
 * published apps have them, and so is a layout that Python's readers take (nodes.ts). Depth, the number of nodes, and what
 * aliases multiply are bounded.
 * @param uri names the document in messages and is what its references are relative to
 * @param warn is told what was passed over: keys written twice, a loose layout
 * @throws DocumentError when it is not YAML, with the first thing in it that can't be read
 */
export function parseTree(text: string, uri: string, warn: (problem: Problem) => void = () => undefined): Tree {
  const lines = new LineCounter()
  const problem = (message: string, offset: number): Problem => ({
    message,
    severity: 'error',
    file: displayName(uri),
    ...place(lines, offset),
  })
  const { root, fault, loose } = readNodes(text, lines)
  if (fault) throw new DocumentError([problem(fault.message, fault.offset)])
  const tell = (finding: Finding, offset: number) => warn({ ...problem(finding.message, offset), ...finding })
  if (loose !== undefined) tell(RULES.looseLayout(), loose)
  return new Converter(uri, lines, problem, tell).convert(root, 0)
}

class Converter {
  readonly #uri: string
  readonly #locate: (offset: number) => { line: number; column: number }
  readonly #problem: (message: string, offset: number) => Problem
  readonly #warn: (finding: Finding, offset: number) => void
  readonly #anchors = new Map<string, Node>()
  readonly #open = new Set<Node>()
  #nodes = 0
  #aliased = 0
  #aliasedText = 0
  #inAlias = 0

  constructor(
    uri: string,
    lines: LineCounter,
    problem: (message: string, offset: number) => Problem,
    warn: (finding: Finding, offset: number) => void,
  ) {
    this.#uri = uri
    this.#locate = offset => place(lines, offset)
    this.#problem = problem
    this.#warn = warn
  }

  convert(node: Node | null, depth: number): Tree {
    if (node === null) return null
    const offset = node.range?.[0] ?? 0
    this.#nodes++
    if (this.#inAlias > 0) this.#countAliased(node, offset)
    if (depth > LIMITS.documentDepth) this.#refuse(`nested deeper than ${LIMITS.documentDepth} levels`, offset)
    if (this.#nodes > LIMITS.documentNodes) this.#refuse(`more than ${LIMITS.documentNodes} values`, offset)
    if (isAlias(node)) return this.#alias(node, depth, offset)
    if (node.anchor) this.#anchors.set(node.anchor, node)
    if (isScalar(node)) return this.#scalar(node)
    this.#open.add(node)
    const result = isSeq(node)
      ? this.#list(node.items as (Node | null)[], depth, offset)
      : this.#map(node, depth, offset)
    this.#open.delete(node)
    return result
  }

  #countAliased(node: Node, offset: number): void {
    this.#aliased++
    if (isScalar(node) && typeof node.value === 'string') this.#aliasedText += node.value.length
    if (this.#aliased > LIMITS.aliasedNodes)
      this.#refuse(`aliases repeat more than ${LIMITS.aliasedNodes} values`, offset)
    if (this.#aliasedText > LIMITS.documentText)
      this.#refuse(`aliases repeat more than ${LIMITS.documentText} characters`, offset)
  }

  #alias(node: Alias, depth: number, offset: number): Tree {
    const target = this.#anchors.get(node.source)
    if (!target) this.#refuse(`no anchor named ${node.source} before this alias`, offset)
    if (this.#open.has(target)) this.#refuse(`the alias ${node.source} contains itself`, offset)
    this.#inAlias++
    const result = this.convert(target, depth + 1)
    this.#inAlias--
    return result
  }

  #list(items: (Node | null)[], depth: number, offset: number): Tree[] {
    const list: Tree[] = []
    const entries = recordPositions(list, this.#uri, offset, this.#locate)
    for (const [index, item] of items.entries()) {
      entries.set(index, item?.range?.[0] ?? offset)
      list.push(this.convert(item, depth + 1))
    }
    return list
  }

  #map(node: Node, depth: number, offset: number): TreeMap {
    const map: TreeMap = {}
    if (!isYamlMap(node)) return map
    const entries = recordPositions(map, this.#uri, offset, this.#locate)
    for (const pair of (node as YAMLMap<Node | null, Node | null>).items) {
      const key = isScalar(pair.key) ? String(pair.key.value) : String(this.convert(pair.key, depth + 1))
      const value = this.convert(pair.value, depth + 1)
      if (key === '<<') {
        this.#merge(map, value)
        continue
      }
      const position = pair.key?.range?.[0] ?? offset
      if (entries.has(key) && this.#inAlias === 0) this.#warn(RULES.duplicateKey(key), position)
      entries.set(key, position)
      setEntry(map, key, value)
    }
    return map
  }

  #scalar({ value, source }: Scalar): Tree {
    if (typeof value === 'number' && source) return exactNumber(value, source)
    return scalar(value)
  }

  /** YAML's merge key: entries of the other map or maps, below those that the map has itself. */
  #merge(map: TreeMap, other: Tree): void {
    for (const source of Array.isArray(other) ? other : [other]) {
      if (!isMap(source)) continue
      for (const [key, value] of Object.entries(source)) if (!Object.hasOwn(map, key)) setEntry(map, key, value)
    }
  }

  #refuse(message: string, offset: number): never {
    throw new DocumentError([this.#problem(message, offset)])
  }
}

function scalar(value: unknown): Tree {
  if (value === null || value === undefined) return null
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value
  return String(value)
}

function place(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}
