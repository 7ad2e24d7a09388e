import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadProcess, noFetcher } from '../src/index.ts'
import { checkApps } from '../tools/check-apps.ts'
import { madeUpInputs } from '../tools/made-up.ts'

test('apps as they are published are loaded, and their tools planned', async () => {
  const lines: string[] = []
  const counts = await checkApps(join(import.meta.dirname, 'fixtures/real-apps'), line => lines.push(line))
  expect(lines).toEqual([])
  expect(counts).toEqual({ passed: 8, failed: 0 })
})

test('each that fails is named, with where and why', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-apps-'))
  const tool = 'class: CommandLineTool\ncwlVersion: v1.0\noutputs: []\n'
  const texts = {
    'text.cwl': 'a: [',
    'type.cwl': `${tool}inputs:\n  a: strin\n`,
    'plan.cwl': `${tool}inputs: { n: int }\nstdin: $(inputs.n.path)\n`,
    'good.json': '{ "class": "CommandLineTool", "cwlVersion": "v1.0", "inputs": [], "outputs": [] }',
    'inputs.json': '{ "n": 1 }',
    'graph.cwl': 'cwlVersion: v1.2\n$graph: [{ id: one, class: Operation, inputs: [], outputs: [] }, { id: two }]',
  }
  try {
    for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text)
    const lines: string[] = []
    expect(await checkApps(folder, line => lines.push(line))).toEqual({ passed: 1, failed: 4 })
    expect(lines).toEqual([
      expect.stringMatching(/^graph.cwl: load: 2:\d+: class must be .*CommandLineTool/),
      expect.stringMatching(/^plan.cwl: plan plan.cwl: \$\(inputs.n.path\): inputs.n has no path$/),
      expect.stringMatching(/^text.cwl: load: 1:5: /),
      'type.cwl: load: 5:3: there is no type strin; is string meant?',
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
