import { afterAll, beforeAll, expect, test } from 'vitest'
import { Harness, processOf } from '../support/harness.ts'

/** Documents and jobs that make up locations of another user's bytes: no output and no log ever holds them. */
let harness: Harness
let victim: string

beforeAll(async () => {
  harness = await Harness.make()
  await harness.start()
  const secret = await harness.file('secret.txt', SECRET)
  victim = secret.location!
})
afterAll(() => harness.close())

// longer than what lies in a row, so that it is in the store
const SECRET = 'not for others '.repeat(500)

const forged = (location: string) => [
  location,
  location.toUpperCase(),
  location.replace('content:', 'CONTENT:'),
  location.replace(':', '%3A'),
  location.replace('content:', 'content://'),
  `${location}#x`,
]

const FILE = (location: string) => JSON.stringify({ class: 'File', location, basename: 'x' })

const head = `
cwlVersion: v1.2
id: main
requirements: { InlineJavascriptRequirement: {}, StepInputExpressionRequirement: {}, LoadListingRequirement: { loadListing: deep_listing } }
`

/** Each a document that tries to get at the location. */
const DOCUMENTS: { [name: string]: (location: string) => string } = {
  'a default': location => `${head}
class: CommandLineTool
inputs: { a: { type: File, default: ${FILE(location)}, inputBinding: {} } }
outputs: { out: stdout }
baseCommand: cat
stdout: out.txt`,
  'a default whose contents are loaded': location => `${head}
class: ExpressionTool
inputs: { a: { type: File, loadContents: true, default: ${FILE(location)} } }
outputs: { out: string }
expression: "$({out: inputs.a.contents})"`,
  'a folder as a default': location => `${head}
class: CommandLineTool
inputs: { a: { type: Directory, default: { class: Directory, basename: d, listing: [${FILE(location)}] }, inputBinding: {} } }
outputs: { out: stdout }
baseCommand: [cp, -rLv]
arguments: [{ valueFrom: ., position: 2 }]
stdout: out.txt`,
  'what an expression gives': location => `${head}
class: ExpressionTool
inputs: []
outputs: { out: File }
expression: "$({out: {'class': 'File', 'location': '${location}', 'basename': 'x'}})"`,
  'what an output is said to be': location => `${head}
class: CommandLineTool
inputs: []
outputs: { out: { type: File, outputBinding: { outputEval: "$({'class': 'File', 'location': '${location}', 'basename': 'x'})" } } }
baseCommand: 'true'`,
  'secondary files that an expression names': location => `${head}
class: CommandLineTool
inputs: []
outputs:
  out:
    type: File
    outputBinding: { glob: y }
    secondaryFiles: ["$({'class': 'File', 'location': '${location}', 'basename': 'x'})"]
baseCommand: [touch, y]`,
  'what is put into the work folder': location => `${head}
class: CommandLineTool
inputs: []
hints: { InitialWorkDirRequirement: { listing: [${FILE(location)}] } }
outputs: { out: { type: File, outputBinding: { glob: x } } }
baseCommand: 'true'`,
  'one thing that is put into the work folder': location => `${head}
class: CommandLineTool
inputs: []
hints: { InitialWorkDirRequirement: { listing: ${FILE(location)} } }
outputs: { out: { type: File, outputBinding: { glob: x } } }
baseCommand: 'true'`,
  'an entry of the work folder': location => `${head}
class: CommandLineTool
inputs: []
hints: { InitialWorkDirRequirement: { listing: [{ entryname: x, entry: ${FILE(location)} }] } }
outputs: { out: { type: File, outputBinding: { glob: x } } }
baseCommand: 'true'`,
  'a listing that an expression gives': location => `${head}
class: CommandLineTool
inputs: []
hints: { InitialWorkDirRequirement: { listing: "$([{'class': 'File', 'location': '${location}', 'basename': 'x'}])" } }
outputs: { out: { type: File, outputBinding: { glob: x } } }
baseCommand: 'true'`,
  'a folder in the work folder': location => `${head}
class: CommandLineTool
inputs: []
hints: { InitialWorkDirRequirement: { listing: [{ class: Directory, basename: d, listing: [${FILE(location)}] }] } }
outputs: { out: { type: File, outputBinding: { glob: d/x } } }
baseCommand: 'true'`,
  'secondary files in the work folder': location => `${head}
class: CommandLineTool
inputs: []
hints: { InitialWorkDirRequirement: { listing: [{ class: File, basename: y, contents: y, secondaryFiles: [${FILE(location)}] }] } }
outputs: { out: { type: File, outputBinding: { glob: x } } }
baseCommand: 'true'`,
  'the value of an input binding': location => `${head}
class: CommandLineTool
inputs: []
arguments: [{ valueFrom: "$({'class': 'File', 'location': '${location}', 'basename': 'x'})" }]
outputs: { out: stdout }
baseCommand: cat
stdout: out.txt`,
  'the value of a step': location => `${head}
class: Workflow
inputs: []
outputs: { out: { type: File, outputSource: s/out } }
steps:
  s:
    in: { a: { valueFrom: "$({'class': 'File', 'location': '${location}', 'basename': 'x'})" } }
    out: [out]
    run:
      class: CommandLineTool
      inputs: { a: { type: File, inputBinding: {} } }
      outputs: { out: stdout }
      baseCommand: cat
      stdout: out.txt`,
  'a default of a step': location => `${head}
class: Workflow
inputs: []
outputs: { out: { type: File, outputSource: s/out } }
steps:
  s:
    in: { a: { default: ${FILE(location)} } }
    out: [out]
    run:
      class: CommandLineTool
      inputs: { a: { type: File, inputBinding: {} } }
      outputs: { out: stdout }
      baseCommand: cat
      stdout: out.txt`,
  'cwl.output.json': location => `${head}
class: CommandLineTool
inputs: []
outputs: { out: File }
baseCommand: [sh, -c]
arguments: [${JSON.stringify(`echo '{"out":{"class":"File","location":"${location}","basename":"x"}}' > cwl.output.json`)}]`,
  'a path in cwl.output.json': location => `${head}
class: CommandLineTool
inputs: []
outputs: { out: File }
baseCommand: [sh, -c]
arguments: [${JSON.stringify(`echo '{"out":{"class":"File","path":"${location}","basename":"x"}}' > cwl.output.json`)}]`,
}

test.for(Object.keys(DOCUMENTS))('no job gets at the bytes of another user: %s', { timeout: 120_000 }, async name => {
  for (const location of forged(victim)) {
    let id: string
    try {
      id = await harness.submit(DOCUMENTS[name]!(location))
    } catch (error) {
      // no task is made of a document that is not valid
      expect(String(error)).toContain('is outside the document')
      continue
    }
    await expectNothingOfTheirs(id, location)
  }
})

test.for(Object.keys(DOCUMENTS))('nor by a model that was stored as it is: %s', { timeout: 120_000 }, async name => {
  // documents are refused where they are read: a literal stands for the location until that is done
  const text = DOCUMENTS[name]!('MARK').replaceAll('"location":"MARK"', '"contents":"MARK"')
  const model = JSON.stringify(await processOf(text)).replaceAll('"contents":"MARK"', `"location":"${victim}"`)
  const process = JSON.parse(model.replaceAll('MARK', victim))
  await expectNothingOfTheirs(await harness.submit(EMPTY, {}, { process }), victim)
})

const EMPTY = 'cwlVersion: v1.2\nid: main\nclass: ExpressionTool\ninputs: []\noutputs: []\nexpression: $({})\n'

async function expectNothingOfTheirs(id: string, location: string): Promise<void> {
  const task = await harness.ended(id)
  const where = `${location}: ${task.status} ${task.message}`
  const outputs = task.status === 'COMPLETED' ? JSON.stringify(await harness.outputs(task)) : ''
  expect(outputs, where).not.toContain('not for others')
  const files = await harness.database.read
    .selectFrom('files')
    .selectAll()
    .where('origin_task', '=', task.id)
    .where('content', 'is not', null)
    .execute()
  const contents = files.map(({ content }) => `content:${content}`)
  expect(contents, where).not.toContain(victim)
  for (const { id } of files) expect(await harness.text(id), where).not.toContain('not for others')
  expect(task.message).not.toContain('not for others')
}
