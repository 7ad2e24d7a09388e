/**
 * The tokens of a YAML text, as Python's readers find them (PyYAML, and ruamel.yaml which grew out of it). Indentation has a
 * meaning in block collections only: between brackets, braces and quotes lines begin where they like.
 *
 * A key is known by the `:` behind it. So each token that could begin one is remembered, one for each level of brackets; when
 * its `:` comes, a `key` (and, where it is deeper than what is around it, the start of a map) is put before it. It can't
 * come any more when the line ends, or after 1024 characters.
 */
import { LIMITS } from '../../limits.ts'
import { Cursor, isBlank, LayoutError } from './cursor.ts'
import { readBlock, readPlain, readQuoted } from './scalars.ts'

export type TokenKind =
  | 'end of the text'
  | '---'
  | '...'
  | 'block list'
  | 'block map'
  | 'block end'
  | '['
  | ']'
  | '{'
  | '}'
  | ','
  | '-'
  | 'key'
  | ':'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'text'

export interface Token {
  kind: TokenKind
  start: number
  end: number
  /** of a text its value, of an alias, anchor or tag its name */
  value: string
  /** a text without quotes or sign, which may be a number and the like */
  plain?: boolean
}

interface PossibleKey {
  /** of all tokens, the one that it would stand before */
  number: number
  /** nothing but a key can begin here */
  required: boolean
  at: number
  line: number
  column: number
}

export class Scanner {
  readonly cursor: Cursor
  readonly #tokens: Token[] = []
  #next = 0
  #taken = 0
  #done = false
  /** columns of the block collections around this place */
  readonly #indents: number[] = [-1]
  readonly #brackets: ('[' | '{')[] = []
  #keyAllowed = true
  readonly #possible: (PossibleKey | undefined)[] = []

  constructor(text: string) {
    this.cursor = new Cursor(text)
  }

  peek(): Token {
    while (this.#needsMore()) this.#fetch()
    return this.#tokens[this.#next]!
  }

  nextToken(): Token {
    const token = this.peek()
    this.#next++
    this.#taken++
    if (this.#next === this.#tokens.length) {
      this.#tokens.length = 0
      this.#next = 0
    }
    return token
  }

  get #indent(): number {
    return this.#indents.at(-1)!
  }

  get #inFlow(): boolean {
    return this.#brackets.length > 0
  }

  #needsMore(): boolean {
    if (this.#done) return false
    if (this.#tokens.length === 0) return true
    this.#dropStale()
    return this.#possible.some(key => key?.number === this.#taken)
  }

  #push(kind: TokenKind, start: number, value = '', plain = false): void {
    this.#tokens.push({ kind, start, end: this.cursor.at, value, plain })
  }

  #insert(number: number, kind: TokenKind, start: number): void {
    this.#tokens.splice(this.#next + number - this.#taken, 0, { kind, start, end: start, value: '' })
  }

  #fetch(): void {
    const { cursor } = this
    this.#toNextToken()
    this.#dropStale()
    if (!this.#inFlow) this.#unwind(cursor.column)
    const character = cursor.peek()
    if (character === '') this.#endText()
    else if (character === '%' && cursor.column === 0 && !this.#inFlow) this.#directive()
    else if (cursor.atDocumentMark()) this.#documentMark()
    else this.#token(character)
  }

  #token(character: string): void {
    if (character === '[' || character === '{') this.#openBracket(character)
    else if (character === ']' || character === '}') this.#closeBracket(character)
    else if (character === ',') this.#comma()
    else if (character === '*' || character === '&') this.#name(character)
    else if (character === '!') this.#tag()
    else if (character === '"' || character === "'") this.#quoted()
    else if ((character === '|' || character === '>') && !this.#inFlow) this.#block()
    else if (character === '-' && this.#standsAlone('')) this.#entry()
    else if (character === '?' && this.#standsAlone(',[]{}')) this.#explicitKey()
    else if (character === ':' && (this.#standsAlone(',[]{}') || this.#isTightColon())) this.#colon()
    else this.#plain(character)
  }

  /** Before a blank or the end, or between brackets before one of these. */
  #standsAlone(signs: string): boolean {
    const next = this.cursor.peek(1)
    return isBlank(next) || (this.#inFlow && signs.includes(next))
  }

  /** Blanks, comments and line ends. A tab may stand between tokens, but it can't indent. */
  #toNextToken(): void {
    const { cursor } = this
    for (;;) {
      cursor.takeRun(' \t')
      if (cursor.peek() === '#') cursor.restOfLine()
      if (cursor.lineBreak() === '') return
      if (!this.#inFlow) this.#keyAllowed = true
    }
  }

  /** What is indented begins here, so there is no tab before it. */
  #refuseTab(at: number): void {
    const { text, lineStart } = this.cursor
    const tab = text.slice(lineStart, at).indexOf('\t')
    if (tab >= 0) throw new LayoutError("a tab can't indent: use blanks", lineStart + tab)
  }

  #endText(): void {
    if (!this.#inFlow) this.#unwind(-1)
    this.#forgetKey()
    this.#possible.length = 0
    this.#push('end of the text', this.cursor.at)
    this.#done = true
  }

  #directive(): void {
    this.#unwind(-1)
    this.#forgetKey()
    this.cursor.restOfLine()
  }

  #documentMark(): void {
    this.#unwind(-1)
    this.#forgetKey()
    this.#keyAllowed = false
    const { at } = this.cursor
    this.cursor.at += 3
    this.#push(this.cursor.text[at] === '-' ? '---' : '...', at)
  }

  #openBracket(bracket: '[' | '{'): void {
    this.#rememberKey()
    this.#brackets.push(bracket)
    if (this.#brackets.length > LIMITS.yamlBrackets) throw new LayoutError('nested too deeply', this.cursor.at)
    this.#keyAllowed = true
    this.#sign(bracket)
  }

  #closeBracket(bracket: ']' | '}'): void {
    this.#forgetKey()
    this.#brackets.pop()
    this.#possible.length = Math.min(this.#possible.length, this.#brackets.length + 1)
    this.#keyAllowed = false
    this.#sign(bracket)
  }

  #comma(): void {
    this.#keyAllowed = true
    this.#forgetKey()
    this.#sign(',')
  }

  #entry(): void {
    if (!this.#inFlow) {
      if (!this.#keyAllowed) throw new LayoutError('a list can begin on a line of its own only', this.cursor.at)
      this.#startBlock('block list')
    }
    this.#keyAllowed = true
    this.#forgetKey()
    this.#sign('-')
  }

  #explicitKey(): void {
    if (!this.#inFlow) {
      if (!this.#keyAllowed) throw new LayoutError('a key can begin on a line of its own only', this.cursor.at)
      this.#startBlock('block map')
    }
    this.#keyAllowed = !this.#inFlow
    this.#forgetKey()
    const { at } = this.cursor
    this.cursor.at++
    this.#push('key', at)
  }

  #startBlock(kind: 'block list' | 'block map'): void {
    this.#refuseTab(this.cursor.at)
    if (this.#indent >= this.cursor.column) return
    this.#indents.push(this.cursor.column)
    this.#push(kind, this.cursor.at)
  }

  /** In a flow collection a colon may stand close to what is behind it, where what is before it shows that it is one. */
  #isTightColon(): boolean {
    const last = this.#tokens.at(-1)
    if (!this.#inFlow || last === undefined || last.end !== this.cursor.at) return false
    return last.kind === ']' || last.kind === '}' || (last.kind === 'text' && !last.plain)
  }

  #colon(): void {
    const level = this.#brackets.length
    const key = this.#possible[level]
    if (key) {
      this.#possible[level] = undefined
      if (!this.#inFlow) this.#refuseTab(key.at)
      this.#insert(key.number, 'key', key.at)
      if (!this.#inFlow && this.#indent < key.column) {
        this.#indents.push(key.column)
        this.#insert(key.number, 'block map', key.at)
      }
      this.#keyAllowed = false
    } else {
      if (!this.#inFlow) {
        if (!this.#keyAllowed) {
          throw new LayoutError(
            'this : makes a key of what can be none; a text that has ": " in it needs quotes',
            this.cursor.at,
          )
        }
        this.#startBlock('block map')
      }
      this.#keyAllowed = !this.#inFlow
      this.#forgetKey()
    }
    this.#sign(':')
  }

  #name(sign: '*' | '&'): void {
    this.#rememberKey()
    this.#keyAllowed = false
    const { cursor } = this
    const start = cursor.at++
    while (!isBlank(cursor.peek()) && !',[]{}'.includes(cursor.peek())) cursor.at++
    const name = cursor.text.slice(start + 1, cursor.at)
    if (name === '')
      throw new LayoutError(`${sign} must be followed by a name; a text that begins with it needs quotes`, start)
    this.#push(sign === '*' ? 'alias' : 'anchor', start, name)
  }

  #tag(): void {
    this.#rememberKey()
    this.#keyAllowed = false
    const { cursor } = this
    const start = cursor.at
    while (!isBlank(cursor.peek()) && !(this.#inFlow && ',[]{}'.includes(cursor.peek()))) cursor.at++
    this.#push('tag', start, cursor.text.slice(start, cursor.at))
  }

  #quoted(): void {
    this.#rememberKey()
    this.#keyAllowed = false
    const { at } = this.cursor
    this.#push('text', at, readQuoted(this.cursor))
  }

  #block(): void {
    this.#keyAllowed = true
    this.#forgetKey()
    const { at } = this.cursor
    const value = readBlock(this.cursor, this.#indent)
    this.#push('text', at, value)
  }

  #plain(character: string): void {
    const { at } = this.cursor
    if ('#,[]{}&*!|>\'"%@`'.includes(character)) {
      throw new LayoutError(`nothing can begin with ${character}; a text that does needs quotes`, at)
    }
    this.#rememberKey()
    const { text, end, atLineStart } = readPlain(this.cursor, this.#indent, this.#inFlow)
    this.#keyAllowed = atLineStart
    this.#tokens.push({ kind: 'text', start: at, end, value: text, plain: true })
  }

  #sign(kind: TokenKind): void {
    const { at } = this.cursor
    this.cursor.at++
    this.#push(kind, at)
  }

  #rememberKey(): void {
    if (!this.#keyAllowed) return
    const { at, line, column } = this.cursor
    const required = !this.#inFlow && this.#indent === column
    this.#forgetKey()
    const number = this.#taken + this.#tokens.length - this.#next
    this.#possible[this.#brackets.length] = { number, required, at, line, column }
  }

  #forgetKey(): void {
    const key = this.#possible[this.#brackets.length]
    if (key?.required) this.#noColon(key)
    this.#possible[this.#brackets.length] = undefined
  }

  #dropStale(): void {
    const { at, line } = this.cursor
    for (const [level, key] of this.#possible.entries()) {
      if (key === undefined || (key.line === line && at - key.at <= LIMITS.yamlKey)) continue
      if (key.required) this.#noColon(key)
      this.#possible[level] = undefined
    }
  }

  #noColon({ at }: PossibleKey): never {
    throw new LayoutError('this stands where a key must, and no ": " follows it on its line', at)
  }

  #unwind(column: number): void {
    while (this.#indent > column) {
      this.#indents.pop()
      this.#push('block end', this.cursor.at)
    }
  }
}
