import { describe, expect, test } from 'vitest'
import { FakeHost, run } from './jobs.ts'
import { load } from './load.ts'

const FILES = { 'mem:in.txt': 'text' }
const FILE = { class: 'File', location: 'mem:in.txt' } as const

/** Ids of inputs and outputs as packers write them; the last part is the name. */
const PREFIXES = ['', '#', '#tool/', '#main/step/tool/', 'tool/', 'file.cwl#tool/', 'file:///a/b.cwl#tool/']

describe.each(PREFIXES)('ids that begin with %j', prefix => {
  const tool = (version: string, more: object) =>
    JSON.stringify({
      cwlVersion: version,
      class: 'CommandLineTool',
      id: `${prefix}tool`,
      baseCommand: 'cat',
      outputs: [],
      ...more,
    })

  test.each(['v1.0', 'v1.1', 'v1.2'])('an input of the type stdin is standard input, in %s', async version => {
    const text = tool(version, { inputs: [{ id: `${prefix}file1`, type: 'stdin' }] })
    const { problems } = await load({ 'main.cwl': text })
    expect(problems.filter(({ rule }) => rule !== 'newer')).toEqual([])
    const host = new FakeHost(() => ({}), FILES)
    await run(text, { file1: FILE }, host)
    expect(host.plans[0]).toMatchObject({ stdin: expect.stringMatching(/^\/inputs\/.*in\.txt$/) })
  })

  test('outputs of the types stdout and stderr are found under the names that the streams go to', async () => {
    const inputs = [{ id: `${prefix}x`, type: 'string', inputBinding: {} }]
    const outputs = [
      { id: `${prefix}out`, type: 'stdout' },
      { id: `${prefix}err`, type: 'stderr' },
    ]
    const text = tool('v1.2', { inputs, outputs, stdout: '$(inputs.x).txt' })
    const host = new FakeHost(plan => ({ texts: { [plan.stdout!]: 'o', [plan.stderr!]: 'err' } }))
    const result = await run(text, { x: 'name' }, host)
    expect(result).toMatchObject({ out: { basename: 'name.txt', size: 1 }, err: { size: 3 } })
  })
})
