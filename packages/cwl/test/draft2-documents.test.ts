import { describe, expect, test } from 'vitest'
import { FakeHost, run } from './jobs.ts'
import { load, processOf } from './load.ts'

const script = (text: string) => ({ class: 'Expression', engine: '#cwl-js-engine', script: text })

/** A tool that leaves a file `out.txt` and says what it was given. */
const SAY = {
  class: 'CommandLineTool',
  baseCommand: ['say'],
  inputs: [{ id: '#word', type: ['null', 'string'], inputBinding: { position: 1 } }],
  outputs: [{ id: '#said', type: ['null', 'File'], outputBinding: { glob: 'out.txt' } }],
}
const host = () => new FakeHost(() => ({ texts: { 'out.txt': '' } }))

const WORKFLOW = {
  cwlVersion: 'sbg:draft-2',
  class: 'Workflow',
  'sbg:batchInput': '#words',
  inputs: [
    { id: '#words', type: [{ type: 'array', items: 'string' }], 'sbg:x': 1 },
    { id: '#first.word', type: ['string'] },
  ],
  outputs: [
    { id: '#each', type: ['null', { type: 'array', items: 'File' }], source: ['#say_all.said'], required: false },
    { id: '#both', type: ['null', { type: 'array', items: 'File' }], source: ['#one.said', '#two.said'] },
  ],
  steps: [
    {
      id: '#say_all',
      run: SAY,
      inputs: [{ id: '#say_all.word', source: ['#words'] }],
      outputs: [{ id: '#say_all.said' }],
      scatter: '#say_all.word',
      'sbg:x': 10,
    },
    {
      id: '#one',
      run: { ...SAY, cwlVersion: 'sbg:draft-2' },
      inputs: [{ id: '#one.word', source: '#first.word' }],
      outputs: [{ id: '#one.said' }],
    },
    // without an id of its own, and with a tool of v1.2
    {
      run: {
        cwlVersion: 'v1.2',
        class: 'CommandLineTool',
        baseCommand: 'say',
        inputs: { word: { type: 'string', inputBinding: {} } },
        outputs: { said: { type: 'File', outputBinding: { glob: 'out.txt' } } },
      },
      inputs: [{ id: '#two.word', default: 'a b' }],
      outputs: [{ id: '#two.said' }],
    },
  ],
}

describe('workflows', () => {
  test('link by #step.port, scatter, and run tools of other versions', async () => {
    const fake = host()
    const outputs = await run(JSON.stringify(WORKFLOW), { words: ['a', 'b c'], 'first.word': 'x y' }, fake)
    const lines = fake.plans.map(plan => [plan.path, plan.argv.join('|')]).toSorted()
    expect(lines).toEqual([
      ['one', 'say x y'],
      ['say_all[0]', 'say a'],
      ['say_all[1]', 'say b c'],
      ['two', 'say|a b'],
    ])
    expect(outputs.each).toHaveLength(2)
    expect(outputs.both).toHaveLength(2)
  })

  test('keep what is not ours, and which version each process is of', async () => {
    const process = await processOf(JSON.stringify(WORKFLOW))
    expect(process).toMatchObject({
      version: 'draft-2',
      extensions: { 'sbg:batchInput': '#words' },
      inputs: [{ extensions: { 'sbg:x': 1 } }, {}],
      steps: [
        { id: 'say_all', scatter: ['word'], extensions: { 'sbg:x': 10 }, run: { version: 'draft-2' } },
        { id: 'one', run: { version: 'draft-2' } },
        { id: 'two', run: { version: 'v1.2' } },
      ],
    })
  })

  test('of v1.2 run tools of draft-2, embedded, by reference and in one $graph', async () => {
    const step = (run: unknown) => ({ in: { word: { default: '$(x)' } }, out: ['said'], run })
    const tool = { ...SAY, cwlVersion: 'sbg:draft-2', inputs: SAY.inputs, baseCommand: ['say', script('1 + 1')] }
    const workflow = {
      id: 'main',
      class: 'Workflow',
      inputs: {},
      outputs: {},
      steps: { embedded: step(tool), referred: step('old.cwl'), packed: step('#old') },
    }
    const graph = { cwlVersion: 'v1.2', $graph: [workflow, { ...tool, id: '#old' }] }
    const { process, problems } = await load({ 'main.cwl': JSON.stringify(graph), 'old.cwl': JSON.stringify(tool) })
    expect(problems).toEqual([])
    const fake = host()
    await run(JSON.stringify({ ...graph, $graph: [{ ...workflow, steps: { embedded: step(tool) } }] }), {}, fake)
    expect(fake.plans.map(plan => plan.argv)).toEqual([['say 2 $(x)']])
    expect(process).toMatchObject({ version: 'v1.2', steps: Array(3).fill({ run: { version: 'draft-2' } }) })
  })

  test('bring along what their tools want beside a file', async () => {
    const wanted = ['.bai', script('$self.path + ".idx"'), script('$job.inputs.other')]
    const tool = {
      class: 'CommandLineTool',
      baseCommand: ['x'],
      inputs: [{ id: '#bam', type: ['File'], inputBinding: { secondaryFiles: wanted } }],
      outputs: [],
    }
    const workflow = {
      cwlVersion: 'sbg:draft-2',
      class: 'Workflow',
      inputs: [{ id: '#in', type: ['File'] }],
      outputs: [],
      steps: [{ id: '#s', run: tool, inputs: [{ id: '#s.bam', source: ['#in'] }], outputs: [] }],
    }
    const texts = { 'mem:/a.bam': '', 'mem:/a.bam.bai': '', 'mem:/a.bam.idx': '', 'mem:/a.bam.other': '' }
    const fake = new FakeHost(() => ({}), texts)
    await run(JSON.stringify(workflow), { in: { class: 'File', location: 'mem:/a.bam' } }, fake)
    const staged = fake.plans[0]!.stage.map(entry => entry.target).filter(target => target.startsWith('/inputs'))
    expect(staged).toEqual(['/inputs/0/a.bam', '/inputs/0/a.bam.bai', '/inputs/0/a.bam.idx'])
  })

  test('give their libraries to tools that have none', async () => {
    const engine = { class: 'ExpressionEngineRequirement', id: '#js', engineConfig: ['function f() { return "lib" }'] }
    const workflow = {
      cwlVersion: 'sbg:draft-2',
      class: 'Workflow',
      requirements: [engine],
      inputs: [],
      outputs: [],
      steps: [{ id: '#s', run: { ...SAY, arguments: [script('f()')] }, inputs: [], outputs: [{ id: '#s.said' }] }],
    }
    const fake = host()
    await run(JSON.stringify(workflow), {}, fake)
    expect(fake.plans[0]?.argv).toEqual(['say lib'])
  })

  test('an expression tool gives its outputs', async () => {
    const tool = {
      cwlVersion: 'cwl:draft-2',
      class: 'ExpressionTool',
      inputs: [{ id: '#n', type: 'int' }],
      outputs: [{ id: '#twice', type: 'int' }],
      expression: { engine: '#js', script: '{ return { twice: $job.n * 2 } }' },
    }
    expect(await run(JSON.stringify(tool), { n: 21 }, host())).toEqual({ twice: 42 })
  })
})

describe('documents', () => {
  const TOOL = { cwlVersion: 'sbg:draft-2', ...SAY }

  test.each(['sbg:draft-2', 'cwl:draft-2', 'draft-2', 'https://w3id.org/cwl/draft-2'])(
    'labelled %s',
    async cwlVersion => {
      expect(await processOf(JSON.stringify({ ...TOOL, cwlVersion }))).toMatchObject({ version: 'draft-2' })
    },
  )

  test.each([
    ['a script in a map', { ...SAY, stdout: script('"x"') }],
    ['a requirement of draft-2', { ...SAY, requirements: [{ class: 'CreateFileRequirement', fileDef: [] }] }],
    ['old ids with descriptions', { ...SAY, description: 'says it' }],
    ['steps with inputs', { ...WORKFLOW, inputs: [{ id: 'words', type: 'string[]' }, WORKFLOW.inputs[1]] }],
  ])('with %s are draft-2 whatever their label', async (_, document) => {
    for (const cwlVersion of ['v1.0', undefined]) {
      expect(await processOf(JSON.stringify({ ...document, cwlVersion }))).toMatchObject({ version: 'draft-2' })
    }
  })

  test('v1.x with ids that begin with # stays v1.x', async () => {
    const inputs = [{ id: '#word', type: 'string', doc: 'a word' }]
    expect(await processOf(JSON.stringify({ ...SAY, cwlVersion: 'v1.0', inputs }))).toMatchObject({ version: 'v1.0' })
  })

  test('ports: optional, described, with types of all forms', async () => {
    const inputs = [
      { id: '#a', type: ['File'], required: false, description: 'the reads', 'sbg:fileTypes': 'BAM' },
      { id: '#b', type: ['null', { type: 'enum', name: 'b', symbols: ['x', 'y'] }], default: 'x' },
      {
        id: '#c',
        type: [{ type: 'record', name: 'c', fields: [{ name: 'left', type: ['null', 'File'], description: 'l' }] }],
      },
    ]
    const { inputs: read } = await processOf(JSON.stringify({ ...TOOL, inputs }))
    expect(read).toMatchObject([
      { id: 'a', doc: 'the reads', type: { kind: 'union', of: [{ kind: 'null' }, { kind: 'File' }] } },
      { id: 'b', default: 'x', type: { of: [{ kind: 'null' }, { kind: 'enum', symbols: ['x', 'y'] }] } },
      { id: 'c', type: { kind: 'record', fields: [{ id: 'left', doc: 'l' }] } },
    ])
    expect(read[0]?.extensions).toEqual({ 'sbg:fileTypes': 'BAM' })
  })

  test('problems stand where they were written', async () => {
    const text = `cwlVersion: sbg:draft-2
class: CommandLineTool
baseCommand: [x]
inputs:
  - id: "#a"
    type: [strin]
outputs: []
`
    const { problems } = await load({ 'main.cwl': text })
    expect(problems).toEqual([
      expect.objectContaining({ message: 'there is no type strin; is string meant?', line: 6, severity: 'error' }),
    ])
  })

  test('import and include as they were written then', async () => {
    const workflow = `
class: Workflow
requirements: [{ import: engine.cwl }]
inputs: [{ id: "#w", type: string }]
outputs: [{ id: "#o", type: File, source: "#s.said" }]
steps:
  - run: { import: say.cwl }
    inputs: [{ id: "#s.word", source: "#w" }]
    outputs: [{ id: "#s.said" }]
`
    const engine = 'class: ExpressionEngineRequirement\nid: "#js"\nengineConfig: [{ include: lib.js }]'
    const texts = { 'main.cwl': workflow, 'say.cwl': JSON.stringify(SAY), 'engine.cwl': engine, 'lib.js': 'var x = 1' }
    const { process, problems } = await load(texts)
    expect(problems.filter(problem => problem.severity === 'error')).toEqual([])
    expect(process).toMatchObject({
      version: 'draft-2',
      requirements: [{ class: 'InlineJavascriptRequirement', expressionLib: ['var x = 1'] }],
      steps: [{ id: 's', run: { class: 'CommandLineTool', version: 'draft-2' } }],
    })
  })

  test('a list of processes, one of which runs another', async () => {
    const list = `
- id: "#echo"
  class: CommandLineTool
  inputs:
    - { id: "#word", type: string, inputBinding: {} }
  outputs:
    - id: "#said"
      type: string
      outputBinding: { glob: out.txt, loadContents: true, outputEval: { engine: "cwl:JsonPointer", script: context/0/contents } }
  baseCommand: echo
- id: "#main"
  class: Workflow
  inputs: [{ id: "#words", type: { type: array, items: string } }]
  outputs: [{ id: "#out", type: { type: array, items: string }, source: "#step1.said" }]
  steps:
    - id: "#step1"
      scatter: ["#step1.word"]
      inputs: [{ id: "#step1.word", source: "#words" }]
      outputs: [{ id: "#step1.said" }]
      run: { import: "#echo" }
`
    const fake = new FakeHost(plan => ({ texts: { 'out.txt': plan.argv[0]! } }))
    expect(await run(list, { words: ['a', 'b'] }, fake)).toEqual({ out: ['echo a', 'echo b'] })
  })

  test('without a version, known by their ids', async () => {
    expect(await processOf(JSON.stringify(SAY))).toMatchObject({ version: 'draft-2' })
  })

  test('a file of the inputs is put under another name', async () => {
    const pointer = (script: string) => ({ engine: 'cwl:JsonPointer', script })
    const tool = {
      class: 'CommandLineTool',
      baseCommand: 'true',
      requirements: [
        {
          class: 'CreateFileRequirement',
          fileDef: [{ filename: pointer('job/name'), fileContent: pointer('/job/source') }],
        },
      ],
      inputs: [
        { id: '#source', type: 'File' },
        { id: '#name', type: 'string' },
      ],
      outputs: [],
    }
    const fake = new FakeHost(() => ({}), { 'mem:/a.txt': 'a' })
    await run(JSON.stringify(tool), { source: { class: 'File', location: 'mem:/a.txt' }, name: 'fish.txt' }, fake)
    expect(fake.plans[0]?.stage[0]).toMatchObject({ location: 'mem:/a.txt', target: '/work/fish.txt' })
  })

  test('a container is a plain requirement', async () => {
    const hints = [{ class: 'DockerRequirement', dockerPull: 'ubuntu:20.04', dockerImageId: '' }]
    const process = await processOf(JSON.stringify({ ...TOOL, hints }))
    expect(process.hints[0]).toEqual({ class: 'DockerRequirement', dockerPull: 'ubuntu:20.04' })
  })
})

describe('outputs', () => {
  const tool = (outputs: object[], more = {}) =>
    JSON.stringify({
      cwlVersion: 'sbg:draft-2',
      class: 'CommandLineTool',
      baseCommand: ['x'],
      inputs: [{ id: '#reads', type: ['null', { type: 'array', items: 'File' }] }],
      outputs,
      ...more,
    })
  const left = () =>
    new FakeHost(
      () => ({ texts: { 'a.bam': 'A', 'a.bam.bai': '', 'b.bam': 'B', 'n.txt': '12', 'job.json': '{}', 'x.json': '' } }),
      {
        'mem:/r1': '',
        'mem:/r2': '',
      },
    )
  const files = { type: 'array', items: 'File' }
  const names = (value: unknown) => (value as { basename: string }[]).map(file => file.basename)

  test('are found by patterns, lists of them, braces and scripts', async () => {
    const outputs = await run(
      tool([
        { id: '#one', type: ['File'], outputBinding: { glob: './a.bam', secondaryFiles: ['.bai', '.none'] } },
        { id: '#list', type: [files], outputBinding: { glob: ['b.bam', '*.txt'] } },
        { id: '#braces', type: ['null', files], outputBinding: { glob: '{a.bam,*.txt}' } },
        { id: '#said', type: ['null', files], outputBinding: { glob: script('{ return "*.bam" }') } },
        {
          id: '#number',
          type: ['int'],
          outputBinding: { glob: 'n.txt', loadContents: true, outputEval: script('parseInt($self[0].contents)') },
        },
        { id: '#json', type: ['null', 'File'], outputBinding: { glob: '*.json' } },
        { id: '#job', type: ['File'], outputBinding: { glob: 'job.json' } },
        { id: '#empty', type: ['null', 'File'], outputBinding: { glob: '', outputEval: '' } },
        { id: '#nothing', type: ['null', 'File'], outputBinding: { glob: 'none' } },
      ]),
      {},
      left(),
    )
    expect(outputs.one).toMatchObject({ basename: 'a.bam', secondaryFiles: [{ basename: 'a.bam.bai' }] })
    expect([outputs.list, outputs.braces, outputs.said].map(names)).toEqual([
      ['b.bam', 'n.txt'],
      ['a.bam', 'n.txt'],
      ['a.bam', 'b.bam'],
    ])
    expect([outputs.number, outputs.nothing, outputs.empty]).toEqual([12, null, null])
    expect([outputs.json, outputs.job]).toMatchObject([{ basename: 'x.json' }, { basename: 'job.json' }])
  })

  test('metadata: what all files of an input share, then what scripts set, then what the tool says', async () => {
    const file = (name: string, metadata: { [key: string]: string }) => ({
      class: 'File' as const,
      location: `mem:/${name}`,
      metadata,
    })
    const binding = {
      glob: '*.bam',
      outputEval: script('{ for (i in $self) { $self[i].metadata = { index: i, caller: "script" } } return $self }'),
      'sbg:inheritMetadataFrom': '#reads',
      'sbg:metadata': { caller: 'x $(y)', name: script('$self.path.split("/").pop()'), lane: script('null') },
    }
    const reads = [file('r1', { sample: 's', lane: '1', run: 'r' }), file('r2', { sample: 's', lane: '2', run: 'r' })]
    const { out } = await run(tool([{ id: '#out', type: [files], outputBinding: binding }]), { reads }, left())
    expect(out).toMatchObject([
      { metadata: { sample: 's', run: 'r', index: '0', caller: 'x $(y)', name: 'a.bam' } },
      { metadata: { sample: 's', run: 'r', index: '1', caller: 'x $(y)', name: 'b.bam' } },
    ])
    expect((out as { metadata: object }[])[0]!.metadata).toMatchObject({ lane: null })
  })

  test.each([
    [{ successCodes: [0, 3] }, 3, true],
    [{ successCodes: [] }, 0, true],
    [{ temporaryFailCodes: [3] }, 3, false],
    [{}, 3, false],
  ])('%j: exit code %i', async (codes, exitCode, succeeds) => {
    const running = run(tool([], codes), {}, new FakeHost(() => ({ exitCode })))
    if (succeeds) expect(await running).toEqual({})
    else await expect(running).rejects.toMatchObject({ exitCode })
  })
})
