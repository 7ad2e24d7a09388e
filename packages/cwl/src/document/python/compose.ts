import { Alias, Document, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import { LayoutError } from './cursor.ts'
import { Scanner, type Token, type TokenKind } from './scanner.ts'

type Node = Alias | Scalar | YAMLMap | YAMLSeq

const [MAX_DEPTH, MAX_NODES] = [250, 2_000_000]
/** of YAML 1.2, with its tests of what a text without quotes is */
const { tags } = new Document().schema
const STANDARD = 'tag:yaml.org,2002:'

/**
 * A YAML text as Python's readers take it, in the nodes of the package `yaml`, each with its range. They are less strict
 * than YAML 1.2 on where lines begin between brackets, braces and quotes, and on a few signs. What a text without quotes
 * stands for (a number, true, null) is as in YAML 1.2, which readers of CWL keep to.
 * @throws LayoutError at the first thing that can't be read
 */
export function composeAsPython(text: string): Node | null {
  return new Composer(new Scanner(text)).document()
}

class Composer {
  readonly #scanner: Scanner
  #depth = 0
  #nodes = 0

  constructor(scanner: Scanner) {
    this.#scanner = scanner
  }

  document(): Node | null {
    if (this.#sees('---')) this.#scanner.nextToken()
    const root = this.#sees('end of the text', '...') ? null : this.#node('document', true)
    while (this.#sees('...')) this.#scanner.nextToken()
    const { kind, start } = this.#scanner.peek()
    if (kind === '---') throw new LayoutError('there is more than one document in this text', start)
    if (kind !== 'end of the text') this.#refuse('the end of the document')
    return root
  }

  #sees(...kinds: TokenKind[]): boolean {
    return kinds.includes(this.#scanner.peek().kind)
  }

  /** @param inMap a list whose dashes stand under the key that it belongs to */
  #node(where: string, block: boolean, inMap = false): Node {
    const { start } = this.#scanner.peek()
    if (++this.#nodes > MAX_NODES) throw new LayoutError(`more than ${MAX_NODES} values`, start)
    if (++this.#depth > MAX_DEPTH) throw new LayoutError('nested too deeply', start)
    const node = this.#sees('alias') ? this.#alias() : this.#anchored(where, block, inMap)
    this.#depth--
    return node
  }

  #alias(): Alias {
    const { value, start, end } = this.#scanner.nextToken()
    return ranged(new Alias(value), start, end)
  }

  #anchored(where: string, block: boolean, inMap: boolean): Node {
    let [anchor, tag]: (Token | undefined)[] = []
    for (;;) {
      if (!anchor && this.#sees('anchor')) anchor = this.#scanner.nextToken()
      else if (!tag && this.#sees('tag')) tag = this.#scanner.nextToken()
      else break
    }
    const node = this.#content(where, block, inMap, tag, anchor !== undefined)
    if (anchor) node.anchor = anchor.value
    return node
  }

  #content(
    where: string,
    block: boolean,
    inMap: boolean,
    tag: Token | undefined,
    hasAnchor: boolean,
  ): Exclude<Node, Alias> {
    const { kind } = this.#scanner.peek()
    if (kind === 'text') return scalar(this.#scanner.nextToken(), tag)
    if (kind === '[') return this.#flowList()
    if (kind === '{') return this.#flowMap()
    if (block && kind === 'block map') return this.#blockMap()
    if (block && kind === 'block list') return this.#blockList()
    if (inMap && kind === '-') return this.#listInMap()
    if (tag || hasAnchor) return scalar(this.#nothing(), tag)
    return this.#refuse(`a value in this ${where}`)
  }

  #nothing(): Token {
    const { start } = this.#scanner.peek()
    return { kind: 'text', start, end: start, value: '', plain: true }
  }

  #empty(): Scalar {
    return scalar(this.#nothing(), undefined)
  }

  #blockList(): YAMLSeq {
    const { start } = this.#scanner.nextToken()
    const list = this.#entries(start, ['-', 'block end'])
    if (!this.#sees('block end')) this.#refuse(`- or the end of the list that began in ${this.#position(start)}`)
    this.#scanner.nextToken()
    return list
  }

  #listInMap(): YAMLSeq {
    return this.#entries(this.#scanner.peek().start, ['-', 'key', ':', 'block end'])
  }

  #entries(start: number, ends: TokenKind[]): YAMLSeq {
    const list = new YAMLSeq<Node>()
    while (this.#sees('-')) {
      this.#scanner.nextToken()
      list.items.push(this.#sees(...ends) ? this.#empty() : this.#node('list', true))
    }
    return ranged(list, start, this.#scanner.peek().start)
  }

  #blockMap(): YAMLMap {
    const { start } = this.#scanner.nextToken()
    const map = new YAMLMap<Node, Node>()
    while (this.#sees('key', ':')) {
      const key = this.#part('key', ['key', ':', 'block end'], true)
      map.items.push(new Pair(key, this.#part(':', ['key', ':', 'block end'], true)))
    }
    if (!this.#sees('block end')) this.#refuse(`a key or the end of the map that began in ${this.#position(start)}`)
    this.#scanner.nextToken()
    return ranged(map, start, this.#scanner.peek().start)
  }

  /** What stands behind `key` or `:`, if that is there at all. */
  #part(sign: 'key' | ':', ends: TokenKind[], block: boolean): Node {
    if (!this.#sees(sign)) return this.#empty()
    this.#scanner.nextToken()
    return this.#sees(...ends) ? this.#empty() : this.#node('map', block, block)
  }

  #flowList(): YAMLSeq {
    const { start } = this.#scanner.nextToken()
    const list = new YAMLSeq<Node>()
    while (this.#moreIn('list', ']', start, list.items.length === 0)) {
      list.items.push(this.#sees('key') ? this.#pairInList() : this.#node('list', false))
    }
    return ranged(list, start, this.#scanner.nextToken().end)
  }

  #pairInList(): YAMLMap {
    const { start } = this.#scanner.peek()
    const map = new YAMLMap<Node, Node>()
    const key = this.#part('key', [':', ',', ']'], false)
    map.items.push(new Pair(key, this.#part(':', [',', ']'], false)))
    return ranged(map, start, this.#scanner.peek().start)
  }

  #flowMap(): YAMLMap {
    const { start } = this.#scanner.nextToken()
    const map = new YAMLMap<Node, Node>()
    while (this.#moreIn('map', '}', start, map.items.length === 0)) {
      const isPair = this.#sees('key', ':')
      const key = isPair ? this.#part('key', [':', ',', '}'], false) : this.#node('map', false)
      map.items.push(new Pair(key, isPair ? this.#part(':', [',', '}'], false) : this.#empty()))
    }
    return ranged(map, start, this.#scanner.nextToken().end)
  }

  /** Passes over the comma between entries; false at the closing bracket. */
  #moreIn(what: string, close: ']' | '}', start: number, isFirst: boolean): boolean {
    if (this.#sees(close)) return false
    if (isFirst) return true
    if (!this.#sees(',')) this.#refuse(`, or ${close} in the ${what} that began in ${this.#position(start)}`)
    this.#scanner.nextToken()
    return !this.#sees(close)
  }

  #position(offset: number): string {
    return this.#scanner.cursor.positionOf(offset)
  }

  #refuse(expected: string): never {
    const { kind, start, value } = this.#scanner.peek()
    const found = kind === 'text' ? JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value) : FOUND[kind]
    throw new LayoutError(`expected ${expected}, not ${found ?? kind}`, start)
  }
}

const FOUND: { [kind in TokenKind]?: string } = {
  'end of the text': 'the end of the text',
  key: 'a key',
  alias: 'an alias',
  anchor: 'an anchor',
  tag: 'a tag',
  'block map': 'a key that is deeper than those before it',
  'block list': 'a list that is deeper than what is before it',
  'block end': 'the end of what is indented',
}

function scalar({ value, start, end, plain }: Token, tag: Token | undefined): Scalar {
  const found = tag
    ? tagged(tag.value, value)
    : plain
      ? tags.find(each => each.default === true && each.test?.test(value))
      : undefined
  const resolve = found && !found.collection ? found.resolve : undefined
  const resolved: unknown = resolve
    ? resolve(
        value,
        message => {
          throw new LayoutError(message, start)
        },
        {},
      )
    : value
  const node = resolved instanceof Scalar ? resolved : new Scalar(resolved)
  node.source = value
  return ranged(node, start, end)
}

/** `!!int` says what a text is; with a tag that is not known, or does not fit, it is a text. */
function tagged(tag: string, value: string) {
  const name = tag.startsWith('!!') ? STANDARD + tag.slice(2) : /^!<(.*)>$/.exec(tag)?.[1]
  return tags.find(each => each.tag === name && each.test?.test(value))
}

function ranged<T extends Node>(node: T, start: number, end: number): T {
  node.range = [start, end, end]
  return node
}
