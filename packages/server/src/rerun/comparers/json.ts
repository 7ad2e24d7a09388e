/**
 * JSON. White space and the order of keys are set aside. Numbers and strings are compared as they are written: `1` and `1.0` differ, and so
 * do a letter and its escape. Each side is read once, to its sum (json-sum.ts).
 */

import { createHash } from 'node:crypto'
import { BOUNDS } from '../../limits/table.ts'
import { Utf8 } from './bytes/utf8.ts'
import type { Comparer, Opened } from './comparer.ts'
import { TooMuch } from './errors.ts'
import { firstJsonDifference } from './json-difference.ts'
import { JsonSum } from './json-sum.ts'
import { NotJson, Tokens } from './json-text.ts'

/** Bytes of a text up to which it is kept, to tell where it differs. */
const SMALL = BOUNDS.jsonSmall

export const json: Comparer = {
  format: 'JSON',
  knows: ({ head, side }) => /^[ \t\r\n]*[[{]/.test(head.toString('latin1')) || /\.json(\.b?gz)?$/i.test(side.name),
  async compare(old, now) {
    try {
      const [a, b] = [await sumOf(old), await sumOf(now)]
      if (a.value !== b.value) {
        const place = a.text !== undefined && b.text !== undefined ? firstJsonDifference(a.text, b.text) : undefined
        return { verdict: 'different', ...place }
      }
      if (a.bytes === b.bytes) return { same: true, setAside: [] }
      if (a.written === b.written) return { same: true, setAside: ['white space'] }
      return { same: true, setAside: ['key order', ...(a.space === b.space ? [] : ['white space'])] }
    } catch (error) {
      if (error instanceof NotJson) return { notOfIt: true }
      if (error instanceof TooMuch) return { notOfIt: true, why: `compared as text, since as JSON ${error.message}` }
      throw error
    }
  },
}

async function sumOf({ bytes }: Opened) {
  const sum = new JsonSum()
  const tokens = new Tokens(sum)
  const utf8 = new Utf8()
  const all = createHash('sha256')
  let length = 0
  const kept: Buffer[] = []
  while (await bytes.more()) {
    const piece = bytes.rest
    length += piece.length
    utf8.see(piece)
    if (!utf8.isText) throw new NotJson('not a text')
    all.update(piece)
    tokens.see(piece)
    if (length <= SMALL) kept.push(Buffer.from(piece))
    else kept.length = 0
    bytes.skip(piece.length)
  }
  if (!utf8.end()) throw new NotJson('not a text')
  tokens.end()
  const { value, written, size } = sum.sums()
  const text = length <= SMALL ? Buffer.concat(kept).toString('utf8') : undefined
  return { value, written, bytes: all.digest('hex'), space: length - size, text }
}
