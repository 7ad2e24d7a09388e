import { describe, expect, test } from 'vitest'
import { DocumentError, type Problem, parseTree } from '../src/index.ts'
import { load } from './load.ts'
import { randomLayouts } from './support/layouts.ts'

function read(text: string): { tree: unknown; warnings: string[] } {
  const warnings: string[] = []
  const tree = parseTree(text, 'file:///w/a.yml', ({ line, column, rule }) =>
    warnings.push(`${line}:${column} ${rule}`),
  )
  return { tree, warnings }
}

function faultsOf(text: string): string[] {
  try {
    parseTree(text, 'file:///w/a.yml')
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error
    return error.problems.map(({ line, column, message }: Problem) => `${line}:${column} ${message}`)
  }
  return []
}

/** What PyYAML and ruamel.yaml give was written down from runs of them. */
describe('what readers of YAML in Python take is read with the same value', () => {
  const cases: [name: string, text: string, value: unknown][] = [
    [
      'a list that goes on below its key',
      'a:\n  b: [.x, .y,\n  ^.z, .w]\n  c: 1\n',
      { a: { b: ['.x', '.y', '^.z', '.w'], c: 1 } },
    ],
    ['a list that goes on left of its key', 'a:\n  b: [.x,\n.y\n]\n  c: 1\n', { a: { b: ['.x', '.y'], c: 1 } }],
    [
      'maps that go on, or close, below their key',
      'a:\n  one: { x: s, y: "t",\n  z: { p: 1 } }\n  two: { x: 3,\n    z: { p: 2 }\n  }\n',
      { a: { one: { x: 's', y: 't', z: { p: 1 } }, two: { x: 3, z: { p: 2 } } } },
    ],
    [
      'brackets in brackets',
      'a:\n    b: {d: [1,\n      2\n    ],\n  e: 3\n}\n    f: 1\n',
      { a: { b: { d: [1, 2], e: 3 }, f: 1 } },
    ],
    ['quoted text at column 0', 'a: "\none\n\ntwo\n"\nb: 1\n', { a: ' one\ntwo ', b: 1 }],
    ['text in single quotes', "a:\n  b: 'it''s\none\n\n\ntwo\n'\n  c: 1\n", { a: { b: "it's one\n\ntwo ", c: 1 } }],
    [
      'escaped line ends',
      'a:\n  b: "one \\\n two\n\\\n  three\\x41\\u00e9\\U0001F600"\n',
      { a: { b: 'one two threeAé😀' } },
    ],
    ['tabs in quoted text', 'a:\n  b: "one\n\ttwo\t\n   three"\n', { a: { b: 'one two three' } }],
    [
      'a dash in a list',
      'a: [one two, -, two]\nb: [-]\nc: {d: -}\n',
      { a: ['one two', '-', 'two'], b: ['-'], c: { d: '-' } },
    ],
    ['dashes without blanks', 'a: [-,-,x]\n', { a: ['-', '-', 'x'] }],
    ['words that go on left of their key', 'a:\n  b: [one\ntwo, three]\n', { a: { b: ['one two', 'three'] } }],
    ['a comment close to a bracket', 'a: [x,#c\ny]#d\nb: "z"#e\nc: {}#f\n', { a: ['x', 'y'], b: 'z', c: {} }],
    ['a block of text below its key', 'a:\n|\n text\nb: 1\n', { a: 'text\n', b: 1 }],
    [
      'all block forms beside a loose list',
      'a: >-\n  x\n  y\n\n    z\n  w\nb: |2+\n    p\n   q\n\nc: [\n1]\n',
      { a: 'x y\n\n  z\nw', b: '  p\n q\n\n', c: [1] },
    ],
    [
      'lists of lists, odd indents',
      '- - a\n  - b\n-   - c\n    -  d: [e,\n f]\n',
      [
        ['a', 'b'],
        ['c', { d: ['e', 'f'] }],
      ],
    ],
    [
      'anchors, aliases, merges',
      'a: &x {p: 1}\nb:\n  <<: *x\n  q: [*x ,\n  2]\n',
      { a: { p: 1 }, b: { p: 1, q: [{ p: 1 }, 2] } },
    ],
    ['tags', 'a: [!!str 1,\n!!int "2", !x 3]\n', { a: ['1', 2, '3'] }],
    [
      'plain words',
      'a: [File?, a:b, http://x/y, $(inputs.x),\n~, 0x1F, 1e3, yes]\n',
      { a: ['File?', 'a:b', 'http://x/y', '$(inputs.x)', null, 31, 1000, 'yes'] },
    ],
    [
      'pairs in lists, keys without values',
      'a: [b: c,\nd]\ne: {f: , g}\n',
      { a: [{ b: 'c' }, 'd'], e: { f: null, g: null } },
    ],
    ['explicit keys', '? a\n: [1,\n2]\n? b\n', { a: [1, 2], b: null }],
    ['line ends of Windows', 'a:\r\n  b: [1,\r\n  2]\r\n  c: "x\r\n\r\ny"\r\n', { a: { b: [1, 2], c: 'x\ny' } }],
    ['marks of a document, a byte order mark', '\uFEFF%YAML 1.2\n---\na: [1,\n2]\n...\n', { a: [1, 2] }],
    ['comments between', '# c\na:\n# c\n  b: [1,\n# c\n  2]\n      # c\n  c: 1 # c\n', { a: { b: [1, 2], c: 1 } }],
  ]
  test.each(cases)('%s', (_, text, value) => {
    const { tree, warnings } = read(text)
    expect(tree).toEqual(value)
    expect(warnings).toEqual([expect.stringMatching(/^\d+:\d+ looseLayout$/)])
  })

  test('a text that is YAML 1.2 as it is has no warning', () => {
    expect(read('a: [1,\n  2\n]\nb: "x\n  y"\n')).toEqual({ tree: { a: [1, 2], b: 'x y' }, warnings: [] })
  })

  test('any nesting, laid out loosely or strictly, is the same value', () => {
    for (const { value, strict, loose } of randomLayouts(400)) {
      expect(read(strict), strict).toEqual({ tree: value, warnings: [] })
      expect(read(loose).tree, loose).toEqual(value)
    }
  })
})

describe('a mistake is told once, where it is', () => {
  test.each([
    ['a: [1, 2\nb: 3\nc: 4\n', '2:2 expected , or ] in the list that began in 1:4, not :'],
    ['a: {b: 1\nc: 2\n', '2:2 expected , or } in the map that began in 1:4, not :'],
    ['a:\n  b: [x,\n  y]\nc: ["x" 1]\n', '4:9 expected , or ] in the list that began in 4:4, not "1"'],
    ['a: "x\nb: "y"\n', '2:5 expected a key or the end of the map that began in 1:1, not "y\\""'],
    ['a: [x,\ny]\nb: "never closed\nc: d\n', '3:4 this text in quotes has no closing quote'],
    ['a: [x,\ny]\nb\nc: 1\n', '3:1 this stands where a key must, and no ": " follows it on its line'],
    ['a: [x,\ny]\nb: c: d\n', '3:5 this : makes a key of what can be none; a text that has ": " in it needs quotes'],
    ['a: [x,\ny]\nb: "\\."\n', '3:5 \\. is no escape in a text in quotes'],
    ['a: [x,\ny]\nb: @c\n', '3:4 nothing can begin with @; a text that does needs quotes'],
    ['a: [x,\ny]\n\tb: 1\n', "3:1 a tab can't indent: use blanks"],
    ['a: [x,\ny]\nb: *c\n', '3:4 no anchor named c before this alias'],
    [
      'a:\n    b: 1\n  c: [1\n  ]\n',
      '3:3 expected a key or the end of the map that began in 1:1, not a key that is deeper than those before it',
    ],
  ])('%j', (text, message) => {
    expect(faultsOf(text)).toEqual([message])
  })

  test('however many follow from it', () => {
    const item = (n: number) => `  in${n}: { type: string, doc: "text",\n  inputBinding: { position: ${n} } }\n`
    const text = `cwlVersion: v1.2\ninputs:\n${Array.from({ length: 300 }, (_, n) => item(n)).join('')}`
    expect(faultsOf(`${text}outputs: [}\n`)).toEqual(['603:11 expected a value in this list, not }'])
  })

  test.each(['run', 'import'])('in a file that the document needs by %s too', async way => {
    const step = way === 'run' ? 'run: bad.cwl' : 'run: { $import: bad.cwl }'
    const { problems } = await load({
      'main.cwl': `cwlVersion: v1.2\nclass: Workflow\ninputs: []\noutputs: []\nsteps:\n  a: { ${step}, in: [], out: [x] }\n`,
      'bad.cwl': 'cwlVersion: v1.2\nclass: CommandLineTool\ninputs: [}\noutputs: []\n',
    })
    expect(problems.map(({ file, line, column }) => `${file} ${line}:${column}`)).toEqual(['test:///bad.cwl 3:10'])
  })
})

test('positions are those of the text as it is written', async () => {
  const { problems } = await load({
    'main.cwl': [
      'cwlVersion: v1.2',
      'class: CommandLineTool',
      'inputs:',
      '  a: { type: string,',
      '  doc: "',
      'two',
      '", frmat: x }',
      'outputs: []',
    ].join('\n'),
  })
  expect(problems.map(({ line, column, rule }) => `${line}:${column} ${rule}`)).toEqual([
    '5:3 looseLayout',
    '7:4 unknownField',
  ])
})

test.each([
  ['deep', '['.repeat(5000)],
  ['deep blocks', '- '.repeat(5000)],
  ['wide', `a: [${'x,\n'.repeat(100_000)}}`],
  ['full of mistakes', 'a: }\n'.repeat(10_000)],
  ['an alias of itself', 'a: &x [\n*x]\n'],
  [
    'aliases that multiply',
    `${Array.from({ length: 9 }, (_, n) => `a${n}: &a${n} [\n${n ? `*a${n - 1} ,`.repeat(10) : 'x'}]\n`).join('')}`,
  ],
])('a hostile text (%s) is refused by one message', (_, text) => {
  expect(faultsOf(text)).toHaveLength(1)
})
