import { expect, test } from 'vitest'
import { loadProcess, noFetcher } from '../src/index.ts'
import { load } from './load.ts'

const tool = (type: string, value: string) =>
  `cwlVersion: v1.2\nclass: CommandLineTool\nbaseCommand: echo\noutputs: []\ninputs: { x: { type: ${type}, default: ${value} } }\n`

const severities = async (texts: { [name: string]: string }) =>
  (await load(texts)).problems.map(({ severity, rule }) => `${severity} ${rule}`)

test.each([
  ['int', '1.5'],
  ['int', '"1"'],
  ['string', '5'],
  ['File', '"a.txt"'],
  ['"int[]"', '[1, two]'],
  ['{ type: enum, symbols: [a, b] }', 'c'],
  ['["null", int]', 'many'],
  ['{ type: record, fields: { a: int } }', '{ a: b }'],
])('a default that no run can take (%s: %s) is an error of the process that is run', async (type, value) => {
  expect(await severities({ 'main.cwl': tool(type, value) })).toEqual(['error failingDefault'])
  // with a value of its own it runs
  expect((await load({ 'main.cwl': tool(type, value) })).process?.class).toBe('CommandLineTool')
})

test.each([
  ['int', '4294967296'],
  ['{ type: enum, symbols: ["1", "2"] }', '1'],
  ['["null", { type: enum, symbols: ["8", "16"] }]', '16'],
])('one that is taken for the type (%s: %s) is a warning', async (type, value) => {
  expect(await severities({ 'main.cwl': tool(type, value) })).toEqual(['warning unfitDefault'])
})

test.each([
  ['{ x: n }', '', ['warning unfitDefault']],
  ['{ x: { default: 3 } }', '', ['warning unfitDefault']],
  ['{ x: { default: three } }', '', ['error wrongDefault', 'warning unfitDefault']],
  ['[]', '', ['error wrongDefault', 'warning unfitDefault']],
  ['[]', ', when: "$(false)"', ['warning unfitDefault']],
])('of what a step runs it is one where nothing else comes there (in: %s%s)', async (ports, more, expected) => {
  const main = `cwlVersion: v1.2\nclass: Workflow\ninputs: { n: int }\noutputs: []\nrequirements: [{ class: InlineJavascriptRequirement }]\nsteps: { one: { run: tool.cwl, in: ${ports}, out: []${more} } }\n`
  expect((await severities({ 'main.cwl': main, 'tool.cwl': tool('int', 'many') })).toSorted()).toEqual(expected)
})

test('a requirement that is not known is an error, though the process is given, for its runner to refuse', async () => {
  const text = tool('int', '1').replace('v1.2', 'v1.2\nrequirements: [{ class: Novelty }]')
  const { process, problems } = await loadProcess({ uri: 'a.cwl', text, fetcher: noFetcher })
  expect(problems.map(({ severity, rule }) => `${severity} ${rule}`)).toEqual(['error unsupported'])
  expect(process?.class).toBe('CommandLineTool')
})

test('of a graph, the process that is run counts', async () => {
  const inner = tool('int', 'many').replace('cwlVersion: v1.2\n', 'id: tool\n').replaceAll('\n', '\n  ')
  const main =
    '- { id: main, class: Workflow, inputs: { n: int }, outputs: [], steps: { a: { run: "#tool", in: { x: n }, out: [] } } }'
  const text = `cwlVersion: v1.2\n$graph:\n${main}\n- ${inner}`
  const { process, problems } = await loadProcess({ uri: 'a.cwl', text, fetcher: noFetcher, whole: true })
  expect(problems.map(({ severity, rule }) => `${severity} ${rule}`)).toEqual(['warning unfitDefault'])
  expect(process?.class).toBe('Workflow')
})
