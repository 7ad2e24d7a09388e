import { describe, expect, test } from 'vitest'
import { argvOf, FakeHost, run } from './jobs.ts'

const tool = (rest: string) => `cwlVersion: v1.2\nclass: CommandLineTool\noutputs: []\nbaseCommand: run\n${rest}`
const FILE = { class: 'File' as const, location: 'mem:/data/a b.txt' }
const TEXTS = {
  'mem:/data/a b.txt': 'text',
  'mem:/data/a b.txt.idx': 'index',
  'mem:/dir/x': '1',
  'mem:/dir/sub/y': '22',
}

describe('the command line', () => {
  test('goes by position, then arguments by index before inputs by name', async () => {
    const text = tool(`
arguments: [first, { valueFrom: late, position: 5 }, second]
inputs:
  zeta: { type: string, inputBinding: {} }
  alpha: { type: string, inputBinding: {} }
  early: { type: string, inputBinding: { position: -1 } }
  six: { type: string, inputBinding: { position: 5, prefix: --six } }
  counted: { type: string, inputBinding: { position: $(self.length) } }
  unbound: string
requirements: { InlineJavascriptRequirement: {} }
`)
    const inputs = { zeta: 'z', alpha: 'a', early: 'e', six: 's', counted: 'ccc', unbound: 'u' }
    expect(await argvOf(text, inputs)).toEqual(['run', 'e', 'first', 'second', 'a', 'z', 'ccc', 'late', '--six', 's'])
  })

  test('arrays and records bind what is inside of them', async () => {
    const text = tool(`
inputs:
  joined: { type: "int[]", inputBinding: { prefix: -j, itemSeparator: ",", position: 1 } }
  each: { type: { type: array, items: string, inputBinding: { prefix: -e, separate: false } }, inputBinding: { position: 2 } }
  once: { type: "string[]", inputBinding: { prefix: -o, position: 3 } }
  none: { type: "string[]", inputBinding: { prefix: -n, position: 3 } }
  nested:
    type:
      type: array
      items: { type: array, items: string, inputBinding: { prefix: -i } }
      inputBinding: { prefix: -x }
    inputBinding: { position: 4 }
  pair:
    type:
      type: record
      fields:
        left: { type: int, inputBinding: { prefix: -l, position: 2 } }
        right: { type: "int?", inputBinding: { prefix: -r, position: 1 } }
    inputBinding: { position: 5 }
`)
    const inputs = {
      joined: [1, 2],
      each: ['a', 'b'],
      once: ['c', 'd'],
      none: [],
      nested: [['p', 'q'], ['s']],
      pair: { left: 1, right: 2 },
    }
    expect(await argvOf(text, inputs)).toEqual('run -j 1,2 -ea -eb -o c d -x -i p -i q -x -i s -r 2 -l 1'.split(' '))
  })

  test('flags, numbers, nothing', async () => {
    const text = tool(`
inputs:
  yes: { type: boolean, inputBinding: { prefix: --yes } }
  no: { type: boolean, inputBinding: { prefix: --no } }
  tiny: { type: float, inputBinding: { position: 1 } }
  missing: { type: "string?", inputBinding: { prefix: --missing, valueFrom: never } }
  given: { type: string, default: usual, inputBinding: { position: 2 } }
`)
    const argv = await argvOf(text, { yes: true, no: false, tiny: 1e-7, given: null })
    expect(argv).toEqual(['run', '--yes', '0.0000001', 'usual'])
  })

  test('for a shell words are quoted, but where the binding says otherwise', async () => {
    const text = tool(`
requirements: { ShellCommandRequirement: {} }
arguments: ["it's", { valueFrom: "| wc", shellQuote: false }]
inputs: { data: { type: File, inputBinding: { position: -1 } } }
`)
    const host = new FakeHost(() => ({}), TEXTS)
    await run(text, { data: FILE }, host)
    expect(host.plans[0]).toMatchObject({ shell: true, argv: [`run '/inputs/0/a b.txt' 'it'"'"'s' | wc`] })
  })
})

describe('staging', () => {
  test('each file has a folder of its own, secondary files beside it', async () => {
    const text = tool('inputs: { a: { type: File, secondaryFiles: [.idx, .none?] }, b: File }')
    const host = new FakeHost(() => ({}), TEXTS)
    await run(text, { a: FILE, b: FILE }, host)
    expect(host.plans[0]?.stage).toEqual([
      { type: 'file', location: FILE.location, target: '/inputs/0/a b.txt', writable: false },
      { type: 'file', location: `${FILE.location}.idx`, target: '/inputs/0/a b.txt.idx', writable: false },
      { type: 'file', location: FILE.location, target: '/inputs/1/a b.txt', writable: false },
    ])
    expect(host.plans[0]?.inputs.a).toMatchObject({ nameroot: 'a b', nameext: '.txt', dirname: '/inputs/0', size: 4 })
  })

  test('a missing secondary file is named', async () => {
    const text = tool('inputs: { a: { type: File, secondaryFiles: ["^.bai"] } }')
    await expect(run(text, { a: FILE }, new FakeHost(() => ({}), TEXTS))).rejects.toThrow(
      'input a: the secondary file a b.bai of a b.txt is missing',
    )
  })

  test('literals come as text and folders', async () => {
    const text = tool('inputs: { d: Directory }')
    const host = new FakeHost()
    const file = { class: 'File' as const, basename: 'f', contents: 'hello' }
    await run(text, { d: { class: 'Directory', basename: 'd', listing: [file] } }, host)
    expect(host.plans[0]?.stage).toEqual([
      { type: 'folder', target: '/inputs/0/d', writable: false },
      { type: 'text', text: 'hello', target: '/inputs/0/d/f', writable: false },
    ])
  })

  test('InitialWorkDir puts things into the work folder, and the inputs follow', async () => {
    const text = tool(`
requirements:
  InlineJavascriptRequirement: {}
  InitialWorkDirRequirement:
    listing:
      - { entry: $(inputs.a), entryname: sub/b.txt }
      - { entry: $(inputs.values), entryname: v.json }
      - { entry: "$(inputs.values)\\n", entryname: v.txt, writable: true }
      - $(null)
inputs: { a: { type: File, inputBinding: {} }, values: "int[]" }
`)
    const host = new FakeHost(() => ({}), TEXTS)
    await run(text, { a: FILE, values: [1, 2] }, host)
    expect(host.plans[0]?.argv).toEqual(['run', '/work/sub/b.txt'])
    expect(host.plans[0]?.stage).toEqual([
      { type: 'file', location: FILE.location, target: '/work/sub/b.txt', writable: false },
      { type: 'text', text: '[1, 2]', target: '/work/v.json', writable: false },
      { type: 'text', text: '[1, 2]\n', target: '/work/v.txt', writable: true },
    ])
  })

  test.each(['../x', 'a/../../x', '..', '/etc/x'])('an entryname that leads out is refused: %s', async name => {
    const text = tool(
      `requirements: { InitialWorkDirRequirement: { listing: [{ entry: x, entryname: "${name}" }] } }\ninputs: []`,
    )
    await expect(run(text, {}, new FakeHost())).rejects.toThrow(name)
  })

  test.each(['../x', '/etc/x'])('standard output may not lead out: %s', async name => {
    await expect(run(tool(`stdout: ${name}\ninputs: []`), {}, new FakeHost())).rejects.toThrow('stdout')
  })

  test('an expression may not make up a file', async () => {
    const text = tool(`
requirements:
  InlineJavascriptRequirement: {}
  InitialWorkDirRequirement: { listing: "$([{ class: 'File', location: 'file:///etc/passwd' }])" }
inputs: []
`)
    await expect(run(text, {}, new FakeHost())).rejects.toThrow('file:///etc/passwd')
  })
})

describe('inputs', () => {
  test('all that do not fit are named at once', async () => {
    const text = tool('inputs: { a: int, b: "File[]", c: { type: { type: enum, symbols: [x, y] } }, d: string }')
    const failed = run(text, { a: 'one', b: [1], c: 'z' }, new FakeHost())
    await expect(failed).rejects.toThrow(
      [
        'input a: expected int, not string "one"',
        'input b: at [0]: expected File, not number 1',
        'input c: expected one of x, y, not string "z"',
        'input d: expected string, not null',
      ].join('\n'),
    )
  })

  test.each([
    ['v1.0', 2],
    ['v1.2', undefined],
  ])('listings in %s', async (version, expected) => {
    const text = tool('inputs: { d: Directory }').replace('v1.2', version)
    const host = new FakeHost(() => ({}), TEXTS)
    await run(text, { d: { class: 'Directory', location: 'mem:/dir' } }, host)
    const { d } = host.plans[0]!.inputs as { d: { listing?: unknown[] } }
    expect(d.listing?.length).toBe(expected)
  })

  test('what is not supported is refused before anything runs', async () => {
    const host = new FakeHost()
    const unknown = run(tool('requirements: { NoSuchRequirement: {} }\ninputs: []'), {}, host)
    await expect(unknown).rejects.toThrow('NoSuchRequirement')
    const container = run(tool('requirements: { DockerRequirement: { dockerPull: x } }\ninputs: []'), {}, host)
    await expect(container).rejects.toMatchObject({ name: 'UnsupportedError' })
    expect(host.plans).toEqual([])
  })
})
