import { describe, expect, test } from 'vitest'
import { createEvaluator, execute } from '../src/index.ts'
import { FakeHost, run } from './jobs.ts'
import { load } from './load.ts'

/** What one text means in each version. A workflow of any version may run tools of any other. */
const VERSIONS = ['v1.0', 'v1.1', 'v1.2'] as const

const tool = (version: string, rest: string) =>
  `cwlVersion: ${version}\nclass: CommandLineTool\nbaseCommand: run\n${rest}`

async function planOf(text: string, inputs = {}, texts = {}) {
  const host = new FakeHost(() => ({}), texts)
  await run(text, inputs, host)
  return host.plans[0]!
}

describe('a backslash', () => {
  const argv = async (version: string, written: string) => {
    const text = tool(version, `inputs: { a: string }\noutputs: {}\narguments: [${JSON.stringify(written)}]\n`)
    return (await planOf(text, { a: 'x' })).argv[1]
  }

  test.each(VERSIONS)('escapes a reference in %s', async version => {
    expect(await argv(version, '\\$(inputs.a) $(inputs.a)')).toBe('$(inputs.a) x')
  })

  test.each([
    ['v1.0', '\\\\ \\n x'],
    ['v1.1', '\\\\ \\n x'],
    ['v1.2', '\\ \\n x'],
  ])('is itself escaped from v1.2 on: %s', async (version, expected) => {
    expect(await argv(version, '\\\\ \\n $(inputs.a)')).toBe(expected)
  })
})

describe.each(VERSIONS)('a tool of %s', version => {
  test('has the memory that its version gives by default, and no network', async () => {
    const plan = await planOf(tool(version, 'inputs: {}\noutputs: {}\n'))
    expect([plan.resources.ram, plan.network]).toEqual([version === 'v1.0' ? 1024 : 256, false])
  })

  test('sees listings without asking in v1.0 only', async () => {
    const rest = 'inputs: { d: Directory }\noutputs: {}\n'
    const inputs = { d: { class: 'Directory' as const, location: 'mem:/d', basename: 'd' } }
    const plan = await planOf(tool(version, rest), inputs, { 'mem:/d/e/f': 'x' })
    const listing = (plan.inputs.d as { listing?: unknown[] }).listing
    expect(listing?.length).toBe(version === 'v1.0' ? 1 : undefined)
  })

  test('loads the head of a long file before v1.2, and refuses it since', async () => {
    const rest = 'inputs: { f: { type: File, inputBinding: { loadContents: true } } }\noutputs: {}\n'
    const inputs = { f: { class: 'File' as const, location: 'mem:/f', basename: 'f' } }
    const plan = planOf(tool(version, rest), inputs, { 'mem:/f': 'x'.repeat(70_000) })
    if (version === 'v1.2') await expect(plan).rejects.toThrow('larger than 65536 bytes')
    else expect((await plan).inputs.f).toMatchObject({ contents: 'x'.repeat(65_536) })
  })

  test('knows its exit code from v1.1 on', async () => {
    const rest = `requirements: { InlineJavascriptRequirement: {} }
inputs: {}
outputs: { code: { type: "int?", outputBinding: { outputEval: "$(runtime.exitCode === undefined ? null : runtime.exitCode)" } } }
`
    expect(await run(tool(version, rest), {}, new FakeHost())).toEqual({ code: version === 'v1.0' ? null : 0 })
  })
})

test('in one workflow each document keeps its own meaning', async () => {
  const step = (file: string) => `{ run: ${file}, in: { f: { source: f, loadContents: true } }, out: [] }`
  const rest = (word: string) => `inputs: { f: File }\noutputs: {}\narguments: ["${word} $(runtime.ram)"]\n`
  const { process, problems } = await load({
    'main.cwl': `cwlVersion: v1.1\nclass: Workflow\ninputs: { f: File }\noutputs: {}\nsteps:\n  old: ${step('old.cwl')}\n  new: ${step('new.cwl')}\n`,
    'old.cwl': tool('v1.0', rest('\\\\\\\\')),
    'new.cwl': tool('v1.2', rest('\\\\\\\\')),
  })
  expect(problems).toEqual([])
  const host = new FakeHost(() => ({}), { 'mem:/f': 'x'.repeat(70_000) })
  const evaluator = createEvaluator()
  const inputs = { f: { class: 'File' as const, location: 'mem:/f', basename: 'f' } }
  await execute(process!, inputs, host, { evaluator, signal: new AbortController().signal })
  await evaluator.close()
  expect(Object.fromEntries(host.plans.map(plan => [plan.path, plan.argv[1]]))).toEqual({
    old: '\\\\ 1024',
    new: '\\ 256',
  })
})
