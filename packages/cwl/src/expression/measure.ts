/**
 * Looks through JSON text before it is read: reading a value costs tens of times the room of its text. Values are counted by
 * the signs between them, so what is no JSON has a count too.
 * @returns what there is too much of, undefined when neither
 */
export function measureJson(text: string, most: { values: number; depth: number }): 'values' | 'depth' | undefined {
  let values = 1
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at)
        break
      case COMMA:
        if (++values > most.values) return 'values'
        break
      case SQUARE:
      case CURLY:
        if (++values > most.values) return 'values'
        if (++depth > most.depth) return 'depth'
        break
      case SQUARE_END:
      case CURLY_END:
        depth--
        break
    }
  }
  return undefined
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const [SQUARE, SQUARE_END, CURLY, CURLY_END] = [0x5b, 0x5d, 0x7b, 0x7d]

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return end
  }
  return text.length
}
