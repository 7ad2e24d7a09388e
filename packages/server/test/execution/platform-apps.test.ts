import { afterEach, beforeEach, expect, test } from 'vitest'
import { STANDARD } from '../../src/limits/limits.ts'
import { AnswerBudget } from '../../src/pacing/answer-budget.ts'
import { renderDetails } from '../../src/tasks/details.ts'
import { Harness } from '../support/harness.ts'

let harness: Harness

beforeEach(async () => {
  harness = await Harness.make()
  await harness.start()
})
afterEach(() => harness.close())

const script = (text: string) => ({ class: 'Expression', engine: '#cwl-js-engine', script: text })

/** Counts the lines of its reads, and leaves an index and two scripts behind. */
const COUNTER = {
  cwlVersion: 'sbg:draft-2',
  class: 'CommandLineTool',
  baseCommand: ['cat'],
  arguments: ['| wc -l | tr -d " " > count.txt && touch count.txt.idx run.sh sub.sh; echo said > run.sh; cat run.sh'],
  inputs: [{ id: '#reads', type: [{ type: 'array', items: 'File' }], inputBinding: { position: -1 } }],
  outputs: [
    {
      id: '#count',
      type: ['null', 'File'],
      outputBinding: {
        glob: 'count.txt',
        secondaryFiles: ['.idx'],
        'sbg:inheritMetadataFrom': '#reads',
        'sbg:metadata': { caller: script('{ return "wc " + $job.inputs.reads.length }') },
      },
    },
  ],
  hints: [
    { class: 'sbg:AWSInstanceType', value: 'x1.32xlarge;ebs-gp2;500' },
    { class: 'sbg:SaveLogs', value: '*.sh' },
  ],
}

const WORKFLOW = {
  cwlVersion: 'sbg:draft-2',
  class: 'Workflow',
  inputs: [{ id: '#groups', type: [{ type: 'array', items: { type: 'array', items: 'File' } }] }],
  outputs: [{ id: '#counts', type: [{ type: 'array', items: 'File' }], source: ['#each.count'] }],
  steps: [
    {
      id: '#each',
      run: COUNTER,
      inputs: [{ id: '#each.reads', source: ['#groups'] }],
      outputs: [{ id: '#each.count' }],
      scatter: '#each.reads',
    },
  ],
}

test('metadata travels from inputs to the files that are published; hints are cut down with a warning', async () => {
  const lanes = await Promise.all(
    ['1', '2', '3'].map(lane => harness.file(`${lane}.fq`, `${lane}\n`, { sample_id: 's1', lane })),
  )
  const id = await harness.submit(JSON.stringify(WORKFLOW), { groups: [lanes.slice(0, 2), lanes.slice(2)] })
  const task = await harness.ended(id)
  expect(task).toMatchObject({ status: 'COMPLETED', message: '' })
  const { counts } = (await harness.outputs(task)) as unknown as {
    counts: { path: string; secondaryFiles: { path: string }[] }[]
  }
  expect(await Promise.all(counts.map(file => harness.text(file.path)))).toEqual(['2\n', '1\n'])
  const metadataOf = async (file: string) => {
    const row = await harness.database.read.selectFrom('files').selectAll().where('id', '=', file).executeTakeFirst()
    return JSON.parse(row!.metadata)
  }
  const common = { sample_id: 's1', caller: 'wc 2' }
  expect(await metadataOf(counts[0]!.path)).toEqual(common)
  expect(await metadataOf(counts[0]!.secondaryFiles[0]!.path)).toEqual(common)
  expect(await metadataOf(counts[1]!.path)).toEqual({ sample_id: 's1', lane: '3', caller: 'wc 1' })
  const warnings = JSON.parse(task.warnings) as { message: string }[]
  expect(warnings.map(warning => warning.message)).toEqual([
    expect.stringMatching(/^Step each: the instance type x1.32xlarge has 128 cores, and this machine has \d+: /),
    expect.stringMatching(/^Step each: the instance type x1.32xlarge has 1998848 MiB of memory, and this machine has /),
  ])
})

test('files that a tool wants kept are among the logs of its job', async () => {
  const reads = [await harness.file('a.fq', 'a\n')]
  const id = await harness.submit(JSON.stringify(COUNTER), { reads })
  const task = await harness.ended(id)
  const [job] = (
    await renderDetails(harness.database.read, task, '', new AnswerBudget(STANDARD, async () => undefined))
  ).jobs
  expect(Object.keys(job!.logs)).toEqual(['run.sh', 'sub.sh', 'stdout.log'])
  const [, file = ''] = /files\/([^/]+)/.exec((job!.logs as { [name: string]: string })['run.sh']!) ?? []
  expect(await harness.text(file)).toBe('said\n')
})
