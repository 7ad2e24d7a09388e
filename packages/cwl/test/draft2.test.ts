import { describe, expect, test } from 'vitest'
import type { Value } from '../src/index.ts'
import { FakeHost, run } from './jobs.ts'

/** A document of draft-2 as the platform gives it. */
const tool = (fields: object) =>
  JSON.stringify({
    cwlVersion: 'sbg:draft-2',
    class: 'CommandLineTool',
    id: 'https://api.example.org/v2/apps/kim/rna/old-tool/3/raw/',
    baseCommand: ['run'],
    inputs: [],
    outputs: [],
    requirements: [{ class: 'ExpressionEngineRequirement', id: '#cwl-js-engine', engineConfig: [] }],
    hints: [],
    ...fields,
  })
const script = (text: string) => ({ class: 'Expression', engine: '#cwl-js-engine', script: text })
const TEXTS = { 'mem:/d/a.bam': 'bam', 'mem:/d/a.bam.bai': 'bai', 'mem:/d/b.txt': 'two words' }
const BAM = { class: 'File' as const, location: 'mem:/d/a.bam', metadata: { sample: 's1', lane: '1' } }
const TXT = { class: 'File' as const, location: 'mem:/d/b.txt', metadata: { sample: 's1', lane: '2' } }

async function planOf(fields: object, inputs: { [id: string]: Value } = {}) {
  const host = new FakeHost(() => ({}), TEXTS)
  await run(tool(fields), inputs, host)
  return host.plans[0]!
}

const lineOf = async (fields: object, inputs = {}) => (await planOf(fields, inputs)).argv[0]

describe('the command line', () => {
  test('is one line that the shell gets as it is, with redirections at its end', async () => {
    const fields = {
      baseCommand: ['cat', script("'in put'"), '|'],
      arguments: ['sort', { valueFrom: '&& echo $(date) > "log"', position: 3 }],
      inputs: [{ id: '#word', type: ['string'], inputBinding: { position: 1, prefix: '-k', separate: false } }],
      stdin: script('$job.inputs.word + ".txt"'),
      stdout: 'out put.txt',
    }
    expect(await planOf(fields, { word: 'a b' })).toMatchObject({
      shell: true,
      argv: [`cat in put | sort -ka b && echo $(date) > "log" < 'a b.txt' > 'out put.txt'`],
    })
  })

  test('empty streams are none', async () => {
    expect(await lineOf({ stdin: '', stdout: script('null'), arguments: null })).toBe('run')
  })

  test('valueFrom counts for inputs without a value too, and sees that', async () => {
    const given = (id: string) => ({
      id: `#${id}`,
      type: ['null', 'int'],
      inputBinding: { prefix: `--${id}`, valueFrom: script('{ return $self === null ? 7 : $self * 2 }') },
    })
    expect(await lineOf({ inputs: [given('a'), given('b')] }, { b: 4 })).toBe('run --a 7 --b 8')
  })

  test('a prefix without a separator stands before each item', async () => {
    const list = (id: string, binding: object, type = 'int') => ({
      id: `#${id}`,
      type: ['null', { type: 'array', items: type }],
      inputBinding: { prefix: `-${id}`, ...binding },
    })
    const fields = {
      inputs: [
        list('a', { itemSeparator: null }),
        list('b', { separate: false }),
        list('c', { itemSeparator: ',' }),
        list('d', { itemSeparator: null, valueFrom: script('[7, 8]') }),
        list('e', { itemSeparator: null, separate: false }, 'File'),
      ],
    }
    expect(await lineOf(fields, { a: [1, 2], b: [3, 4], c: [5, 6], d: [0], e: [BAM, TXT] })).toBe(
      'run -a 1 -a 2 -b3 -b4 -c 5,6 -d 7 -d 8 -e/inputs/0/a.bam -e/inputs/1/b.txt',
    )
  })

  test('in plain draft-2 it stands before all of them', async () => {
    const fields = {
      cwlVersion: 'cwl:draft-2',
      inputs: [{ id: '#a', type: { type: 'array', items: 'int' }, inputBinding: { prefix: '-a' } }],
    }
    expect(await lineOf(fields, { a: [1, 2] })).toBe('run -a 1 2')
  })

  test('an input that is not to be included is not', async () => {
    const fields = {
      inputs: [
        { id: '#a', type: ['File'], inputBinding: { 'sbg:cmdInclude': false, secondaryFiles: ['.bai'] } },
        { id: '#b', type: ['boolean'], inputBinding: { 'sbg:cmdInclude': true, prefix: '-b' } },
      ],
    }
    const plan = await planOf(fields, { a: BAM, b: true })
    expect(plan.argv).toEqual(['run -b'])
    expect(plan.stage.map(entry => entry.target)).toContain('/inputs/0/a.bam.bai')
  })
})

describe('scripts', () => {
  const evaluated = (text: string, inputs = {}, more = {}) => {
    const ids = Object.keys(inputs).map(id => ({ id: `#${id}`, type: ['null', 'Any'] }))
    return lineOf({ baseCommand: [], arguments: [script(text)], inputs: ids, ...more }, inputs)
  }

  test.each([
    ['{ return 1 + 1 }', '2'],
    ['  $job.inputs.n  ', '3'],
    ['$job.inputs.n * 2;', '6'],
    ['// a remark\n$job.inputs["n"]', '3'],
    ['$job.n', '3'],
    ['$job.inputs.n = 5; undeclared = 1; $job.inputs.n + undeclared', '6'],
    ['{ for (i = 0; i < 3; i++) $job.inputs.n += i; return "/[(\'" + $job.inputs.n }', "/[('6"],
    ['if ($job.inputs.n > 2) { "many" } else { "few" }', 'many'],
    ['$job.allocatedResources.cpu + "," + $job.allocatedResources.mem', '1,1000'],
    ['$job.allocatedResources.mem', '1000'],
    ['', ''],
    ['[1, 2].map(x => x * $job.inputs.n)', '3 6'],
  ])('%s', async (text, expected) => {
    expect(await evaluated(text, { n: 3 })).toBe(expected)
  })

  test('of many blanks take no time', async () => {
    expect(await evaluated(`$job${' '.repeat(200_000)}.inputs.n`, { n: 3 })).toBe('3')
  })

  test('use the libraries of the engine', async () => {
    const requirements = [
      { class: 'ExpressionEngineRequirement', id: '#js', engineConfig: ['function twice(x) { return 2 * x }'] },
    ]
    expect(await evaluated('twice($job.inputs.n)', { n: 4 }, { requirements })).toBe('8')
  })

  test('a text that looks like one is a text', async () => {
    const arguments_ = ['$(pwd)', '${HOME}', '\\$(x)', 'a $(b) ${c}', '  $(d)']
    expect(await lineOf({ arguments: arguments_ })).toBe('run $(pwd) ${HOME} \\$(x) a $(b) ${c}   $(d)')
  })

  test('a pointer into the inputs needs no JavaScript', async () => {
    const pointer = { class: 'Expression', engine: 'cwl:JsonPointer', script: '/job/n' }
    expect(await lineOf({ arguments: [pointer], inputs: [{ id: '#n', type: 'int' }] }, { n: 9 })).toBe('run 9')
  })

  test('one that fails says which it is', async () => {
    await expect(evaluated('$job.inputs.nothing.path')).rejects.toThrow(
      'the script $job.inputs.nothing.path: TypeError',
    )
  })
})

describe('the work folder', () => {
  test('has job.json, created files and staged inputs', async () => {
    const fields = {
      inputs: [
        { id: '#bam', type: ['File'], 'sbg:stageInput': 'link', inputBinding: { secondaryFiles: ['.bai', '.none'] } },
        { id: '#all', type: [{ type: 'array', items: 'File' }], 'sbg:stageInput': 'copy', inputBinding: {} },
        { id: '#none', type: ['null', 'File'], 'sbg:stageInput': 'copy' },
      ],
      requirements: [
        {
          class: 'CreateFileRequirement',
          fileDef: [
            { filename: 'run.sh', fileContent: 'echo $(pwd)\n' },
            {
              filename: script('$job.inputs.bam.metadata.sample + ".cfg"'),
              fileContent: script('{ return "x=" + $job.inputs.bam.path }'),
            },
          ],
        },
      ],
    }
    const plan = await planOf(fields, { bam: BAM, all: [TXT] })
    expect(plan.argv).toEqual(['run /work/b.txt /work/a.bam'])
    expect(plan.stage).toEqual([
      { type: 'file', location: BAM.location, target: '/work/a.bam', writable: false },
      { type: 'file', location: `${BAM.location}.bai`, target: '/work/a.bam.bai', writable: false },
      { type: 'file', location: TXT.location, target: '/work/b.txt', writable: true },
      { type: 'text', text: 'echo $(pwd)\n', target: '/work/run.sh', writable: false },
      { type: 'text', text: 'x=/work/a.bam', target: '/work/s1.cfg', writable: false },
      { type: 'text', text: expect.any(String), target: '/work/job.json', writable: true, ofInputs: true },
    ])
    const file = plan.stage.find(entry => entry.target === '/work/job.json') as { text: string }
    expect(JSON.parse(file.text)).toMatchObject({
      inputs: { bam: { path: '/work/a.bam', metadata: { sample: 's1' } }, none: null },
      allocatedResources: { cpu: 1, mem: 1000 },
    })
  })

  test('and the environment is what scripts say', async () => {
    const requirements = [{ class: 'EnvVarRequirement', envDef: [{ envName: 'N', envValue: script('1 + 1') }] }]
    expect((await planOf({ requirements })).environment).toEqual({ N: '2' })
  })
})
