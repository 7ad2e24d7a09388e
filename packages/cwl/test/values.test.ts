import { describe, expect, test } from 'vitest'
import { type File, fractionsIn, type Value } from '../src/index.ts'
import { argvOf, FakeHost, run } from './jobs.ts'

const tool = (rest: string, version = 'v1.2') =>
  `cwlVersion: ${version}\nclass: CommandLineTool\nrequirements: { InlineJavascriptRequirement: {} }\nbaseCommand: run\n${rest}`
const FILE = { class: 'File' as const, location: 'mem:/data/x.txt' }
const TEXTS = { 'mem:/data/x.txt': 'text', 'mem:/d/a.bam': '1', 'mem:/d/a.bam.bai': '2', 'mem:/d/sub/b.tar.gz': '3' }

describe('floats', () => {
  const inputs = `inputs:
  a: { type: float, default: 0.0, inputBinding: {} }
  b: { type: "double?", default: -2.0, inputBinding: {} }
  c: { type: "float[]", default: [1.0, 2.5, 3], inputBinding: { itemSeparator: "," } }
  d: { type: { type: array, items: double, inputBinding: { prefix: -d } }, default: [4.0, 7] }
  e: { type: { type: record, fields: { f: { type: float, inputBinding: { prefix: -f } } } }, default: { f: 5.0 } }
  g: { type: [int, float], default: 6.0, inputBinding: {} }
  h: { type: int, default: 1, inputBinding: { prefix: -h } }
  i: { type: float, default: 1.23e5, inputBinding: { prefix: -i } }
outputs: []\n`

  test('keep a fraction of 0 that was written; what is an int has none', async () => {
    const words = await argvOf(tool(inputs), {})
    expect(words.join(' ')).toBe('run -d 4.0 0.0 -2.0 1.0,2.5,3 -f 5.0 6 -h 1 -i 123000 -d 7')
  })

  test('also where a reference puts them', async () => {
    const text = tool(`inputs:
  a: { type: float, default: 0.0 }
  b: { type: "double?", default: -2.0 }
  c: { type: "float[]", default: [1.0] }
  e: { type: { type: record, fields: { f: float } }, default: { f: 5.0 } }
  h: { type: int, default: 1 }
outputs: []
arguments: [$(inputs.a), "x$(inputs.b)y$(inputs.h)", { valueFrom: "$(inputs.c[0])" }, $(inputs.e.f), $(inputs.a + 1)]
`)
    expect(await argvOf(text, {})).toEqual(['run', '0.0', 'x-2.0y1', '1.0', '5.0', '1'])
    const self = tool(
      'inputs: { a: { type: float, default: 3.0, inputBinding: { valueFrom: $(self) } } }\noutputs: []\n',
    )
    expect(await argvOf(self, {})).toEqual(['run', '3.0'])
  })

  test('are found in a text as they are written', () => {
    const text = '{"a": 2.0, "b": [-3.00, 4, 5.5, 6e0, 7.0e1], "v": "v1.0", "c": 0.0}\nd: 8.\n'
    expect([...fractionsIn(text)]).toEqual([2, -3, 0, 8])
  })
})

describe('a field of a record that is not given', () => {
  const TYPE = '{ type: record, fields: { a: string, b: "string?", f: "File?" } }'

  test.each<[type: string, given: Value]>([
    [`{ type: ${TYPE} }`, { a: 'x' }],
    [`{ type: { type: array, items: ${TYPE} } }`, [{ a: 'x' }]],
    [`{ type: { type: record, fields: { in: { type: ${TYPE} } } } }`, { in: { a: 'x' } }],
    [`{ type: ["null", ${TYPE}] }`, { a: 'x' }],
  ])('is null at every depth: %s', async (type, given) => {
    const body = `\${ var found = JSON.stringify(inputs.r); return {seen: found} }`
    const text = `cwlVersion: v1.2\nclass: ExpressionTool\nrequirements: { InlineJavascriptRequirement: {} }
inputs: { r: ${type} }\noutputs: { seen: string }\nexpression: '${body}'\n`
    const { seen } = await run(text, { r: given }, new FakeHost())
    expect(String(seen)).toContain('{"a":"x","b":null,"f":null}')
  })

  test('gives nothing to the command line, by a reference or a binding', async () => {
    const text =
      tool(`inputs: { r: { type: ${TYPE.replace('"string?"', '{ type: "string?", inputBinding: { prefix: -b } }')}, inputBinding: {} } }
outputs: []\narguments: [$(inputs.r.b), $(inputs.r.f)]\n`)
    expect(await argvOf(text, { r: { a: 'x' } })).toEqual(['run'])
  })

  test('is null in what an expression gives as an output', async () => {
    const text = tool(`inputs: []\noutputs: { r: { type: ${TYPE}, outputBinding: { outputEval: '$({a: "x"})' } } }\n`)
    expect(await run(text, {}, new FakeHost())).toEqual({ r: { a: 'x', b: null, f: null } })
  })
})

describe('a binding with nothing', () => {
  test.each([
    ['valueFrom without a value', 'inputs: { a: { type: string, inputBinding: { prefix: -a, valueFrom: } } }\n'],
    ['an argument with a prefix alone', 'inputs: { a: string }\narguments: [{ prefix: -x, position: 1 }]\n'],
    [
      'an argument without anything',
      'inputs: { a: string }\narguments: [{ shellQuote: false }, { valueFrom: null }]\n',
    ],
  ])('gives no words: %s', async (_, rest) => {
    expect(await argvOf(tool(`${rest}outputs: []\n`), { a: 'x' })).toEqual(['run'])
  })
})

describe('entries of a listing', () => {
  const d = { class: 'Directory' as const, location: 'mem:/d', basename: 'd' }
  const see = '$(inputs.d.listing.map(function (e) { return e.basename + " " + e.nameroot + " " + e.nameext }).join())'

  test('have their names in an ExpressionTool', async () => {
    const text = `cwlVersion: v1.2\nclass: ExpressionTool\nrequirements: { InlineJavascriptRequirement: {} }
inputs: { d: { type: Directory, loadListing: deep_listing } }\noutputs: { o: string }
expression: '$({o: ${see.slice(2, -1)}})'\n`
    const { o } = await run(text, { d }, new FakeHost(() => ({}), TEXTS))
    expect(o).toBe('a.bam a .bam,a.bam.bai a.bam .bai,sub undefined undefined')
  })

  test('and in a step’s valueFrom and when', async () => {
    const text = `
cwlVersion: v1.2
class: Workflow
requirements: { InlineJavascriptRequirement: {}, StepInputExpressionRequirement: {} }
inputs: { d: Directory }
outputs: { o: { type: string, outputSource: s/o } }
steps:
  s:
    in: { d: { source: d, loadListing: shallow_listing }, names: { valueFrom: '${see}' } }
    when: $(inputs.d.listing[0].nameext === ".bam")
    out: [o]
    run: { class: ExpressionTool, inputs: { names: string }, outputs: { o: string }, expression: "$({o: inputs.names})" }
`
    const { o } = await run(text, { d }, new FakeHost(() => ({}), TEXTS))
    expect(o).toBe('a.bam a .bam,a.bam.bai a.bam .bai,sub undefined undefined')
  })
})

describe('an empty list in the work folder', () => {
  const listing = (entry: string) =>
    `inputs: { fs: "File[]?", words: "string[]?" }\noutputs: []\n`.concat(
      `hints: { InitialWorkDirRequirement: { listing: [${entry}] } }\n`,
    )

  test.each(['{ entry: $(inputs.fs) }', '{ entry: $(inputs.fs), entryname: sub }', '{ entry: "${return []}" }'])(
    '%s stages nothing',
    async entry => {
      const host = new FakeHost()
      await run(tool(listing(entry)), { fs: [] }, host)
      expect(host.plans[0]!.stage).toEqual([])
    },
  )

  test('of texts is still written as JSON', async () => {
    const host = new FakeHost()
    await run(tool(listing('{ entry: $(inputs.words), entryname: words.json }')), { words: [] }, host)
    expect(host.plans[0]!.stage).toMatchObject([{ target: '/work/words.json', text: '[]' }])
  })
})

test.each(['50%.txt', '%zz', 'a%80b', '100%'])('an output at %j is taken as it is', async name => {
  const texts = { [name]: '4', 'cwl.output.json': JSON.stringify({ f: { class: 'File', location: name } }) }
  const { f } = await run(tool('inputs: []\noutputs: { f: File }\n'), {}, new FakeHost(() => ({ texts })))
  expect((f as File).path).toBe(`/work/${name}`)
})

describe('a message says what is wrong', () => {
  test('a File that is nowhere', async () => {
    const text = (
      code: string,
    ) => `cwlVersion: v1.2\nclass: ExpressionTool\nrequirements: { InlineJavascriptRequirement: {} }
inputs: []\noutputs: { f: File }\nexpression: "$({f: ${code}})"\n`
    await expect(run(text("{'class': 'File', 'basename': 'x'}"), {}, new FakeHost())).rejects.toThrow(
      'an expression gave a File (x) without path, location or contents',
    )
    const given = tool('inputs: { f: File }\noutputs: []\n')
    await expect(run(given, { f: { class: 'File' } }, new FakeHost())).rejects.toThrow(
      'input f: a File without path, location or contents',
    )
    const output = tool(
      "inputs: []\noutputs: { f: { type: File, outputBinding: { outputEval: \"$({'class': 'File'})\" } } }\n",
    )
    await expect(run(output, {}, new FakeHost())).rejects.toThrow(
      'an output is a File without path, location or contents',
    )
  })

  test('a file that is not there names its input', async () => {
    await expect(
      run(tool('inputs: { f: File }\noutputs: []\n'), { f: { ...FILE, location: 'mem:/no' } }, new FakeHost()),
    ).rejects.toThrow('input f: mem:/no: no such file')
  })

  test('two inputs of one name are both named', async () => {
    const text = tool(`inputs: { one: File, two: File }\noutputs: []
hints: { InitialWorkDirRequirement: { listing: [$(inputs.one), $(inputs.two)] } }\n`)
    const texts = { ...TEXTS, 'mem:/other/x.txt': 'other' }
    const inputs = { one: FILE, two: { class: 'File' as const, location: 'mem:/other/x.txt' } }
    await expect(run(text, inputs, new FakeHost(() => ({}), texts))).rejects.toThrow(
      'two different inputs would be at /work/x.txt (inputs one and two): they have one name',
    )
  })
})
