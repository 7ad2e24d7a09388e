import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadProcess, noFetcher } from '../src/index.ts'
import { checkApps } from '../tools/check-apps.ts'
import { madeUpInputs } from '../tools/made-up.ts'

const none = { planned: 0, 'planned but for made-up values': 0, 'not planned': 0, 'not loaded': 0 }

test.each([
  ['real-apps', 8],
  ['published', 61],
])('apps as they are published (%s) are loaded, and their tools planned', async (folder, count) => {
  const lines: string[] = []
  const counts = await checkApps(join(import.meta.dirname, 'fixtures', folder), line => lines.push(line))
  expect(lines.filter(line => !line.endsWith(': planned'))).toEqual([])
  expect(lines.length).toBe(count)
  expect(counts).toEqual({ ...none, planned: count })
})

test('each is told how far it came, and where and why no further', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-apps-'))
  const tool = 'class: CommandLineTool\ncwlVersion: v1.0\noutputs: []\n'
  const script = `${tool}requirements: [{ class: InlineJavascriptRequirement }]\ninputs: { f: File }\n`
  const texts = {
    'text.cwl': 'a: [',
    'type.cwl': `${tool}inputs:\n  a: strin\n`,
    'plan.cwl': `${tool}inputs: { n: int }\nstdin: $(inputs.n.path)\n`,
    'made-up.cwl': `${script}arguments: ["$(inputs.f.basename.match(/^tumour/)[0])"]\n`,
    'thrown.cwl': `${script}arguments: ['\${ throw "no sample of that name" }']\n`,
    'json.cwl': `${script}arguments: ["$(JSON.parse(inputs.f.basename))"]\n`,
    'wrong.cwl': `${script}arguments: ["$(inputs.f.basename +)"]\n`,
    'undefined.cwl': `${script}arguments: ["$(input.f.basename)"]\n`,
    'good.json': '{ "class": "CommandLineTool", "cwlVersion": "v1.0", "inputs": [], "outputs": [] }',
    'inputs.json': '{ "n": 1 }',
    'part.cwl': '{ class: SchemaDefRequirement, types: [] }',
    'graph.cwl':
      'cwlVersion: v1.2\n$graph: [{ id: one, class: Operation, inputs: [], outputs: [] }, { $import: no.cwl }]',
  }
  try {
    for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text)
    const lines: string[] = []
    expect(await checkApps(folder, line => lines.push(line))).toEqual({
      planned: 1,
      'planned but for made-up values': 3,
      'not planned': 3,
      'not loaded': 3,
    })
    const madeUp = 'planned but for made-up values'
    expect(lines).toEqual([
      'good.json: planned',
      'graph.cwl: not loaded',
      expect.stringMatching(/^ {2}2:68: \$import: no such file/),
      `json.cwl: ${madeUp}`,
      expect.stringMatching(/^ {2}json.cwl: \$\(JSON.*SyntaxError/),
      `made-up.cwl: ${madeUp}`,
      expect.stringMatching(/^ {2}made-up.cwl: .*TypeError/),
      'plan.cwl: not planned',
      '  plan.cwl: $(inputs.n.path): inputs.n has no path',
      'text.cwl: not loaded',
      '  1:5: expected a value in this list, not the end of the text',
      `thrown.cwl: ${madeUp}`,
      expect.stringMatching(/^ {2}thrown.cwl: .*threw "no sample of that name"$/),
      'type.cwl: not loaded',
      '  5:3: there is no type strin; is string meant?',
      'undefined.cwl: not planned',
      expect.stringMatching(/^ {2}undefined.cwl: .*ReferenceError/),
      'wrong.cwl: not planned',
      expect.stringMatching(/^ {2}wrong.cwl: .*SyntaxError/),
    ])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('made-up inputs fit their types, with what the author suggests', async () => {
  const text = `
class: CommandLineTool
cwlVersion: v1.2
inputs:
  reads: { type: "File[]", sbg:fileTypes: "FASTQ.GZ, FASTQ" }
  mode: { type: [{ type: enum, symbols: [fast, slow] }], sbg:suggestedValue: slow }
  count: { type: int?, sbg:suggestedValue: many }
  given: { type: string, default: x }
outputs: []
`
  const { process } = await loadProcess({ uri: 'a.cwl', text, fetcher: noFetcher })
  expect(madeUpInputs(process!, 'all')).toEqual({
    reads: [
      expect.objectContaining({ basename: 'reads_1.fastq.gz' }),
      expect.objectContaining({ basename: 'reads_2.fastq.gz' }),
    ],
    mode: 'slow',
    count: 1,
  })
  expect(Object.keys(madeUpInputs(process!, 'required'))).toEqual(['reads', 'mode'])
})
