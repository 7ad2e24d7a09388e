import { expect, test } from 'vitest'
import type { Values } from '../src/index.ts'
import { FakeHost, run } from './jobs.ts'

/** Every way in which what an expression sees can get into what a job sees. */
const LEAKY = `
cwlVersion: v1.2
class: Workflow
requirements: { ScatterFeatureRequirement: {}, StepInputExpressionRequirement: {}, InlineJavascriptRequirement: {} }
inputs: { reads: "File[]", folder: Directory, sample: { type: { type: record, fields: { bam: File } } } }
outputs: { out: { type: { type: array, items: Any }, outputSource: tool/out }, made: { type: Any, outputSource: expression/made } }
steps:
  expression:
    in: { reads: reads, folder: folder, sample: sample }
    out: [made, file]
    run:
      class: ExpressionTool
      inputs: { reads: "File[]", folder: Directory, sample: Any }
      outputs: { made: Any, file: File }
      expression: "\${ return { made: JSON.stringify(inputs), file: inputs.reads[1] } }"
  tool:
    scatter: read
    in:
      read: reads
      folder: folder
      last: expression/file
      sample: sample
      as_text: { source: reads, valueFrom: "$(JSON.stringify(self)) $(inputs.read.location) $(self[0].location) and $(self)" }
    out: [out]
    run:
      class: CommandLineTool
      requirements:
        InitialWorkDirRequirement:
          listing:
            - { entryname: all.json, entry: "$(inputs)" }
            - { entryname: list.json, entry: "\${ return [{ of: inputs.read, in: inputs.folder }] }" }
            - { entryname: text, entry: "x $(inputs.sample) y $(inputs.read.location)" }
            - "\${ return { class: 'Directory', listing: [inputs.sample.bam] } }"
        EnvVarRequirement: { envDef: { WHERE: "$(inputs.read.location) \${ return inputs.last.location }" } }
      inputs:
        read: { type: File, secondaryFiles: [ .bai? ] }
        folder: Directory
        last: File
        sample: Any
        as_text: string
      baseCommand: echo
      arguments: [ "$(inputs)", "\${ return [{ a: inputs.read }] }", "$(inputs.folder.location)", "$(inputs.as_text)" ]
      outputs: { out: { type: Any, outputBinding: { glob: text, outputEval: "$({ all: JSON.stringify(inputs), self: JSON.stringify(self), back: inputs.read })" } } }
`

const DRAFT2 = `
cwlVersion: sbg:draft-2
class: CommandLineTool
id: tool
requirements: [{ class: ExpressionEngineRequirement, id: '#cwl-js-engine' }]
inputs: [{ id: '#reads', type: [{ type: array, items: File }] }]
outputs: []
baseCommand: [echo, { class: Expression, engine: '#cwl-js-engine', script: "JSON.stringify($job) + JSON.stringify($job.inputs.reads[0])" }]
arguments: []
`

function inputs(id: string): Values {
  const file = (name: string) => ({ class: 'File', location: `mem:/${id}/${name}`, basename: name, size: 1 }) as const
  return {
    reads: [{ ...file('a b.fq'), secondaryFiles: [file('a b.fq.bai')] }, file('c.fq')],
    folder: { class: 'Directory', location: `folder:${id}`, basename: 'ref', listing: [file('one'), file('two')] },
    sample: { bam: file('s.bam') },
  }
}

async function seen(document: string, given: (id: string) => Values, id: string) {
  const texts = ['a b.fq', 'a b.fq.bai', 'c.fq', 's.bam', 'one', 'two'].map(
    name => [`mem:/${id}/${name}`, 'x'] as const,
  )
  const host = new FakeHost(() => ({ texts: { text: 't' } }), Object.fromEntries(texts))
  const outputs = await run(document, given(id), host)
  const plans = host.plans.map(({ argv, environment, stage, path }) => ({ path, argv, environment, stage }))
  return { plans: plans.toSorted((a, b) => a.path.localeCompare(b.path)), kept: host.kept, outputs }
}

/** Without what only the host reads. */
function shown(found: Awaited<ReturnType<typeof seen>>) {
  const made = found.outputs as { out?: { all: string; self: string }[]; made?: string }
  return {
    made: made.made,
    out: made.out?.map(({ all, self }) => ({ all, self })),
    plans: found.plans.map(plan => ({
      ...plan,
      stage: plan.stage.map(entry => ('location' in entry ? { ...entry, location: '' } : entry)),
    })),
  }
}

test('what expressions, commands, variables and staged texts say of files is the same wherever the host keeps them', async () => {
  const [first, second] = [await seen(LEAKY, inputs, '1f00'), await seen(LEAKY, inputs, '2e99')]
  expect(shown(first)).toEqual(shown(second))
  expect(JSON.stringify(shown(first))).not.toMatch(/mem:|folder:|1f00/)
  // and the host finds its own again
  expect(first.outputs.out).toMatchObject([
    { back: { location: 'mem:/1f00/a b.fq' } },
    { back: { location: 'mem:/1f00/c.fq' } },
  ])
  expect(first.plans[0]!.stage).toContainEqual(expect.objectContaining({ location: 'folder:1f00' }))
})

test('a step sees the port, the place in the list and the name; a tool its own path', async () => {
  const { outputs, plans } = await seen(LEAKY, inputs, 'x')
  const { reads, sample, folder } = JSON.parse(outputs.made as string)
  expect(reads[0].location).toBe('file:///reads/0/a%20b.fq')
  expect([sample.bam.location, folder.location]).toEqual(['file:///sample/bam/s.bam', 'file:///folder/ref'])
  expect(plans[0]!.environment.WHERE).toMatch(/^file:\/\/\/inputs\/\S+a%20b\.fq file:\/\/\/inputs\/\S+c\.fq$/)
})

test('job.json and scripts of draft-2 tools too', async () => {
  const reads = (id: string) => ({ reads: inputs(id).reads! })
  const [first, second] = [await seen(DRAFT2, reads, '1f00'), await seen(DRAFT2, reads, '2e99')]
  expect(shown(first)).toEqual(shown(second))
  expect(JSON.stringify(shown(first))).toContain('file:///')
})
