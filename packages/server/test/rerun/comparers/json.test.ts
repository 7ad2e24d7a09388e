import { gzipSync } from 'node:zlib'
import { describe } from 'vitest'
import { different, equivalent, type Row, table } from './table.ts'

const at = (place: string) => `the values differ at ${place}`
const long = 'x'.repeat(700_000)
const many = (turn: boolean) => {
  const keys = Array.from({ length: 20_000 }, (_, index) => `"key${index}":{"b":${index},"a":[${index}]}`)
  return `{${(turn ? keys.reverse() : keys).join(',')}}`
}
const deep = (levels: number, inside = '') => '['.repeat(levels) + inside + ']'.repeat(levels)

const rows: Row[] = [
  ['order of keys', '{"a":1,"b":2}', '{"b":2,"a":1}', equivalent('JSON', 'key order')],
  ['white space', '{"a":1}', '{ "a": 1 }\n', equivalent('JSON', 'white space')],
  ['both', '{"a":1,"b":[]}', '{ "b": [], "a": 1 }', equivalent('JSON', 'key order', 'white space')],
  [
    'order of keys far inside',
    '[{"x":{"a":1,"b":{"c":1,"d":2}}}]',
    '[{"x":{"b":{"d":2,"c":1},"a":1}}]',
    equivalent('JSON', 'key order'),
  ],
  ['order of many keys', many(false), many(true), equivalent('JSON', 'key order')],
  ['order of keys with long values', `{"a":"${long}","b":1}`, `{"b":1,"a":"${long}"}`, equivalent('JSON', 'key order')],
  ['gzip', '{"a":1}', gzipSync('{"a":1}'), equivalent('JSON', 'gzip')],
  ['gzip and order of keys', '{"a":1,"b":2}', gzipSync('{"b":2,"a":1}'), equivalent('JSON', 'key order', 'gzip')],
  ['order of a list', '[1,2]', '[2,1]', different('JSON', { old: '1', new: '2' }, at('/0'))],
  ['a number that is written otherwise', '{"a":1}', '{"a":1.0}', different('JSON', { old: '1', new: '1.0' }, at('/a'))],
  ['an exponent', '[1e2]', '[100]', different('JSON', { old: '1e2', new: '100' }, at('/0'))],
  ['a zero below nothing', '[-0]', '[0]', different('JSON', { old: '-0', new: '0' }, at('/0'))],
  [
    'big integers',
    '{"a":9007199254740993}',
    '{"a":9007199254740992}',
    different('JSON', { old: '9007199254740993', new: '9007199254740992' }, at('/a')),
  ],
  ['a number and its text', '["1"]', '[1]', different('JSON', { old: '"1"', new: '1' }, at('/0'))],
  ['an escape', '["a"]', '["\\u0061"]', different('JSON', { old: '"a"', new: '"\\u0061"' }, at('/0'))],
  ['nothing and no key', '{"a":null}', '{}', different('JSON', { old: 'null' }, at('/a'))],
  ['a list and an object', '[]', '{}', different('JSON', { old: '[…]', new: '{…}' }, 'the values differ')],
  ['a list in a list', '[[]]', '[]', different('JSON', { old: '[…]' }, at('/0'))],
  ['an object for a text', '{"a":{"b":1}}', '{"a":"b"}', different('JSON', { old: '{…}', new: '"b"' }, at('/a'))],
  [
    'a place with a slash',
    '{"a/b~":{"":1}}',
    '{"a/b~":{"":2}}',
    different('JSON', { old: '1', new: '2' }, at('/a~1b~0/')),
  ],
  ['a prototype', '{"__proto__":1}', '{}', different('JSON', { old: '1' }, at('/__proto__'))],
  ['prototypes', '{"__proto__":{"a":1},"b":1}', '{"b":1,"__proto__":{"a":1}}', equivalent('JSON', 'key order')],
  [
    'a value of a prototype',
    '{"__proto__":{"a":1}}',
    '{"__proto__":{"a":2}}',
    different('JSON', { old: '1', new: '2' }, at('/__proto__/a')),
  ],
  [
    'a constructor',
    '{"constructor":1}',
    '{"constructor":2}',
    different('JSON', { old: '1', new: '2' }, at('/constructor')),
  ],
  ['keys twice, the same', '{"a":1,"a":2}', '{"a":1, "a":2}', equivalent('JSON', 'white space')],
  [
    'keys twice, in another order',
    '{"a":1,"a":2}',
    '{"a":2,"a":1}',
    different('JSON', { old: '2', new: '1' }, at('/a')),
  ],
  ['keys twice, beside another', '{"a":1,"a":2,"b":3}', '{"b":3,"a":1,"a":2}', different('JSON')],
  ['a key twice and once', '{"a":1,"a":1}', '{"a":1}', different('JSON')],
  [
    'a key twice by an escape',
    '{"a":1,"\\u0061":2}',
    '{"\\u0061":2,"a":1}',
    different('JSON', { old: '2', new: '1' }, at('/a')),
  ],
  [
    'a long value',
    `{"a":"${long}x"}`,
    `{"a":"${long}y"}`,
    different('JSON', { old: `"${'x'.repeat(499)}`, new: `"${'x'.repeat(499)}` }, at('/a')),
  ],
  [
    'one of many',
    many(false),
    many(true).replace('"b":777,', '"b":778,'),
    different('JSON', { old: '777', new: '778' }, at('/key777/b')),
  ],
  ['as many levels as may be', deep(10_000), deep(10_000, ' '), equivalent('JSON', 'white space')],
  [
    'more levels',
    deep(1_000_000),
    deep(1_000_000, ' '),
    different(
      'TEXT',
      { line: 1, old: '['.repeat(500), new: '['.repeat(500) },
      'compared as text, since as JSON its values lie in each other more than 10000 levels deep',
    ),
  ],
  [
    'more levels and a trailing newline',
    deep(1_000_000),
    `${deep(1_000_000)}\n`,
    equivalent('TEXT', 'trailing newline'),
  ],
  ['what is none in one', '{"a":1}', '{"a":1,}', different('TEXT', { line: 1, old: '{"a":1}', new: '{"a":1,}' })],
  [
    'values one after the other',
    '{"a":1}\n{"b":1}\n',
    '{"a":1} {"b":1}\n',
    different('TEXT', { line: 1, old: '{"a":1}', new: '{"a":1} {"b":1}' }),
  ],
  ['a text in brackets', '[section]\na=1', '[section]\na=1\n', equivalent('TEXT', 'trailing newline')],
  [
    'no UTF-8',
    Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]),
    Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x20, 0x5d]),
    { verdict: 'different' },
  ],
]

const invalid =
  '[01] [1.] [.5] [+1] [1e] [NaN] [tru] [truee] ["a] ["\\x"] ["\\u12g4"] [1 2] {"a"} {a:1} {1:2} {"a":1,"a"} [,] [1,,2] {,} [}'

describe('pairs', () => table(rows))
describe('what is no JSON', () =>
  table(
    [...invalid.split(/(?<=[\]}])\s(?=[[{])/), '["\t"]', '[1]]', '[1] x'].map((text): Row => {
      const now = `${text} `
      return [text, text, now, different('TEXT', { line: 1, old: text, new: now })]
    }),
  ))
describe('named so', () =>
  table(
    [
      ['a number', '1', ' 1', equivalent('JSON', 'white space')],
      ['two numbers', '1', '1.0', different('JSON', { old: '1', new: '1.0' }, 'the values differ')],
      ['none', 'x', 'y', different('TEXT', { line: 1, old: 'x', new: 'y' })],
    ],
    'numbers.json',
  ))
