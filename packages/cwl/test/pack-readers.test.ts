import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Fetcher, fileFetcher, loadProcess, noFetcher, pack } from '../src/index.ts'
import { processOf } from './load.ts'

type Map = { [key: string]: unknown }
const HEAD = 'cwlVersion: v1.2\nclass: CommandLineTool\nbaseCommand: echo\n'

async function packed(
  texts: { [name: string]: string },
  uri = 'test:///main.cwl',
): Promise<{ raw: Map; notes: string[] }> {
  const notes: string[] = []
  const fetcher: Fetcher = {
    ...fileFetcher(),
    async read(uri) {
      const text = texts[uri.replace('test:///', '')]
      if (text === undefined) throw new Error(`no such file: ${uri}`)
      return text
    },
  }
  return { raw: (await pack(uri, fetcher, note => notes.push(note.message))) as Map, notes }
}

/** What other readers say of packed text was tried with cwltool; what it needs is asserted here. */
describe('types that were inlined are referred to by their new place', () => {
  test('from items, unions, optional types, fields of other types, and tools in other folders', async () => {
    const { raw } = await packed({
      'main.cwl': `cwlVersion: v1.2
class: Workflow
requirements: { SchemaDefRequirement: { types: [{ $import: types/pair.yml }, { $import: types/group.yml }] } }
inputs:
  pairs: { type: { type: array, items: types/pair.yml#pair } }
  one: types/pair.yml#pair?
  some: types/pair.yml#pair[]
  any: ["null", types/group.yml#group]
outputs: []
steps: { use: { run: tools/use.cwl, in: { pair: one }, out: [] } }
`,
      'types/pair.yml': '- { type: record, name: pair, fields: { a: { type: string }, group: "group.yml#group" } }\n',
      'types/group.yml': '{ type: record, name: group, fields: { id: string } }\n',
      'tools/use.cwl': `${HEAD}requirements: [{ class: SchemaDefRequirement, types: [{ $import: ../types/group.yml }, { $import: ../types/pair.yml }] }]
inputs: [{ id: pair, type: ["null", ../types/pair.yml#pair] }]
outputs: []
`,
    })
    const pair = {
      type: 'record',
      name: '#pair',
      fields: [
        { name: 'a', type: 'string' },
        { name: 'group', type: '#group' },
      ],
    }
    const group = { type: 'record', name: '#group', fields: [{ name: 'id', type: 'string' }] }
    expect(raw).toMatchObject({
      requirements: [{ class: 'SchemaDefRequirement', types: [pair, group] }],
      inputs: [
        { id: 'pairs', type: { type: 'array', items: '#pair' } },
        { id: 'one', type: '#pair?' },
        { id: 'some', type: '#pair[]' },
        { id: 'any', type: ['null', '#group'] },
      ],
      steps: [{ run: { requirements: [{ types: [group, pair] }], inputs: [{ id: 'pair', type: ['null', '#pair'] }] } }],
    })
    expect(await processOf(JSON.stringify(raw))).toMatchObject({
      inputs: [{ type: { items: { fields: [{}, { type: { kind: 'record', name: 'group' } }] } } }, {}, {}, {}],
    })
  })

  test('two of one name, and one with the name of an input, are told apart', async () => {
    const type = (name: string, field: string) => `{ type: record, name: ${name}, fields: { ${field}: string } }\n`
    const { raw } = await packed({
      'main.cwl': `${HEAD}requirements: { SchemaDefRequirement: { types: [{ $import: a.yml }, { $import: b.yml }, { $import: c.yml }] } }
inputs: { x: "a.yml#set", y: "b.yml#set", z: "c.yml#z" }
outputs: []
`,
      'a.yml': type('set', 'a'),
      'b.yml': type('set', 'b'),
      'c.yml': type('z', 'c'),
    })
    expect((raw.inputs as Map[]).map(({ type }) => type)).toEqual(['#set', '#set_2', '#z_2'])
    const { inputs } = await processOf(JSON.stringify(raw))
    const fields = inputs.map(({ type }) => (type.kind === 'record' ? type.fields.map(({ id }) => id) : []))
    expect(fields).toEqual([['a'], ['b'], ['c']])
  })
})

describe('one version', () => {
  const tool = (version: string, more = '') =>
    `cwlVersion: ${version}\nclass: CommandLineTool\nbaseCommand: echo\ninputs: { x: { type: string, inputBinding: {} } }\noutputs: []\n${more}`
  const workflow = (version: string) =>
    `cwlVersion: ${version}\nclass: Workflow\ninputs: { x: string }\noutputs: []\nsteps: { one: { run: tool.cwl, in: { x: x }, out: [] } }\n`
  const versionsIn = (raw: unknown) =>
    [...JSON.stringify(raw).matchAll(/"cwlVersion":"([^"]+)"/g)].map(found => found[1])
  const stepOf = (raw: Map) => (raw.steps as { run: Map }[])[0]!.run

  test.each(['v1.0', 'v1.1', 'v1.2'])('that of all is said once (%s)', async version => {
    const { raw, notes } = await packed({ 'main.cwl': workflow(version), 'tool.cwl': tool(version) })
    expect(versionsIn(raw)).toEqual([version])
    expect(notes).toEqual([])
    expect(stepOf(raw).hints).toBeUndefined()
  })

  test('an older workflow around a newer tool, and a newer one around an older, are of the newer', async () => {
    const older = await packed({ 'main.cwl': workflow('v1.0'), 'tool.cwl': tool('v1.2') })
    expect(versionsIn(older.raw)).toEqual(['v1.2'])
    expect(older.notes).toEqual([expect.stringContaining('v1.0 and v1.2')])
    const newer = await packed({ 'main.cwl': workflow('v1.2'), 'tool.cwl': tool('v1.0') })
    expect(versionsIn(newer.raw)).toEqual(['v1.2'])
    expect(stepOf(newer.raw).hints).toEqual([
      { class: 'LoadListingRequirement', loadListing: 'deep_listing' },
      { class: 'ResourceRequirement', ramMin: 1024 },
    ])
  })

  test('what the older version meant is said where it was not', async () => {
    const { raw, notes } = await packed({
      'main.cwl': workflow('v1.2'),
      'tool.cwl': `cwlVersion: v1.0
class: CommandLineTool
baseCommand: echo
hints: { LoadListingRequirement: { loadListing: no_listing } }
requirements: { ResourceRequirement: { coresMin: 2 } }
arguments: ['a\\\\b $(inputs.x) \\$(x) \\n', 'a\\\\b']
inputs: { x: { inputBinding: { loadContents: true } } }
outputs: []
`,
    })
    expect(stepOf(raw)).toMatchObject({
      hints: [{ class: 'LoadListingRequirement', loadListing: 'no_listing' }],
      requirements: [{ class: 'ResourceRequirement', coresMin: 2, ramMin: 1024 }],
      arguments: ['a\\\\\\\\b $(inputs.x) \\$(x) \\n', 'a\\\\b'],
      inputs: [{ id: 'x', type: 'Any?' }],
    })
    expect(notes).toHaveLength(2)
    expect(notes[1]).toContain('64 KiB')
  })

  test('what is wrong in an older version is not made right by a newer one', async () => {
    const wrong = workflow('v1.0').replace('out: [] }', 'out: [], when: "$(true)" }')
    const { raw, notes } = await packed({ 'main.cwl': wrong, 'tool.cwl': tool('v1.2') })
    expect(versionsIn(raw)).toEqual(['v1.0', 'v1.2'])
    expect(notes).toEqual([expect.stringContaining('because of an error: when exists from v1.2 on')])
  })

  test('draft-2 beside later versions is kept, and told', async () => {
    const old =
      '{"class": "CommandLineTool", "cwlVersion": "sbg:draft-2", "baseCommand": ["x"], "inputs": [{"id": "#x", "type": ["string"]}], "outputs": []}'
    const { raw, notes } = await packed({ 'main.cwl': workflow('v1.2'), 'tool.cwl': old })
    expect(versionsIn(raw)).toEqual(['v1.2', 'sbg:draft-2'])
    expect(notes).toEqual([expect.stringContaining('draft-2')])
    expect(stepOf(raw).inputs).toEqual([{ id: '#x', type: ['string'] }])
  })
})

test('parts are lists with ids, as scripts read them', async () => {
  const { raw } = await packed({
    'main.cwl': `cwlVersion: v1.2
class: Workflow
requirements: { ScatterFeatureRequirement: {}, InlineJavascriptRequirement: }
hints: { EnvVarRequirement: { envDef: { A: b } }, SoftwareRequirement: { packages: { x: { version: ["1"] }, y: [z] } } }
inputs: { reads: File, run: { type: string, id: ignored } }
outputs: { out: { type: File, outputSource: one/out } }
steps: { one: { run: tool.cwl, in: { file: reads, run: { source: run } }, out: [out] } }
`,
    'tool.cwl': `${HEAD}inputs: { file: stdin, run: string }\noutputs: { out: stdout }\n`,
  })
  expect(raw).toEqual({
    cwlVersion: 'v1.2',
    class: 'Workflow',
    requirements: [{ class: 'ScatterFeatureRequirement' }, { class: 'InlineJavascriptRequirement' }],
    hints: [
      { class: 'EnvVarRequirement', envDef: [{ envName: 'A', envValue: 'b' }] },
      {
        class: 'SoftwareRequirement',
        packages: [
          { package: 'x', version: ['1'] },
          { package: 'y', specs: ['z'] },
        ],
      },
    ],
    inputs: [
      { id: 'reads', type: 'File' },
      { id: 'run', type: 'string' },
    ],
    outputs: [{ id: 'out', type: 'File', outputSource: 'one/out' }],
    steps: [
      {
        id: 'one',
        run: {
          class: 'CommandLineTool',
          baseCommand: 'echo',
          inputs: [
            { id: 'file', type: 'stdin' },
            { id: 'run', type: 'string' },
          ],
          outputs: [{ id: 'out', type: 'stdout' }],
        },
        in: [
          { id: 'file', source: 'reads' },
          { id: 'run', source: 'run' },
        ],
        out: ['out'],
      },
    ],
  })
})

test('a packed document that a step runs has plain names in there', async () => {
  const graph = {
    cwlVersion: 'v1.2',
    $graph: [
      {
        class: 'Workflow',
        id: '#main',
        inputs: [{ id: '#main/file', type: 'File' }],
        outputs: [{ id: '#main/out', type: 'File', outputSource: '#main/cat/out' }],
        steps: [
          { id: '#main/cat', run: '#cat', in: [{ id: '#main/cat/f', source: '#main/file' }], out: ['#main/cat/out'] },
        ],
      },
      {
        class: 'CommandLineTool',
        id: '#cat',
        baseCommand: 'cat',
        inputs: [{ id: '#cat/f', type: 'stdin' }],
        outputs: [{ id: '#cat/out', type: 'stdout' }],
      },
    ],
  }
  const { raw } = await packed({
    'main.cwl':
      'cwlVersion: v1.2\nclass: Workflow\ninputs: { f: File }\noutputs: []\nsteps: { a: { run: packed.cwl, in: { file: f }, out: [out] }, b: { run: "packed.cwl#main", in: { file: f }, out: [] } }\n',
    'packed.cwl': JSON.stringify(graph),
  })
  expect(JSON.stringify(raw)).not.toContain('#')
  expect(await processOf(JSON.stringify(raw))).toMatchObject({
    steps: [{ run: { steps: [{ in: [{ source: ['file'] }], run: { stdin: '$(inputs["f"].path)' } }] } }, {}],
  })
})

const FIXTURES = join(import.meta.dirname, 'fixtures')
const all = (await readdir(FIXTURES, { recursive: true })).filter(name => /\.(cwl|json)$/.test(name)).toSorted()
const apps = all.filter(name => !/job-of|schemas|draft-2.parts/.test(name))

test.each(apps)('%s is the same text when it is packed again, and needs nothing else', async name => {
  const uri = pathToFileURL(join(FIXTURES, name)).href
  const raw = (await pack(uri, fileFetcher())) as Map
  const text = JSON.stringify(raw)
  const { raw: again, notes } = await packed({ 'main.cwl': text })
  expect(JSON.stringify(again)).toBe(text)
  expect(notes.filter(note => !note.includes('draft-2'))).toEqual([])
  const { problems } = await loadProcess({ uri: 'app.cwl', text, fetcher: noFetcher, whole: true })
  expect(problems.filter(problem => problem.severity === 'error')).toEqual([])
  if (!Array.isArray(raw.inputs)) return
  const ids = (raw.inputs as Map[]).map(({ id }) => id)
  const before = await loadProcess({ uri, fetcher: fileFetcher() })
  expect(ids.map(id => String(id).replace('#', ''))).toEqual(before.process?.inputs.map(({ id }) => id))
})
