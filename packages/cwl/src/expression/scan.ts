/** A string cut into its texts and expressions. */
export type Part = { kind: 'text'; text: string } | { kind: 'reference'; code: string } | { kind: 'body'; code: string }

/** Thrown for a string that can't be cut or an expression that can't be evaluated. */
export class ExpressionError extends Error {
  override name = 'ExpressionError'
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
  let text = ''
  let at = 0
  while (at < source.length) {
    const char = source[at]
    if (char === '\\') {
      const escaped = source.startsWith('$(', at + 1) || source.startsWith('${', at + 1)
      if (escaped) text += source.slice(at + 1, at + 3)
      else text += source[at + 1] === '\\' && escapes === 'backslash' ? '\\' : source.slice(at, at + 2)
      at += escaped ? 3 : 2
    } else if (char === '$' && (source[at + 1] === '(' || source[at + 1] === '{')) {
      const end = closing(source, at + 1)
      if (text) parts.push({ kind: 'text', text })
      text = ''
      const code = source.slice(at + 2, end)
      parts.push(source[at + 1] === '(' ? { kind: 'reference', code } : { kind: 'body', code })
      at = end + 1
    } else {
      text += char
      at++
    }
  }
  if (text) parts.push({ kind: 'text', text })
  return parts
}

const PAIRS: { [open: string]: string } = { '(': ')', '[': ']', '{': '}' }

/** Index of the bracket that closes the one at `open`; strings, comments and regular expressions are passed over. */
function closing(source: string, open: number): number {
  const expected = [PAIRS[source[open]!]!]
  let at = open + 1
  let before = '('
  while (at < source.length) {
    const char = source[at]!
    if (char === '"' || char === "'" || char === '`') at = endOfString(source, at, char)
    else if (source.startsWith('//', at)) at = indexOrEnd(source, '\n', at) - 1
    else if (source.startsWith('/*', at)) at = indexOrEnd(source, '*/', at + 2) + 1
    else if (char === '/' && startsRegex(before, source, at)) at = endOfRegex(source, at)
    else if (Object.hasOwn(PAIRS, char)) expected.push(PAIRS[char]!)
    else if (char === expected.at(-1)) {
      expected.pop()
      if (expected.length === 0) return at
    }
    if (!/\s/.test(char)) before = char
    at++
  }
  throw new ExpressionError(`no ${expected[0]} closes the expression ${shorten(source.slice(open - 1))}`)
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

/** Characters of a regular expression; a slash without an end within them is a division. */
const LONGEST_REGEX = 2000

function endOfRegex(source: string, start: number): number {
  let inClass = false
  for (let at = start + 1; at < Math.min(source.length, start + LONGEST_REGEX); at++) {
    const char = source[at]
    if (char === '\\') at++
    else if (char === '\n') return start
    else if (char === '[') inClass = true
    else if (char === ']') inClass = false
    else if (char === '/' && !inClass) return at
  }
  return start
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
