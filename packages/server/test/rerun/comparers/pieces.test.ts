/** However the bytes of a file come in pieces, what is read of them is the same. */
import { isUtf8 } from 'node:buffer'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Cursor } from '../../../src/rerun/comparers/bytes/cursor.ts'
import { Lines } from '../../../src/rerun/comparers/bytes/lines.ts'
import { countNewlines } from '../../../src/rerun/comparers/bytes/newlines.ts'
import { Records } from '../../../src/rerun/comparers/bytes/records.ts'
import { isSame } from '../../../src/rerun/comparers/bytes/same.ts'
import { Utf8 } from '../../../src/rerun/comparers/bytes/utf8.ts'
import { JsonSum } from '../../../src/rerun/comparers/json-sum.ts'
import { Tokens } from '../../../src/rerun/comparers/json-text.ts'
import { record } from './make-bam.ts'

const cuts = fc.array(fc.nat(), { maxLength: 12 })
function pieces(bytes: Buffer, cuts: number[]): Buffer[] {
  const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end))
}
/** As a file is read: the same place in memory again and again. */
function cursor(parts: Buffer[]): Cursor {
  const buffer = Buffer.alloc(Math.max(0, ...parts.map(part => part.length)))
  const left = [...parts]
  return new Cursor(() => {
    const part = left.shift()
    return part && buffer.subarray(0, part.copy(buffer))
  })
}
const bytes = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }).map(text => Buffer.from(text)),
  fc.uint8Array({ maxLength: 60 }).map(Buffer.from),
)

test('UTF-8', () => {
  fc.assert(
    fc.property(bytes, cuts, (all, at) => {
      const utf8 = new Utf8()
      for (const piece of pieces(all, at)) utf8.see(piece)
      expect(utf8.end()).toBe(isUtf8(all) && !all.includes(0))
    }),
    { numRuns: 3000 },
  )
})

test('newlines, wherever in memory', () => {
  const dense = fc.array(fc.constantFrom(10, 10, 11, 0x8a, 0, 255, 9), { maxLength: 3000 })
  fc.assert(
    fc.property(dense, fc.nat(3), (all, from) => {
      const expected = all.slice(from).filter(byte => byte === 10).length
      expect(countNewlines(Buffer.from(all).subarray(from))).toBe(expected)
    }),
  )
  for (const size of [1, 1000, 5000]) expect(countNewlines(Buffer.alloc(size, 10))).toBe(size)
})

test('the first line that differs', async () => {
  const line = fc.constantFrom('', 'a', 'b', 'ab')
  const text = fc.array(line, { maxLength: 6 }).map(lines => Buffer.from(lines.join('\n')))
  /** Lines, of which the last one is there only when it has something. */
  const linesOf = (all: Buffer) =>
    all
      .toString()
      .replace(/\n$/, '')
      .split('\n')
      .slice(0, all.length === 0 ? 0 : undefined)
  await fc.assert(
    fc.asyncProperty(text, text, cuts, cuts, async (a, b, one, other) => {
      const [old, now] = [cursor(pieces(a, one)), cursor(pieces(b, other))]
      const lines = new Lines()
      const same = await isSame(old, now, piece => lines.see(piece))
      expect(same).toBe(a.equals(b))
      const [x, y] = [linesOf(a), linesOf(b)]
      const index = Array.from({ length: Math.max(x.length, y.length) }, (_, at) => at).find(at => x[at] !== y[at])
      if (index === undefined) return
      expect((await lines.first(old, now)).first).toEqual({
        line: index + 1,
        ...(x[index] !== undefined && { old: x[index] }),
        ...(y[index] !== undefined && { new: y[index] }),
      })
    }),
    { numRuns: 2000 },
  )
})

test('records of BAM, and the one that differs', async () => {
  const names = fc.array(fc.constantFrom('r1', 'r22', 'r333'), { maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(names, names, cuts, cuts, async (a, b, one, other) => {
      const all = [a, b].map(list => Buffer.concat(list.map(name => record(name))))
      const [old, now] = [cursor(pieces(all[0]!, one)), cursor(pieces(all[1]!, other))]
      const records = new Records(1)
      if (await isSame(old, now, piece => records.see(piece))) {
        records.end()
        expect([a, records.count]).toEqual([b, a.length])
        return
      }
      const index = a.findIndex((name, at) => name !== b[at])
      const at = index === -1 ? a.length : index
      expect(records.count).toBe(at)
      const of = (name: string | undefined) => name && record(name)
      expect([await records.record(old), await records.record(now)]).toEqual([of(a[at]), of(b[at])])
    }),
    { numRuns: 1000 },
  )
})

test('JSON', () => {
  const long = {
    '"\\é\u2028': 'x"\\\n'.repeat(200),
    ['x'.repeat(300)]: [[], {}, [1, 'a'], -1.5e-7, true, null],
    '': { '': '' },
  }
  const text = fc.oneof(
    fc.json(),
    fc.constant(JSON.stringify(long, undefined, ' ')),
    fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom(...'[]{},:"\\0-.e+ tu\n'), fc.nat(1))
      .map(([json, at, put, removed]) => {
        const place = at % (json.length + 1)
        return json.slice(0, place) + put + json.slice(place + removed)
      }),
    fc.json().map(part => `${part.slice(0, -1)} `),
  )
  const sumOf = (parts: Buffer[]) => {
    const sum = new JsonSum()
    const tokens = new Tokens(sum)
    try {
      for (const piece of parts) tokens.see(piece)
      tokens.end()
    } catch (error) {
      return (error as Error).constructor.name
    }
    return sum.sums()
  }
  fc.assert(
    fc.property(text, cuts, (json, at) => {
      const all = Buffer.from(json)
      const whole = sumOf([all])
      expect(sumOf(pieces(all, at))).toEqual(whole)
      const isJson = () => {
        try {
          JSON.parse(json)
          return true
        } catch {
          return false
        }
      }
      expect(whole !== 'NotJson').toBe(isJson())
    }),
    { numRuns: 2000 },
  )
})
