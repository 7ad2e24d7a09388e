/**
 * One name against one segment of a glob pattern: `*`, `?`, `[…]` with ranges, classes such as `[:digit:]` and a leading
 * `!` or `^`, and `\` before a sign that stands for itself. A name that begins with a dot needs a dot that is written.
 * A star that fits too little is tried again alone and never those before it, so the work is at most name times pattern,
 * whatever the pattern is. POSIX.1 §2.14 (Pattern Matching Notation)
 */
type Token = 'star' | ((character: string) => boolean)

/** A test for names. */
export function wildcard(segment: string): (name: string) => boolean {
  const tokens = tokensOf([...segment])
  const isDotted = segment.startsWith('.') || segment.startsWith('\\.')
  return name => (isDotted || !name.startsWith('.')) && fits(tokens, [...name])
}

function fits(tokens: Token[], name: string[]): boolean {
  let [token, at] = [0, 0]
  let star = -1
  let from = 0
  while (at < name.length) {
    const wanted = tokens[token]
    if (wanted === 'star') {
      star = token++
      from = at
    } else if (wanted?.(name[at]!)) {
      token++
      at++
    } else if (star >= 0) {
      token = star + 1
      at = ++from
    } else return false
  }
  return tokens.slice(token).every(left => left === 'star')
}

function tokensOf(signs: string[]): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < signs.length; at++) {
    const sign = signs[at]!
    const set = sign === '[' ? setAt(signs, at) : undefined
    if (sign === '*') tokens.push('star')
    else if (sign === '?') tokens.push(() => true)
    else if (set) {
      tokens.push(set.has)
      at = set.end
    } else {
      const literal = sign === '\\' ? (signs[++at] ?? sign) : sign
      tokens.push(character => character === literal)
    }
  }
  return tokens
}

const CLASSES: { [name: string]: RegExp } = {
  alnum: /[\p{L}\p{N}]/u,
  alpha: /\p{L}/u,
  blank: /[ \t]/,
  cntrl: /\p{Cc}/u,
  digit: /[0-9]/,
  graph: /[^\s\p{Cc}]/u,
  lower: /\p{Ll}/u,
  print: /\P{Cc}/u,
  punct: /[\p{P}\p{S}]/u,
  space: /\s/,
  upper: /\p{Lu}/u,
  xdigit: /[0-9A-Fa-f]/,
}

/** The set that begins at `[`, and where its `]` is; undefined when it has none: then the bracket stands for itself. */
function setAt(signs: string[], start: number): { end: number; has(character: string): boolean } | undefined {
  let at = start + 1
  const isNegated = signs[at] === '!' || signs[at] === '^'
  if (isNegated) at++
  const tests: ((character: string) => boolean)[] = []
  for (let first = true; at < signs.length; first = false) {
    const sign = signs[at]!
    if (sign === ']' && !first) {
      return { end: at, has: character => tests.some(test => test(character)) !== isNegated }
    }
    const name = sign === '[' ? /^\[:([a-z]+):\]/.exec(signs.slice(at, at + 12).join(''))?.[1] : undefined
    const named = name === undefined || !Object.hasOwn(CLASSES, name) ? undefined : CLASSES[name]
    if (name !== undefined && named) {
      tests.push(character => named.test(character))
      at += name.length + 4
      continue
    }
    if (sign === '\\' && at + 1 < signs.length) at++
    const low = signs[at]!
    const isRange = signs[at + 1] === '-' && signs[at + 2] !== undefined && signs[at + 2] !== ']'
    const high = isRange ? signs[at + 2]! : low
    tests.push(character => character >= low && character <= high)
    at += isRange ? 3 : 1
  }
  return undefined
}
