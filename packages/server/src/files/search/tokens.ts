import { ApiError } from '../../errors.ts'

/** A piece of a query: a word (a keyword or a field), a quoted text, a number, or a sign. */
export interface Token {
  type: 'word' | 'text' | 'number' | 'sign' | 'end'
  /** as it means: of a quoted text what is inside */
  value: string
  /** where it begins, from 1 */
  position: number
}

const PIECES =
  /\s*(?:(?<word>[A-Za-z_][\w.-]*(?:"(?:[^"\\]|\\.)*")?)|"(?<text>(?:[^"\\]|\\.)*)"|(?<number>-?\d+)(?![\w.])|(?<sign>!=|<=|>=|[=<>(),]))/y

/** The pieces of a query, an end behind them. Throws ApiError 90000 with the position of what is none. */
export function tokensOf(query: string): Token[] {
  const tokens: Token[] = []
  PIECES.lastIndex = 0
  for (let at = 0; at < query.length; at = PIECES.lastIndex) {
    const rest = query.slice(at)
    const position = at + rest.length - rest.trimStart().length + 1
    if (rest.trim() === '') break
    const found = PIECES.exec(query)
    if (!found) throw syntaxError(position, `${JSON.stringify(query[position - 1])} was not expected`)
    const { word, text, number, sign } = found.groups as { [name: string]: string | undefined }
    if (word !== undefined) tokens.push({ type: 'word', value: plainWord(word), position })
    else if (text !== undefined) tokens.push({ type: 'text', value: unescaped(text), position })
    else if (number !== undefined) tokens.push({ type: 'number', value: number, position })
    else tokens.push({ type: 'sign', value: sign!, position })
  }
  return [...tokens, { type: 'end', value: '', position: query.length + 1 }]
}

export function syntaxError(position: number, message: string): ApiError {
  return new ApiError(90000, `at position ${position}: ${message}.`, 'query')
}

/** `metadata."a key with blanks"` is one word. */
function plainWord(word: string): string {
  const quote = word.indexOf('"')
  return quote < 0 ? word : word.slice(0, quote) + unescaped(word.slice(quote + 1, -1))
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, '$1')
}
