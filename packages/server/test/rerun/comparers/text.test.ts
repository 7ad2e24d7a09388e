import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Verdict } from '../../../src/rerun/comparers/verdict.ts'
import { type Bytes, Pairs } from './pairs.ts'

let pairs: Pairs
beforeAll(async () => {
  pairs = await Pairs.make()
})
afterAll(() => pairs.remove())

const different = (first?: object): Verdict => ({ verdict: 'different', format: 'TEXT', ...(first && { first }) })
const equivalent = (...setAside: string[]): Verdict => ({ verdict: 'equivalent', format: 'TEXT', setAside })
const unknown: Verdict = { verdict: 'different' }
const long = 'é'.repeat(600)

const table: [string, Bytes, Bytes, Verdict][] = [
  ['a trailing newline', 'a\nb', 'a\nb\n', equivalent('trailing newline')],
  ['a newline and nothing', '', '\n', equivalent('trailing newline')],
  ['an empty line at the end', 'a\n', 'a\n\n', different({ line: 2, new: '' })],
  ['two newlines at the end', 'a', 'a\n\n', different({ line: 2, new: '' })],
  ['one newline and two', '\n', '\n\n', different({ line: 2, new: '' })],
  ['a line in the middle', 'a\nb\nc\n', 'a\nx\nc\n', different({ line: 2, old: 'b', new: 'x' })],
  ['a line more', 'a', 'a\nb', different({ line: 2, new: 'b' })],
  ['a line that goes on', 'a\nb', 'a\nbc\n', different({ line: 2, old: 'b', new: 'bc' })],
  ['a line less in the middle', 'a\nb\nc\n', 'a\nc\n', different({ line: 2, old: 'b', new: 'c' })],
  ['nothing and something', '', 'a', different({ line: 1, new: 'a' })],
  ['line ends of another system', 'a\r\n', 'a\n', different({ line: 1, old: 'a\r', new: 'a' })],
  ['white space at an end', 'a \n', 'a\n', different({ line: 1, old: 'a ', new: 'a' })],
  ['a tab for spaces', 'a\tb', 'a b', different({ line: 1, old: 'a\tb', new: 'a b' })],
  ['a mark of byte order', '\ufeffa', 'a', different({ line: 1, old: '\ufeffa', new: 'a' })],
  [
    'long lines are cut',
    `${long}x\n`,
    `${long}y\n`,
    different({ line: 1, old: 'é'.repeat(500), new: 'é'.repeat(500) }),
  ],
  [
    'no half of a character is shown',
    `${'a'.repeat(499)}🧬x`,
    `${'a'.repeat(499)}🧬y`,
    different({ line: 1, old: 'a'.repeat(499), new: 'a'.repeat(499) }),
  ],
  ['gzip of the same text', 'a\nb\n', gzipSync('a\nb\n'), equivalent('gzip')],
  ['levels of gzip', gzipSync('abcabcabc'), gzipSync('abcabcabc', { level: 0 }), equivalent('gzip')],
  [
    'members of gzip',
    gzipSync('abcabc'),
    Buffer.concat([gzipSync('abc'), gzipSync(''), gzipSync('abc')]),
    equivalent('gzip'),
  ],
  ['gzip and a trailing newline', 'a', gzipSync('a\n'), equivalent('trailing newline', 'gzip')],
  ['gzip of another text', gzipSync('a\nb'), 'a\nc', different({ line: 2, old: 'b', new: 'c' })],
  ['a NUL', 'a\0b', 'a\0c', unknown],
  ['a NUL in one', 'a\0b', 'ab', unknown],
  ['a NUL before the trailing newline', 'a\0', 'a\0\n', unknown],
  ['no UTF-8', Buffer.from([0x61, 0xff, 0x62]), Buffer.from([0x61, 0xff, 0x63]), unknown],
  ['no UTF-8 in the line that differs', Buffer.from([0x61, 0xff]), Buffer.from('ab'), unknown],
  ['half a character before the trailing newline', Buffer.from([0x61, 0xc3]), Buffer.from([0x61, 0xc3, 0x0a]), unknown],
]

test.each(table)('%s', async (_, old, now, expected) => {
  expect(await pairs.bothWays(old, now)).toEqual([expected, expected])
})

test('lines are counted over many pieces, with characters cut between them', async () => {
  const text = 'é\n'.repeat(300_000)
  const expected = different({ line: 300_001, old: 'x', new: 'y' })
  expect(await pairs.bothWays(`a${text}x`.slice(1), `a${text}y`.slice(1))).toEqual([expected, expected])
  const odd = `é${'éa\n'.repeat(400_000)}`
  expect((await pairs.compare(odd, gzipSync(odd))).verdict).toBe('equivalent')
  expect(await pairs.compare(`${odd}x`, gzipSync(`${odd}y`))).toEqual(different({ line: 400_001, old: 'x', new: 'y' }))
})
