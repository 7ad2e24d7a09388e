import { describe, expect, test } from 'vitest'
import { loadProcess, noFetcher, pack } from '../src/index.ts'
import { load, textFetcher } from './load.ts'

const HEAD = 'cwlVersion: v1.2\nclass: CommandLineTool\nbaseCommand: echo\n'
const PORTS = 'inputs: []\noutputs: []\n'

function messages(problems: { file?: string; line?: number; column?: number; message: string }[]): string[] {
  return problems.map(
    ({ file, line, column, message }) => `${file?.replace('test:///', '')}:${line}:${column} ${message}`,
  )
}

describe('a list that is imported into a list has its items there', () => {
  test('requirements that are a list in a file, and hints among others', async () => {
    const { process, problems } = await load({
      'main.cwl': `${HEAD}${PORTS}requirements:\n  $import: parts/requirements.yml\nhints:\n  - class: WorkReuse\n    enableReuse: true\n  - $import: parts/hints.yml\n  - class: NetworkAccess\n    networkAccess: false\n`,
      'parts/requirements.yml':
        '- class: InlineJavascriptRequirement\n  expressionLib: [{$include: lib.js}]\n- class: ShellCommandRequirement\n',
      'parts/hints.yml': '- class: ResourceRequirement\n  coresMin: 1\n- $import: more.yml\n',
      'parts/more.yml':
        '- class: SoftwareRequirement\n  packages: { gatk: { version: ["4"] } }\n- class: LoadListingRequirement\n  loadListing: no_listing\n',
      'parts/lib.js': 'var x = 1',
    })
    expect(messages(problems)).toEqual([])
    expect(process?.requirements.map(each => each.class)).toEqual([
      'InlineJavascriptRequirement',
      'ShellCommandRequirement',
    ])
    expect(process?.requirements[0]).toMatchObject({ expressionLib: ['var x = 1'] })
    const names = ['WorkReuse', 'ResourceRequirement', 'SoftwareRequirement', 'LoadListingRequirement', 'NetworkAccess']
    expect(process?.hints.map(each => each.class)).toEqual(names)
  })

  test('inputs, outputs, arguments, types, fields, listing', async () => {
    const { process, problems } = await load({
      'main.cwl': `${HEAD}requirements:
  - class: SchemaDefRequirement
    types:
      - { name: one, type: enum, symbols: [a] }
      - $import: types.yml
  - class: InitialWorkDirRequirement
    listing: [{ $import: listing.yml }]
inputs: [{ id: first, type: int }, { $import: inputs.yml }]
outputs: [{ $import: outputs.yml }]
arguments: [x, { $import: arguments.yml }, { $import: one.yml }]
`,
      'types.yml':
        '- { name: two, type: record, fields: [{ $import: fields.yml }, { name: z, type: one }] }\n- { name: three, type: array, items: two }\n',
      'fields.yml': '- { name: x, type: string }\n- { name: y, type: int }\n',
      'listing.yml': '- { entryname: a, entry: A }\n- { entryname: b, entry: B }\n',
      'inputs.yml': '- { id: second, type: three }\n- { id: third, type: "types.yml#two" }\n',
      'outputs.yml': '- { id: out, type: "File[]", outputBinding: { glob: "*" } }\n',
      'arguments.yml': '- y\n- valueFrom: z\n',
      'one.yml': 'valueFrom: last\n',
    })
    expect(messages(problems)).toEqual([])
    expect(process).toMatchObject({
      inputs: [
        { id: 'first' },
        { id: 'second', type: { kind: 'array', items: { name: 'two' } } },
        { id: 'third', type: { kind: 'record', fields: [{ id: 'x' }, { id: 'y' }, { id: 'z' }] } },
      ],
      outputs: [{ id: 'out' }],
      arguments: ['x', 'y', 'z', 'last'].map(valueFrom => ({ valueFrom })),
      requirements: [{}, { listing: [{ entryname: 'a' }, { entryname: 'b' }] }],
    })
  })

  test('steps, which refer from the file that they stand in, and processes of a graph', async () => {
    const { process, problems } = await load({
      'main.cwl': `cwlVersion: v1.2
$graph:
  - $import: parts/graph.cwl
  - id: main
    class: Workflow
    inputs: []
    outputs: []
    steps: [{ $import: parts/steps.yml }, { id: last, run: "#tool", in: [], out: [] }]
`,
      'parts/steps.yml':
        '- { id: one, run: tool.cwl, in: [], out: [] }\n- { id: two, run: { $import: tool.cwl }, in: [], out: [] }\n',
      'parts/tool.cwl': `${HEAD}${PORTS}label: from a file\n`,
      'parts/graph.cwl': `cwlVersion: v1.0\n$graph:\n- { id: tool, class: CommandLineTool, baseCommand: a, inputs: [], outputs: [] }\n- { id: other, class: CommandLineTool, baseCommand: b, inputs: [], outputs: [] }\n`,
    })
    expect(messages(problems)).toEqual([])
    expect(process).toMatchObject({
      steps: [
        { id: 'one', run: { label: 'from a file' } },
        { id: 'two', run: { label: 'from a file', version: 'v1.2' } },
        { id: 'last', run: { baseCommand: ['a'], version: 'v1.0' } },
      ],
    })
  })

  test('in draft-2, where they were written without a sign', async () => {
    const { process, problems } = await load({
      'main.cwl': `{"cwlVersion": "sbg:draft-2", "class": "CommandLineTool", "baseCommand": ["x"], "outputs": [],
        "inputs": [{"id": "#a", "type": ["string"]}, {"import": "inputs.json"}], "requirements": [{"import": "engine.json"}, {"$import": "list.json"}]}`,
      'inputs.json': '[{"id": "#b", "type": ["int"]}, {"import": "last.json"}]',
      'last.json': '[{"id": "#c", "type": ["File"]}]',
      'engine.json': '{"class": "ExpressionEngineRequirement", "id": "#cwl-js-engine"}',
      'list.json': '[{"class": "EnvVarRequirement", "envDef": []}, {"class": "ShellCommandRequirement"}]',
    })
    expect(messages(problems).filter(message => !message.includes('exists from'))).toEqual([])
    expect(process?.inputs.map(input => input.id)).toEqual(['a', 'b', 'c'])
    const names = ['InlineJavascriptRequirement', 'EnvVarRequirement', 'ShellCommandRequirement']
    expect(process?.requirements.map(each => each.class)).toEqual(names)
  })

  test('an input that is called import is none of that', async () => {
    const { process, problems } = await load({
      'main.cwl': `${HEAD}inputs: { $import: inputs.yml }\noutputs: []\n`,
      'inputs.yml': 'import: string\n',
    })
    expect(messages(problems)).toEqual([])
    expect(process?.inputs.map(input => input.id)).toEqual(['import'])
  })

  test('packed, they are there as well', async () => {
    const texts = {
      'test:///main.cwl': `${HEAD}${PORTS}requirements: { $import: r.yml }\nhints: [{ $import: h.yml }]\n`,
      'test:///r.yml': '- class: ShellCommandRequirement\n',
      'test:///h.yml': '- class: ResourceRequirement\n  coresMin: 1\n- class: WorkReuse\n  enableReuse: true\n',
    }
    const packed = await pack('test:///main.cwl', textFetcher(texts))
    expect(packed).toMatchObject({
      requirements: [{ class: 'ShellCommandRequirement' }],
      hints: [{ class: 'ResourceRequirement' }, { class: 'WorkReuse' }],
    })
    const { problems } = await loadProcess({ uri: 'a.cwl', text: JSON.stringify(packed), fetcher: noFetcher })
    expect(messages(problems)).toEqual([])
  })
})

describe('places', () => {
  test('of what stands behind the imported items, and in them', async () => {
    const { problems } = await load({
      'main.cwl': `${HEAD}inputs: []\noutputs: []\narguments:\n  - $import: two.yml\n  - $(inputs.gone)\nhints:\n  - $import: hints.yml\n`,
      'two.yml': '- a\n- b\n',
      'hints.yml': '- class: ShellCommandRequirement\n- class: ResourceRequirment\n',
    })
    expect(messages(problems).map(message => message.split(' ')[0])).toEqual(['hints.yml:2:3', 'main.cwl:8:5'])
  })

  test('an import that leads nowhere is one problem, in a list too', async () => {
    const { problems } = await load({ 'main.cwl': `${HEAD}${PORTS}hints:\n  - $import: gone.yml\n` })
    expect(messages(problems)).toEqual(['main.cwl:7:5 $import: no such file: test:///gone.yml'])
  })
})
