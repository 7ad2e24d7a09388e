import { LIMITS } from '../limits.ts'

/** A string cut into its texts and expressions. */
export type Part = { kind: 'text'; text: string } | { kind: 'reference'; code: string } | { kind: 'body'; code: string }

/** Thrown for a string that can't be cut or an expression that can't be evaluated. */
export class ExpressionError extends Error {
  override name = 'ExpressionError'
  /** it may be an error of strict JavaScript alone */
  readonly isStrict: boolean

  constructor(message: string, isStrict = false) {
    super(message)
    this.isStrict = isStrict
  }
}

/** True when the string is not plain text. */
export function isExpression(text: string): boolean {
  return text.includes('$(') || text.includes('${')
}

/**
 * Cuts a string into text, `$(…)` and `${…}`. `\$(` and `\${` stand for themselves without the backslash, `\\` for one
 * backslash; any other backslash stays. Spec: CWL v1.2 §3.4 (String interpolation). Before v1.2 there were no escapes in the
 * specification: with `reference` only the customary one in front of `$(` and `${` counts, and pairs stay pairs.
 */
export function scan(source: string, escapes: 'reference' | 'backslash' = 'backslash'): Part[] {
  const parts: Part[] = []
  const regexes = new Regexes(source)
  let texts: string[] = []
  const endText = (): void => {
    const text = texts.join('')
    if (text) parts.push({ kind: 'text', text })
    texts = []
  }
  let at = 0
  while (at < source.length) {
    const from = at
    while (at < source.length && source[at] !== '\\' && !opens(source, at)) at++
    texts.push(source.slice(from, at))
    if (at === source.length) break
    if (source[at] === '\\') {
      const escaped = opens(source, at + 1)
      if (escaped) texts.push(source.slice(at + 1, at + 3))
      else texts.push(source[at + 1] === '\\' && escapes === 'backslash' ? '\\' : source.slice(at, at + 2))
      at += escaped ? 3 : 2
    } else {
      const end = closing(source, at + 1, regexes)
      endText()
      const code = source.slice(at + 2, end)
      parts.push(source[at + 1] === '(' ? { kind: 'reference', code } : { kind: 'body', code })
      at = end + 1
    }
  }
  endText()
  return parts
}

function opens(source: string, at: number): boolean {
  return source[at] === '$' && (source[at + 1] === '(' || source[at + 1] === '{')
}

const PAIRS: { [open: string]: string } = { '(': ')', '[': ']', '{': '}' }

/** Index of the bracket that closes the one at `open`; strings, comments and regular expressions are passed over. */
function closing(source: string, open: number, regexes: Regexes): number {
  const expected = [PAIRS[source[open]!]!]
  let before = '('
  for (let at = open + 1; at < source.length; at++) {
    const char = source[at]!
    switch (char) {
      case '"':
      case "'":
      case '`':
        at = endOfString(source, at, char)
        break
      case '/':
        if (source[at + 1] === '/') at = indexOrEnd(source, '\n', at) - 1
        else if (source[at + 1] === '*') at = indexOrEnd(source, '*/', at + 2) + 1
        else if (startsRegex(before, source, at)) at = regexes.endOf(at)
        break
      case '(':
      case '[':
      case '{':
        expected.push(PAIRS[char]!)
        break
      case ')':
      case ']':
      case '}':
        if (char !== expected.at(-1)) break
        expected.pop()
        if (expected.length === 0) return at
    }
    if (char > ' ' ? char < '\x80' || !/\s/.test(char) : char < '\t' || (char > '\r' && char < ' ')) before = char
  }
  throw new ExpressionError(`no ${expected[0]} closes the expression ${shorten(source.slice(open - 1, open + 1000))}`)
}

function endOfString(source: string, start: number, quote: string): number {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === '\\') at++
    else if (source[at] === quote) return at
  }
  return source.length
}

/** A slash opens a regular expression where a value may begin. */
function startsRegex(before: string, source: string, at: number): boolean {
  return (
    '(,=:[!&|?{};+-*%~^<>'.includes(before) || /\b(return|typeof|case)\s*$/.test(source.slice(Math.max(0, at - 12), at))
  )
}

/**
 * Where the regular expressions of a source end. One that ends costs its own length. Where one does not, all slashes of the
 * next characters are answered at once: read backwards, each place knows where an expression ends that goes on there, in a
 * class (`[…]`) or outside of one. So no place is looked at more than a few times, whatever the source is.
 */
class Regexes {
  readonly #source: string
  /** where the table begins: it is right for slashes before `#from + LIMITS.regex` */
  #from = Number.POSITIVE_INFINITY
  #outside = new Int32Array(0)

  constructor(source: string) {
    this.#source = source
  }

  /** The index of the slash that ends what begins at `start`; `start` itself when nothing does. */
  endOf(start: number): number {
    const known = start >= this.#from && start < this.#from + LIMITS.regex
    const end = known ? this.#outside[start + 1 - this.#from]! : this.#regexEnd(start)
    if (end >= 0 && end < start + LIMITS.regex) return end
    if (!known) this.#fill(start)
    return start
  }

  #regexEnd(start: number): number {
    const source = this.#source
    let inClass = false
    for (let at = start + 1; at < Math.min(source.length, start + LIMITS.regex); at++) {
      const char = source[at]
      if (char === '\\') at++
      else if (char === '\n') return -1
      else if (char === '[') inClass = true
      else if (char === ']') inClass = false
      else if (char === '/' && !inClass) return at
    }
    return -1
  }

  #fill(from: number): void {
    const source = this.#source
    const length = Math.min(source.length - from, 2 * LIMITS.regex)
    const outside = new Int32Array(length + 2).fill(-1)
    const inside = new Int32Array(length + 2).fill(-1)
    for (let at = length - 1; at >= 0; at--) {
      const char = source[from + at]
      if (char === '\n') continue
      const next = char === '\\' ? at + 2 : at + 1
      const [isOpening, isClosing] = [char === '[', char === ']']
      outside[at] = char === '/' ? from + at : isOpening ? inside[next]! : outside[next]!
      inside[at] = isClosing ? outside[next]! : inside[next]!
    }
    this.#from = from
    this.#outside = outside
  }
}

function indexOrEnd(source: string, wanted: string, from: number): number {
  const found = source.indexOf(wanted, from)
  return found < 0 ? source.length : found
}

/** For messages. */
export function shorten(text: string, length = 120): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > length ? `${line.slice(0, length)}…` : line
}
