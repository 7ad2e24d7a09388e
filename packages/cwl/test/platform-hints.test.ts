import { describe, expect, test } from 'vitest'
import { instanceType } from '../src/job/instance-types.ts'
import { FakeHost, run } from './jobs.ts'
import { load, processOf } from './load.ts'

const TOOL = { cwlVersion: 'v1.0', class: 'CommandLineTool', baseCommand: 'x', inputs: [], outputs: [] }
const hint = (name: string, value: unknown) => ({ class: `sbg:${name}`, value })

async function planOf(document: object, machine?: { cores: number; ram: number }, inputs = {}) {
  const host = Object.assign(new FakeHost(), { machine })
  await run(JSON.stringify(document), inputs, host)
  return host.plans[0]!
}

describe('cores and memory', () => {
  test('of a tool, as numbers and expressions', async () => {
    const hints = [hint('CPURequirement', 3), hint('MemRequirement', '$(inputs.n * 100)')]
    const requirements = [{ class: 'InlineJavascriptRequirement' }]
    const document = { ...TOOL, hints, requirements, inputs: { n: 'int' } }
    expect((await planOf(document, undefined, { n: 5 })).resources).toMatchObject({ cores: 3, ram: 500 })
  })

  test('of draft-2, with scripts, and what the tool then sees', async () => {
    const script = (text: string) => ({ class: 'Expression', engine: '#js', script: text })
    const document = {
      ...TOOL,
      cwlVersion: 'sbg:draft-2',
      inputs: [{ id: '#n', type: ['int'] }],
      hints: [hint('CPURequirement', script('$job.inputs.n + 1')), { class: 'MemRequirement', value: 2000 }],
      arguments: [script('$job.allocatedResources.cpu'), script('{ return $job.allocatedResources.mem - 500 }')],
    }
    const plan = await planOf(document, undefined, { n: 1 })
    expect(plan.resources).toMatchObject({ cores: 2, ram: 2000 })
    expect(plan.argv).toEqual(['x 2 1500'])
  })

  test('ResourceRequirement goes before them', async () => {
    const hints = [hint('CPURequirement', 3), { class: 'ResourceRequirement', coresMin: 2 }]
    expect((await planOf({ ...TOOL, hints })).resources.cores).toBe(2)
  })
})

describe('instance types', () => {
  test.each([
    ['c4.8xlarge', { cores: 36, ram: 60 * 1024 }],
    ['m5.2xlarge', { cores: 8, ram: 32 * 1024 }],
    ['r3.xlarge', { cores: 4, ram: 31232, disk: 80 }],
    ['n1-standard-16', { cores: 16, ram: 60 * 1024 }],
    ['n1-highmem-2', { cores: 2, ram: 13 * 1024 }],
    ['zz.large', undefined],
    ['constructor', undefined],
  ])('%s', (name, expected) => {
    expect(instanceType(name)).toEqual(expected)
  })

  test('the workflow’s goes before the step’s, and that before the tool’s', async () => {
    const workflow = (hints: object[], step: object[], tool: object[]) => ({
      cwlVersion: 'v1.2',
      class: 'Workflow',
      hints,
      inputs: {},
      outputs: {},
      steps: { s: { in: {}, out: [], hints: step, run: { ...TOOL, hints: tool } } },
    })
    const [small, middle, large] = ['c5.large', 'c5.xlarge', 'c5.2xlarge;ebs-gp2;2000'].map(name =>
      hint('AWSInstanceType', name),
    )
    const cores = async (document: object) => (await planOf(document)).resources.cores
    expect(await cores(workflow([], [], [small!]))).toBe(2)
    expect(await cores(workflow([], [middle!], [small!]))).toBe(4)
    const plan = await planOf(workflow([large!], [middle!], [small!]))
    expect(plan.resources).toMatchObject({ cores: 8, ram: 16384, outdir: 2000 * 1024 })
  })

  test('more than the machine is cut down to it, and said', async () => {
    const hints = [hint('AWSInstanceType', 'c4.8xlarge'), hint('MemRequirement', 90000)]
    const plan = await planOf({ ...TOOL, hints }, { cores: 4, ram: 8000.5 })
    expect(plan.resources).toMatchObject({ cores: 4, ram: 8000 })
    expect(plan.warnings).toEqual([
      'the instance type c4.8xlarge has 36 cores, and this machine has 4: that is what the job gets',
      'sbg:MemRequirement asks for 90000 MiB of memory, and this machine has 8000: that is what the job gets',
    ])
  })

  test('one that is not known is ignored, and said', async () => {
    const plan = await planOf({ ...TOOL, hints: [hint('GoogleInstanceType', 'q9-huge-3;pd-ssd;100')] })
    expect(plan.resources.cores).toBe(1)
    expect(plan.warnings).toEqual([
      'sbg:GoogleInstanceType: the instance type q9-huge-3 is not known here and is ignored',
    ])
  })
})

test('known hints are no problem, an unknown one is a warning, whatever the namespace is', async () => {
  const hints = [
    hint('SaveLogs', '*.log'),
    hint('SaveLogs', '*.sh'),
    hint('maxNumberOfParallelInstances', '4'),
    hint('Novelty', 1),
  ]
  const { process, problems } = await load({
    'main.cwl': JSON.stringify({ ...TOOL, $namespaces: { sbg: 'https://example.org/other' }, hints }),
  })
  expect(process?.hints).toEqual(hints)
  expect(problems.map(problem => `${problem.severity}: ${problem.message}`)).toEqual([
    'warning: sbg:Novelty is not known here, and is ignored',
  ])
  expect((await planOf({ ...TOOL, hints })).saveLogs).toEqual(['*.log', '*.sh'])
})

test('inputs of v1.x are staged and outputs get metadata too', async () => {
  const document = {
    ...TOOL,
    requirements: [{ class: 'InlineJavascriptRequirement' }],
    inputs: { reads: { type: 'File', 'sbg:stageInput': 'copy', inputBinding: {} } },
    outputs: {
      out: {
        type: 'File',
        outputBinding: { glob: 'o', 'sbg:inheritMetadataFrom': '#reads', 'sbg:metadata': { kind: '$(self.basename)' } },
      },
    },
  }
  const host = new FakeHost(() => ({ texts: { o: '' } }), { 'mem:/r.fq': '' })
  const reads = { class: 'File' as const, location: 'mem:/r.fq', metadata: { sample: 's' } }
  const { out } = await run(JSON.stringify(document), { reads }, host)
  expect(host.plans[0]).toMatchObject({
    argv: ['x', '/work/r.fq'],
    stage: [{ type: 'file', target: '/work/r.fq', writable: true }],
  })
  expect(out).toMatchObject({ metadata: { sample: 's', kind: 'o' } })
})

test('two inputs of one name in the work folder are refused', async () => {
  const port = { type: 'File', 'sbg:stageInput': 'link' }
  const document = { ...TOOL, inputs: { a: port, b: port } }
  const file = (folder: string) => ({ class: 'File' as const, location: `mem:/${folder}/f` })
  const running = run(
    JSON.stringify(document),
    { a: file('a'), b: file('b') },
    new FakeHost(() => ({}), { 'mem:/a/f': '', 'mem:/b/f': '' }),
  )
  await expect(running).rejects.toThrow('two different inputs would be at /work/f')
})

test('keys of the platform are kept as they are written', async () => {
  const process = await processOf(`
cwlVersion: v1.0
class: CommandLineTool
label: first
label: second
baseCommand: x
inputs:
  - { id: a, type: "File[]?", sbg:fileTypes: "BAM, SAM", sbg:suggestedValue: { class: File, path: 5f0 }, sbg:category: Inputs }
outputs: []
sbg:revisionNotes: a note
sbg:batchBy: { type: criteria, criteria: [metadata.sample_id] }
`)
  expect(process).toMatchObject({
    label: 'second',
    inputs: [
      {
        extensions: {
          'sbg:fileTypes': 'BAM, SAM',
          'sbg:suggestedValue': { class: 'File', path: '5f0' },
          'sbg:category': 'Inputs',
        },
      },
    ],
    extensions: { 'sbg:revisionNotes': 'a note', 'sbg:batchBy': { criteria: ['metadata.sample_id'] } },
  })
})
