import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Part, scan } from '../src/expression/scan.ts'

/** As the scan was first written: each character and each slash by itself. */
function simple(source: string, escapes: 'reference' | 'backslash'): Part[] | undefined {
  const parts: Part[] = []
  let text = ''
  for (let at = 0; at < source.length; ) {
    const isOpen = (from: number) => source.startsWith('$(', from) || source.startsWith('${', from)
    if (source[at] === '\\') {
      const escaped = isOpen(at + 1)
      if (escaped) text += source.slice(at + 1, at + 3)
      else text += source[at + 1] === '\\' && escapes === 'backslash' ? '\\' : source.slice(at, at + 2)
      at += escaped ? 3 : 2
    } else if (isOpen(at)) {
      const end = closing(source, at + 1)
      if (end === undefined) return undefined
      if (text) parts.push({ kind: 'text', text })
      text = ''
      parts.push({ kind: source[at + 1] === '(' ? 'reference' : 'body', code: source.slice(at + 2, end) })
      at = end + 1
    } else text += source[at++]
  }
  if (text) parts.push({ kind: 'text', text })
  return parts
}

const PAIRS: { [open: string]: string } = { '(': ')', '[': ']', '{': '}' }

function closing(source: string, open: number): number | undefined {
  const expected = [PAIRS[source[open]!]!]
  let before = '('
  for (let at = open + 1; at < source.length; at++) {
    const char = source[at]!
    if ('"\'`'.includes(char)) {
      const start = at++
      while (at < source.length && source[at] !== char) at += source[at] === '\\' ? 2 : 1
      if (at >= source.length) at = Math.max(source.length, start)
    } else if (source.startsWith('//', at)) {
      const end = source.indexOf('\n', at)
      at = (end < 0 ? source.length : end) - 1
    } else if (source.startsWith('/*', at)) {
      const end = source.indexOf('*/', at + 2)
      at = (end < 0 ? source.length : end) + 1
    } else if (char === '/' && isRegex(before, source, at)) at = endOfRegex(source, at)
    else if (Object.hasOwn(PAIRS, char)) expected.push(PAIRS[char]!)
    else if (char === expected.at(-1)) {
      expected.pop()
      if (expected.length === 0) return at
    }
    if (!/\s/.test(char)) before = char
  }
  return undefined
}

function isRegex(before: string, source: string, at: number): boolean {
  return (
    '(,=:[!&|?{};+-*%~^<>'.includes(before) || /\b(return|typeof|case)\s*$/.test(source.slice(Math.max(0, at - 12), at))
  )
}

function endOfRegex(source: string, start: number): number {
  let inClass = false
  for (let at = start + 1; at < Math.min(source.length, start + 2000); at++) {
    const char = source[at]
    if (char === '\\') at++
    else if (char === '\n') return start
    else if (char === '[') inClass = true
    else if (char === ']') inClass = false
    else if (char === '/' && !inClass) return at
  }
  return start
}

const attempt = (source: string, escapes: 'reference' | 'backslash') => {
  try {
    return scan(source, escapes)
  } catch {
    return undefined
  }
}

const pieces = fc.constantFrom(
  ...[
    '$(',
    '${',
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    '/',
    '//',
    '/*',
    '*/',
    '\\',
    '"',
    "'",
    '`',
    '\n',
    ' ',
    'a',
    'return',
    ',',
  ],
  ...['/[', '(/[', '/a/', 'x'.repeat(700), '[a/'],
)
const sources = fc
  .array(pieces, { maxLength: 40 })
  .map(parts => parts.join(''))
  .map(text => `${text}`)

test('a scan cuts as one that looks at each character by itself', () => {
  fc.assert(
    fc.property(sources, fc.constantFrom('reference' as const, 'backslash' as const), (source, escapes) => {
      for (const text of [source, `$(${source})`, `\${${source}}`]) {
        expect(attempt(text, escapes)).toEqual(simple(text, escapes))
      }
    }),
    { numRuns: 3000 },
  )
})

describe('3 MB are scanned in time', () => {
  const long = (piece: string) => piece.repeat(Math.floor(3e6 / piece.length))
  test.each([
    ['slashes before classes', '(/['],
    ['slashes in classes of one line', ',/[,'],
    ['slashes after slashes', ' (/ a'],
    ['backslashes', '(/\\['],
    ['lines', '(/[\n'],
    ['comments', '/*/ '],
    ['quotes', '"\\'],
    ['texts', 'text $ { '],
    ['brackets', '('],
  ])('%s', (_, piece) => {
    const started = performance.now()
    attempt(`$(inputs.x)${long(piece)}`, 'backslash')
    attempt(`\${${long(piece)}\n}`, 'backslash')
    expect(performance.now() - started).toBeLessThan(30_000)
  })

  test('many small expressions', () => {
    expect(scan(long('$(inputs.x) ')).length).toBe(2 * 250_000)
  })
})
