import { expect, test } from 'vitest'
import { FakeHost, run } from './jobs.ts'

const SCATTERED = `
cwlVersion: v1.2
class: Workflow
requirements: { ScatterFeatureRequirement: {}, StepInputExpressionRequirement: {}, InlineJavascriptRequirement: {} }
inputs: { words: "string[]" }
outputs: { files: { type: "File[]", outputSource: write/file }, kept: { type: { type: array, items: ["null", string] }, outputSource: odd/value } }
steps:
  write:
    scatter: word
    in: { word: words }
    out: [file]
    run:
      class: CommandLineTool
      inputs: { word: { type: string, inputBinding: {} } }
      outputs: { file: { type: File, outputBinding: { glob: out.txt } } }
      baseCommand: echo
      stdout: out.txt
  odd:
    scatter: file
    when: $(inputs.number % 2 == 1)
    in:
      file: write/file
      number: { valueFrom: "$(parseInt(inputs.file.metadata.number))" }
    out: [value]
    run:
      class: ExpressionTool
      inputs: { file: File, number: int }
      outputs: { value: string }
      expression: "$({ value: inputs.file.basename + inputs.number })"
`

function host(recalled = {}) {
  return new FakeHost(
    plan => ({
      texts: {
        'cwl.output.json': JSON.stringify({
          file: { class: 'File', path: 'out.txt', metadata: { number: plan.argv[1] } },
        }),
        'out.txt': plan.argv[1]!,
      },
    }),
    { 'mem:/old': 'old' },
    recalled,
  )
}

test('scatter, valueFrom and when, with a job for each element under a path of its own', async () => {
  const fake = host()
  const outputs = await run(SCATTERED, { words: ['1', '2', '3'] }, fake)
  expect(outputs.kept).toEqual(['out.txt1', null, 'out.txt3'])
  expect(fake.plans.map(plan => plan.path).toSorted()).toEqual(['write[0]', 'write[1]', 'write[2]'])
  expect(Object.keys(fake.kept).toSorted()).toEqual(['odd[0]', 'odd[2]'])
})

test('what is recalled is neither run nor evaluated again', async () => {
  const old = { class: 'File', location: 'mem:/old', basename: 'old', metadata: { number: '5' } }
  const fake = host({ 'write[1]': { file: old }, 'odd[1]': { value: 'as before' } })
  const outputs = await run(SCATTERED, { words: ['1', '2', '3'] }, fake)
  expect(fake.plans.map(plan => plan.path).toSorted()).toEqual(['write[0]', 'write[2]'])
  expect(outputs.kept).toEqual(['out.txt1', 'as before', 'out.txt3'])
  expect(outputs.files).toMatchObject([{}, { location: 'mem:/old' }, {}])
})

test('the first failure is the workflow’s, with the path of the job', async () => {
  const fake = new FakeHost(plan => ({ exitCode: plan.path === 'write[1]' ? 9 : 0, texts: { 'out.txt': '' } }))
  await expect(run(SCATTERED, { words: ['1', '2'] }, fake)).rejects.toMatchObject({
    name: 'JobFailure',
    path: 'write[1]',
    exitCode: 9,
  })
})

test('an error of the host’s own kind passes as it is', async () => {
  class StorageError extends Error {}
  const fake = host()
  fake.run = () => Promise.reject(new StorageError('the disk is gone'))
  await expect(run(SCATTERED, { words: ['1'] }, fake)).rejects.toBeInstanceOf(StorageError)
})
