import { expect, test } from 'vitest'
import { type Fetcher, loadProcess, noFetcher, pack } from '../src/index.ts'

const tool = { cwlVersion: 'v1.2', class: 'CommandLineTool', baseCommand: 'true', inputs: [], outputs: [] }
const { cwlVersion: _, ...embedded } = tool
const step = (run: unknown, more: object = {}) => ({ run, in: [], out: [], ...more })
const steps = (runs: { [id: string]: unknown }) => Object.entries(runs).map(([id, run]) => ({ id, ...step(run) }))
const workflow = (steps: unknown, more: object = {}) => ({
  cwlVersion: 'v1.2',
  class: 'Workflow',
  inputs: [],
  outputs: [],
  steps,
  ...more,
})
const inner = (steps: unknown) => {
  const { cwlVersion: _, ...rest } = workflow(steps)
  return rest
}

function packed(files: Record<string, unknown>, uri = 'file:///w/main.cwl') {
  const fetcher: Fetcher = {
    async read(uri) {
      const found = files[uri.replace('file:///w/', '')]
      if (found === undefined) throw new Error(`no such file: ${uri}`)
      return typeof found === 'string' ? found : JSON.stringify(found)
    },
    async list(uri) {
      const folder = `${uri.replace('file:///w/', '')}/`
      const inside = Object.keys(files).filter(name => name.startsWith(folder))
      const names = inside.map(name => name.slice(folder.length).replace(/\/.*/, '/'))
      return inside.length > 0 ? [...new Set(names)].sort() : undefined
    },
    refuseDefault: () => undefined,
  }
  return pack(uri, fetcher)
}

test('what steps run takes the place of the reference, at any depth', async () => {
  const result = await packed({
    'main.cwl': workflow({ one: step('tools/inner.cwl') }),
    'tools/inner.cwl': workflow({ two: step('tool.cwl') }),
    'tools/tool.cwl': tool,
  })
  expect(result).toEqual(workflow(steps({ one: inner(steps({ two: embedded })) })))
  const text = JSON.stringify(result)
  const { process, problems } = await loadProcess({ uri: 'app.cwl', text, fetcher: noFetcher })
  expect(problems.filter(problem => problem.severity === 'error')).toEqual([])
  expect(process?.class).toBe('Workflow')
})

test('imports and includes take their place, keys of other namespaces stay', async () => {
  const result = await packed({
    'main.cwl': {
      ...tool,
      'sbg:toolkit': 'samtools',
      doc: { $include: 'about.txt' },
      inputs: { $import: 'inputs.json' },
    },
    'about.txt': 'It does nothing.',
    'inputs.json': { depth: 'int' },
  })
  const inputs = [{ id: 'depth', type: 'int' }]
  expect(result).toEqual({ ...tool, 'sbg:toolkit': 'samtools', doc: 'It does nothing.', inputs })
})

test('files in keys of other namespaces are none of the document', async () => {
  const suggested = { class: 'File', path: '5f0c0ffee0c0ffee0c0ffee0', name: 'ref.fasta' }
  const document = {
    ...tool,
    inputs: [{ id: 'ref', type: 'File', 'sbg:suggestedValue': suggested }],
    'sbg:job': { ref: suggested },
  }
  expect(await packed({ 'main.cwl': document })).toEqual(document)
})

test('namespaces of all documents are declared at the top, and only schemas on the web are kept', async () => {
  const web = 'https://example.org/edam.owl'
  const result = await packed({
    'main.cwl': workflow(
      { one: step('tool.cwl') },
      { $namespaces: { sbg: 'https://sbg' }, $schemas: ['edam.owl', web] },
    ),
    'tool.cwl': { ...tool, $namespaces: { edam: 'https://edam' } },
  })
  const namespaces = { sbg: 'https://sbg', edam: 'https://edam' }
  expect(result).toEqual(workflow(steps({ one: embedded }), { $namespaces: namespaces, $schemas: [web] }))
})

test('a graph stays a graph, and one process of it can be picked', async () => {
  const graph = {
    cwlVersion: 'v1.2',
    $graph: [
      { ...workflow({ one: step('#tool'), two: step('other.cwl') }), id: 'main' },
      { ...tool, id: 'tool' },
    ],
  }
  const files = { 'main.cwl': graph, 'other.cwl': tool }
  expect(await packed(files)).toMatchObject({
    $graph: [{ steps: [{ run: '#tool' }, { run: { class: 'CommandLineTool' } }] }, { id: 'tool' }],
  })
  expect(await packed(files, 'file:///w/main.cwl#main')).toMatchObject({
    class: 'Workflow',
    steps: [{ id: 'one', run: { id: 'tool' } }, { id: 'two' }],
  })
})

test('a value named run in a default or a hint is no reference', async () => {
  const document = {
    ...tool,
    inputs: [{ id: 'o', type: 'Any', default: { run: 'x.cwl' } }],
    hints: [{ class: 'x', run: 'y' }],
  }
  expect(await packed({ 'main.cwl': document })).toEqual(document)
})

test('a reference that leads nowhere and a circle are errors', async () => {
  await expect(packed({ 'main.cwl': workflow({ one: step('gone.cwl') }) })).rejects.toThrow(/gone\.cwl/)
  await expect(packed({ 'main.cwl': workflow({ one: step('main.cwl') }) })).rejects.toThrow('runs itself')
})

test('a file that the document names becomes a literal, so that the packed document holds everything', async () => {
  const main = {
    ...tool,
    inputs: {
      script: { type: 'File', default: { class: 'File', location: 'scripts/count.py' } },
      settings: { type: 'Any', default: { run: 'not-a-process', files: [{ class: 'File', path: 'a%20b.txt' }] } },
    },
    requirements: { InitialWorkDirRequirement: { listing: [{ class: 'File', location: 'scripts/count.py' }] } },
  }
  const files = { 'main.cwl': main, 'scripts/count.py': 'print(1)\n', 'a%20b.txt': 'text' }
  const result = await packed(files)
  const script = { class: 'File', basename: 'count.py', contents: 'print(1)\n' }
  const other = { class: 'File', basename: 'a b.txt', contents: 'text' }
  expect(result).toEqual({
    ...tool,
    inputs: [
      { id: 'script', type: 'File', default: script },
      { id: 'settings', type: 'Any', default: { run: 'not-a-process', files: [other] } },
    ],
    requirements: [{ class: 'InitialWorkDirRequirement', listing: [script] }],
  })
  const { problems } = await loadProcess({ uri: 'app.cwl', text: JSON.stringify(result), fetcher: noFetcher })
  expect(problems).toEqual([])
})

test('a default brings its secondary files, a folder its listing', async () => {
  const main = {
    ...tool,
    inputs: {
      reads: { type: 'File', secondaryFiles: ['.idx', '^.md?'], default: { class: 'File', location: 'in/r.fa' } },
      folder: { type: 'Directory', default: { class: 'Directory', location: 'in' } },
    },
  }
  const files = { 'main.cwl': main, 'in/r.fa': 'a', 'in/r.fa.idx': 'b', 'in/deep/x': 'c' }
  const { inputs } = (await packed(files)) as { inputs: { default: unknown }[] }
  const literal = (basename: string, contents: string) => ({ class: 'File', basename, contents })
  expect(inputs[0]?.default).toEqual({ ...literal('r.fa', 'a'), secondaryFiles: [literal('r.fa.idx', 'b')] })
  const deep = { class: 'Directory', basename: 'deep', listing: [literal('x', 'c')] }
  const listing = [deep, literal('r.fa', 'a'), literal('r.fa.idx', 'b')]
  expect(inputs[1]?.default).toEqual({ class: 'Directory', basename: 'in', listing })
})

test('ontologies of files come along, cut down to what the formats need', async () => {
  const ontology = `@prefix e: <http://e/> .
e:fasta rdfs:subClassOf e:text .
e:text rdfs:subClassOf e:any .
e:image rdfs:subClassOf e:any .`
  const main = {
    ...tool,
    $namespaces: { e: 'http://e/' },
    $schemas: ['formats.ttl'],
    inputs: { reads: { type: 'File', format: 'e:text' } },
  }
  const result = await packed({ 'main.cwl': main, 'formats.ttl': ontology })
  const { process } = await loadProcess({ uri: 'app.cwl', text: JSON.stringify(result), fetcher: noFetcher })
  expect(process?.formats).toEqual({ 'http://e/fasta': ['http://e/text'] })
})

test.each([
  ['x'.repeat(1024 * 1024 + 1), /larger than 1 MiB/],
  ['\0', /not text/],
  [undefined, /no such file/],
])('a file that can be no literal is named', async (content, message) => {
  const inputs = { data: { type: 'File', default: { class: 'File', location: 'data.bin' } } }
  await expect(packed({ 'main.cwl': { ...tool, inputs }, 'data.bin': content })).rejects.toThrow(message)
})

test('a percent sign that begins no escape stays in the name of a file', async () => {
  const value = { class: 'File', location: '50%.txt' }
  const files = {
    'main.cwl': { ...tool, inputs: [{ id: 'f', type: 'File', secondaryFiles: ['.idx'], default: value }] },
    '50%.txt': 'half',
    '50%25.txt.idx': 'index',
    '50%.txt.idx': 'index',
  }
  expect(JSON.stringify(await packed(files))).toContain('"basename":"50%.txt"')
})
