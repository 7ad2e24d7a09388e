import { BREAKS, type Cursor, isBlank, isBreakOrEnd, LayoutError } from './cursor.ts'

/** A text in quotes. It ends at its closing quote and nowhere else, wherever its lines begin. */
export function readQuoted(cursor: Cursor): string {
  const start = cursor.at
  const quote = cursor.peek()
  cursor.at++
  let text = ''
  for (;;) {
    text += quotedWords(cursor, quote)
    if (cursor.peek() === quote) break
    text += quotedGap(cursor, start)
  }
  cursor.at++
  return text
}

function quotedWords(cursor: Cursor, quote: string): string {
  let text = ''
  for (;;) {
    const start = cursor.at
    while (!isBlank(cursor.peek()) && cursor.peek() !== quote && cursor.peek() !== '\\') cursor.at++
    text += cursor.text.slice(start, cursor.at)
    if (quote === "'" && cursor.startsWith("''")) {
      text += "'"
      cursor.at += 2
    } else if (cursor.peek() === '\\') {
      cursor.at++
      text += quote === '"' ? escaped(cursor) : '\\'
    } else return text
  }
}

const ESCAPES: { [character: string]: string } = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1B',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xA0',
  L: '\u2028',
  P: '\u2029',
}
const DIGITS: { [character: string]: number } = { x: 2, u: 4, U: 8 }

/** What stands behind a backslash. At the end of a line it joins the next one to it without a blank. */
function escaped(cursor: Cursor): string {
  const character = cursor.peek()
  if (character !== '' && BREAKS.includes(character)) {
    cursor.lineBreak()
    return quotedBreaks(cursor)
  }
  cursor.at++
  if (Object.hasOwn(ESCAPES, character)) return ESCAPES[character]!
  const length = DIGITS[character]
  const code = length && cursor.text.slice(cursor.at, cursor.at + length)
  if (!code || code.length < length || !/^[0-9A-Fa-f]+$/.test(code) || Number.parseInt(code, 16) > 0x10ffff) {
    throw new LayoutError(`\\${character || ' at the end of the text'} is no escape in a text in quotes`, cursor.at - 2)
  }
  cursor.at += length
  return String.fromCodePoint(Number.parseInt(code, 16))
}

/** Blanks in a text in quotes: around the end of a line they are one blank, and each empty line is a line end. */
function quotedGap(cursor: Cursor, start: number): string {
  const blanks = cursor.takeRun(' \t')
  if (cursor.peek() === '') throw new LayoutError('this text in quotes has no closing quote', start)
  const end = cursor.lineBreak()
  return end === '' ? blanks : folded(end, quotedBreaks(cursor))
}

function quotedBreaks(cursor: Cursor): string {
  let breaks = ''
  for (;;) {
    if (cursor.atDocumentMark()) {
      throw new LayoutError('a text in quotes can have no line that begins with --- or ...', cursor.at)
    }
    cursor.takeRun(' \t')
    const end = cursor.lineBreak()
    if (end === '') return breaks
    breaks += end
  }
}

function folded(end: string, breaks: string): string {
  return (end === '\n' ? (breaks === '' ? ' ' : '') : end) + breaks
}

export interface Plain {
  text: string
  /** offset behind its last character */
  end: number
  /** something may begin where it stopped: at the start of a line */
  atLineStart: boolean
}

/**
 * A text without quotes. In lines below it goes on where they are deeper than `indent`; in a flow collection wherever they
 * begin.
 */
export function readPlain(cursor: Cursor, indent: number, inFlow: boolean): Plain {
  let [text, gap, atLineStart] = ['', '', false]
  let end = cursor.at
  while (cursor.peek() !== '#') {
    const start = cursor.at
    while (!endsPlain(cursor, inFlow)) cursor.at++
    if (cursor.at === start) break
    text += gap + cursor.text.slice(start, cursor.at)
    end = cursor.at
    const line = cursor.line
    gap = plainGap(cursor)
    atLineStart = cursor.line > line
    if (gap === '' || (!inFlow && atLineStart && cursor.column <= indent)) break
  }
  return { text, end, atLineStart }
}

function endsPlain(cursor: Cursor, inFlow: boolean): boolean {
  const character = cursor.peek()
  if (isBlank(character)) return true
  if (inFlow && ',[]{}'.includes(character)) return true
  if (character !== ':') return false
  const next = cursor.peek(1)
  return isBlank(next) || (inFlow && ',[]{}'.includes(next))
}

/** '' where the text ends for good. */
function plainGap(cursor: Cursor): string {
  const blanks = cursor.takeRun(' \t')
  const end = cursor.lineBreak()
  if (end === '') return blanks
  let breaks = ''
  for (;;) {
    if (cursor.atDocumentMark()) return ''
    cursor.takeRun(' ')
    const next = cursor.lineBreak()
    if (next === '') return folded(end, breaks)
    breaks += next
  }
}

/** A text behind `|` or `>`, whose lines are deeper than `indent`; the cursor stands at the sign. */
export function readBlock(cursor: Cursor, indent: number): string {
  const isFolded = cursor.peek() === '>'
  const start = cursor.at
  cursor.at++
  const header = /^(?:([+-])([1-9])?|([1-9])([+-])?)?/.exec(cursor.text.slice(cursor.at, cursor.at + 2))!
  cursor.at += header[0].length
  const chomping = header[1] ?? header[4]
  const increment = header[2] ?? header[3]
  const hasBlank = cursor.takeRun(' \t') !== ''
  if (hasBlank && cursor.peek() === '#') cursor.restOfLine()
  if (!isBreakOrEnd(cursor.peek())) {
    throw new LayoutError(`${isFolded ? '>' : '|'} must be followed by the end of its line`, start)
  }
  cursor.lineBreak()
  const least = indent + 1
  const leading = increment === undefined ? leadingLines(cursor) : undefined
  const own = leading ? Math.max(least, leading.deepest) : Math.max(least, 1) + Number(increment) - 1
  return blockLines(cursor, own, leading?.breaks ?? blockBreaks(cursor, own), isFolded, chomping)
}

function leadingLines(cursor: Cursor): { breaks: string; deepest: number } {
  let [breaks, deepest] = ['', 0]
  for (;;) {
    cursor.takeRun(' ')
    deepest = Math.max(deepest, cursor.column)
    const end = cursor.lineBreak()
    if (end === '') return { breaks, deepest }
    breaks += end
  }
}

function blockLines(cursor: Cursor, indent: number, leading: string, isFolded: boolean, chomping?: string): string {
  let [text, end, breaks] = ['', '', leading]
  while (cursor.column === indent && cursor.peek() !== '') {
    const isDeeper = ' \t'.includes(cursor.peek())
    text += breaks + cursor.restOfLine()
    end = cursor.lineBreak()
    breaks = blockBreaks(cursor, indent)
    if (cursor.column !== indent || cursor.peek() === '' || cursor.atDocumentMark()) break
    const joins = isFolded && end === '\n' && !isDeeper && !' \t'.includes(cursor.peek())
    text += joins ? (breaks === '' ? ' ' : '') : end
  }
  if (chomping !== '-') text += end
  return chomping === '+' ? text + breaks : text
}

function blockBreaks(cursor: Cursor, indent: number): string {
  let breaks = ''
  for (;;) {
    cursor.takeRun(' ', indent)
    const end = cursor.lineBreak()
    if (end === '') return breaks
    breaks += end
  }
}
