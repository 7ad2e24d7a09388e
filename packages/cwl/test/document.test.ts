import { describe, expect, test } from 'vitest'
import { loadProcess, noFetcher } from '../src/index.ts'
import { load } from './load.ts'

const TOOL = 'cwlVersion: v1.2\nclass: CommandLineTool\ninputs: []\noutputs: []\nbaseCommand: echo\n'

async function problemsOf(text: string) {
  const { problems } = await load({ 'main.cwl': text })
  return problems.map(({ line, column, message }) => `${line}:${column} ${message}`)
}

describe('positions', () => {
  test('every problem of a document is reported, each where it stands', async () => {
    const problems = await problemsOf(
      [
        'cwlVersion: v1.2',
        'class: CommandLineTool',
        'baseComand: echo',
        'inputs:',
        '  count:',
        '    type: integer',
        '  name: strin',
        'outputs:',
        '  out: { type: File, outputBinding: 7 }',
      ].join('\n'),
    )
    expect(problems).toContain('3:1 a CommandLineTool has no field baseComand; is baseCommand meant?')
    expect(problems.some(problem => problem.startsWith('6:5 there is no type integer'))).toBe(true)
    expect(problems).toContain('7:3 there is no type strin; is string meant?')
    expect(problems).toContain('9:22 outputBinding must be a map, not 7')
  })

  test('a problem in an imported document names that document', async () => {
    const { problems } = await load({
      'main.cwl': 'cwlVersion: v1.2\nclass: CommandLineTool\ninputs: { $import: inputs.yml }\noutputs: []\n',
      'inputs.yml': 'first: string\nsecond: nothing\n',
    })
    expect(problems[0]).toMatchObject({ file: 'test:///inputs.yml', line: 2, column: 1 })
  })

  test('text that is no YAML is told from a document that is not valid', async () => {
    expect(await load({ 'main.cwl': 'a: [1, 2' })).toMatchObject({ syntax: true })
    expect((await load({ 'main.cwl': 'class: Nothing\ncwlVersion: v1.2' })).syntax).toBeUndefined()
  })
})

describe('references', () => {
  test('imports, includes, types and processes of other documents become part of the process', async () => {
    const { process } = await load({
      'main.cwl': [
        'cwlVersion: v1.2',
        'class: Workflow',
        'requirements:',
        '  SchemaDefRequirement: { types: [{ $import: types.yml }] }',
        'inputs: { pair: "types.yml#pair" }',
        'outputs: []',
        'steps:',
        '  one: { run: tool.cwl, in: { pair: pair }, out: [] }',
      ].join('\n'),
      'types.yml': 'name: pair\ntype: record\nfields: { left: int, right: "int?" }\n',
      'tool.cwl': `${TOOL}requirements: { InlineJavascriptRequirement: { expressionLib: [{ $include: lib.js }] } }\n`,
      'lib.js': 'function f() {}',
    })
    expect(process?.inputs[0]?.type).toMatchObject({ kind: 'record', fields: [{ id: 'left' }, { id: 'right' }] })
    const step = process?.class === 'Workflow' ? process.steps[0] : undefined
    expect(step?.run.requirements[0]).toMatchObject({ expressionLib: ['function f() {}'] })
  })

  test('a server follows none of them, and says where each stands', async () => {
    const text = [
      'cwlVersion: v1.2',
      'class: Workflow',
      '$schemas: [http://example.org/formats.owl]',
      'inputs:',
      '  data: { type: File, default: { class: File, location: file:///etc/passwd } }',
      'outputs: []',
      'hints: [{ $import: hint.yml }]',
      'doc: { $include: /etc/passwd }',
      'steps:',
      '  one: { run: tool.cwl, in: [], out: [] }',
    ].join('\n')
    const { process, problems } = await loadProcess({ uri: 'app.cwl', text, fetcher: noFetcher })
    expect(process).toBeUndefined()
    expect(new Set(problems.map(problem => problem.line))).toEqual(new Set([3, 5, 7, 8, 10]))
  })

  test('a process that runs itself, and a document that imports itself, are refused', async () => {
    const circle = await load({
      'main.cwl':
        'cwlVersion: v1.2\nclass: Workflow\ninputs: []\noutputs: []\nsteps: { a: { run: main.cwl, in: [], out: [] } }',
    })
    expect(circle.problems[0]?.message).toContain('runs itself')
    const imports = await load({ 'main.cwl': '$import: main.cwl' })
    expect(imports.problems[0]?.message).toContain('imports itself')
  })
})

describe('bounds', () => {
  test('aliases that multiply are refused', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let n = 1; n < 9; n++)
      lines.push(
        `a${n}: &a${n} [${Array(10)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
      )
    expect((await problemsOf(lines.join('\n')))[0]).toContain('aliases repeat more than')
  })

  test('an alias inside its own anchor is refused', async () => {
    expect((await problemsOf('a: &a { b: *a }'))[0]).toContain('contains itself')
  })

  test('deep nesting is refused', async () => {
    expect((await problemsOf(`a: ${'['.repeat(5000)}${']'.repeat(5000)}`))[0]).toContain('nested')
  })

  test('duplicate keys are tolerated; the last counts', async () => {
    const { process } = await load({ 'main.cwl': `${TOOL}label: first\nlabel: second\n` })
    expect(process?.label).toBe('second')
  })

  test('a key called __proto__ is a key like any other', async () => {
    const { document } = await load({ 'main.cwl': `${TOOL}hints: []\n"__proto__": { polluted: true }\n` })
    expect(Object.hasOwn(Object(document), '__proto__')).toBe(true)
    expect(Object(document).polluted).toBeUndefined()
  })
})

describe('versions', () => {
  test.each([
    ['v1.0', false],
    ['v1.1', false],
    ['v1.2', true],
  ])('when in a step of a %s workflow', async (version, isValid) => {
    const { process } = await load({
      'main.cwl': `cwlVersion: ${version}\nclass: Workflow\ninputs: []\noutputs: []\nsteps:\n  a: { run: tool.cwl, in: [], out: [], when: $(true) }\n`,
      'tool.cwl': TOOL,
    })
    expect(process !== undefined).toBe(isValid)
  })

  test('keys of other namespaces are kept as written', async () => {
    const { process } = await load({ 'main.cwl': `${TOOL}sbg:toolkit: samtools\n` })
    expect(process?.extensions).toEqual({ 'sbg:toolkit': 'samtools' })
  })
})

test('links that lead nowhere are found, with the name that may be meant', async () => {
  const { problems } = await load({
    'main.cwl': [
      'cwlVersion: v1.2',
      'class: Workflow',
      'inputs: { reads: File }',
      'outputs:',
      '  out: { type: File, outputSource: sort/sorted }',
      'steps:',
      '  sort:',
      '    run: tool.cwl',
      '    in:',
      '      data: raeds',
      '    out: [result]',
    ].join('\n'),
    'tool.cwl': TOOL,
  })
  const messages = problems.map(problem => `${problem.line} ${problem.message}`)
  expect(messages).toContain('10 source: there is no raeds in this workflow; is reads meant?')
  expect(messages).toContain('11 out: what the step runs has no output result')
  expect(messages.some(message => message.startsWith('5 outputSource: there is no sort/sorted'))).toBe(true)
})
