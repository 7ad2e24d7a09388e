/** What Python's readers say is wrong with a text, by one message and the offset that it is about. */
export class LayoutError extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

export const BREAKS = '\n\r\x85\u2028\u2029'
/** Characters of separation, and '' which stands for the end of the text. */
const BLANKS = ` \t${BREAKS}`

/** True for '' too: the end of the text ends whatever blanks end. */
export function isBlank(character: string): boolean {
  return BLANKS.includes(character)
}

export function isBreakOrEnd(character: string): boolean {
  return BREAKS.includes(character)
}

/** A place in a text that moves forward, and knows its line and column (both from 0). */
export class Cursor {
  readonly text: string
  at = 0
  line = 0
  lineStart = 0

  constructor(text: string) {
    this.text = text
    if (text.startsWith('\uFEFF')) this.at = this.lineStart = 1
  }

  get column(): number {
    return this.at - this.lineStart
  }

  /** The character so far ahead; '' behind the end. */
  peek(ahead = 0): string {
    return this.text[this.at + ahead] ?? ''
  }

  startsWith(text: string): boolean {
    return this.text.startsWith(text, this.at)
  }

  /** Passes over characters as long as they are of these, at most to a column, and gives them. */
  takeRun(characters: string, toColumn = Number.POSITIVE_INFINITY): string {
    const start = this.at
    while (this.column < toColumn && this.peek() !== '' && characters.includes(this.peek())) this.at++
    return this.text.slice(start, this.at)
  }

  /** Passes over the rest of the line, without its end. */
  restOfLine(): string {
    const start = this.at
    while (!isBreakOrEnd(this.peek())) this.at++
    return this.text.slice(start, this.at)
  }

  /** Passes over the end of a line: a line feed, or itself where it is one of Unicode's; '' when there is none. */
  lineBreak(): string {
    const character = this.peek()
    if (character === '' || !BREAKS.includes(character)) return ''
    this.at += this.startsWith('\r\n') ? 2 : 1
    this.line++
    this.lineStart = this.at
    return character === '\u2028' || character === '\u2029' ? character : '\n'
  }

  /** True at `---` or `...` at the start of a line. */
  atDocumentMark(mark?: '---' | '...'): boolean {
    if (this.column !== 0 || !isBlank(this.peek(3))) return false
    return mark ? this.startsWith(mark) : this.startsWith('---') || this.startsWith('...')
  }

  /** Line and column (from 1) of an offset before this place, for messages. */
  positionOf(offset: number): string {
    const lines = this.text.slice(0, offset).split(/\r\n|[\n\r]/)
    return `${lines.length}:${lines.at(-1)!.length + 1}`
  }
}
