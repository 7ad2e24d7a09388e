import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { createEvaluator, type EngineEvent, execute, loadProcess, type Values } from '../src/index.ts'
import { LENIENCIES } from '../src/leniencies.ts'
import { FakeHost, type Left } from './jobs.ts'
import { textFetcher } from './load.ts'

interface Ran {
  outputs: Values
  warnings: string[]
  host: FakeHost
}

/** Runs a document as the platform does, or strictly. */
async function run(text: string, inputs: Values, { strict = false, left = (): Left => ({}) } = {}): Promise<Ran> {
  const loaded = await loadProcess({ uri: 'test:///main.cwl', text, fetcher: textFetcher({}), strict })
  if (!loaded.process) throw new Error(loaded.problems.map(({ message }) => message).join('\n'))
  const warnings = loaded.problems.map(({ message }) => message)
  const host = new (class extends FakeHost {
    event(event: EngineEvent): void {
      if (event.type === 'warning') warnings.push(event.message)
    }
  })(left)
  const evaluator = createEvaluator()
  try {
    const options = { evaluator, signal: new AbortController().signal, strict }
    return { outputs: await execute(loaded.process, inputs, host, options), warnings, host }
  } finally {
    await evaluator.close()
  }
}

/** What runs by a leniency, with its warning, and fails without. */
async function expectLenient(
  name: keyof typeof LENIENCIES,
  text: string,
  inputs: Values,
  outputs: Values,
  left?: () => Left,
) {
  const ran = await run(text, inputs, { left })
  expect(ran.outputs).toEqual(outputs)
  expect(ran.warnings.filter(warning => warning.includes(`(${name})`))).not.toEqual([])
  await expect(run(text, inputs, { strict: true, left })).rejects.toThrow()
  return ran
}

const expressionTool = (rest: string, head = 'requirements: { InlineJavascriptRequirement: {} }') =>
  `cwlVersion: v1.2\nclass: ExpressionTool\n${head}\n${rest}`

const tool = (rest: string) =>
  `cwlVersion: v1.2\nclass: CommandLineTool\nrequirements: { InlineJavascriptRequirement: {} }\nbaseCommand: run\n${rest}`

describe('JavaScript', () => {
  test.each(['$(inputs.n * 2)', '${ return inputs.n + inputs.n }', '$(parseInt("4"))'])(
    '%s needs no requirement',
    async code => {
      const text = expressionTool(
        `inputs: { n: int }\noutputs: { twice: int }\nexpression: '\${ return {twice: 4} }'\n`.replace(
          '${ return {twice: 4} }',
          code.startsWith('$(')
            ? `$({twice: ${code.slice(2, -1)}})`
            : code.replace('return ', 'return {twice: ').replace(' }', '} }'),
        ),
        '',
      )
      await expectLenient('javascript', text, { n: 2 }, { twice: 4 })
    },
  )

  test('a plain reference needs nothing, and what is missing in it stays an error', async () => {
    const text = tool('inputs: { r: Any }\noutputs: []\narguments: [$(inputs.r.x)]\n').replace(/requirements.*\n/, '')
    const { warnings, host } = await run(text, { r: { x: 1 } })
    expect(warnings).toEqual([])
    expect(host.plans[0]!.argv).toEqual(['run', '1'])
    await expect(run(text, { r: {} })).rejects.toThrow('inputs.r has no x')
  })

  test.each([
    ['an undeclared variable', 'n = 4; return {n: n}'],
    ['an octal number', 'var n = 04; return {n: n}'],
    ['a word that strict JavaScript keeps', 'var static = 4; return {n: static}'],
    ['a loop over one', 'for (i = 0; i < 4; i++) {}; return {n: i}'],
    ['what can not be written', 'var f = Object.freeze({n: 4}); f.n = 5; return f'],
  ])('plain JavaScript: %s', async (_, body) => {
    const text = expressionTool(`inputs: []\noutputs: { n: int }\nexpression: "\${ ${body} }"\n`)
    await expectLenient('plainJavascript', text, {}, { n: 4 })
  })

  test('what runs as strict JavaScript means what it meant, and what fails either way is told once', async () => {
    const body = '${ return {n: (function () { return this === undefined ? 1 : 2 })()} }'
    const ran = await run(expressionTool(`inputs: []\noutputs: { n: int }\nexpression: "${body}"\n`), {})
    expect([ran.outputs, ran.warnings]).toEqual([{ n: 1 }, []])
    const fails = expressionTool('inputs: []\noutputs: { n: int }\nexpression: "${ return nowhere }"\n')
    await expect(run(fails, {})).rejects.toThrow(
      /^main.cwl: \$\{return nowhere\}: ReferenceError: '?nowhere'? is not defined$/,
    )
  })
})

describe('values', () => {
  const echo = (type: string, more = '') =>
    expressionTool(`inputs: { v: { type: ${type} } }\noutputs: { v: Any }\nexpression: "$({v: inputs.v})"\n${more}`)

  test.each<[type: string, given: Values[string], taken: Values[string]]>([
    ['int', 2 ** 31, 2 ** 31],
    ['"int?"', -(2 ** 53) + 1, -(2 ** 53) + 1],
    ['"int[]"', [1, 2 ** 40], [1, 2 ** 40]],
    ['{ type: record, fields: { n: int, m: "int?" } }', { n: 2 ** 33 }, { n: 2 ** 33, m: null }],
  ])('a wide %s', async (type, given, taken) => {
    await expectLenient('wideInt', echo(type), { v: given }, { v: taken })
  })

  test.each<[type: string, given: Values[string], taken: Values[string]]>([
    ['{ type: enum, symbols: ["0", "1"] }', 1, '1'],
    ['["null", { type: enum, symbols: [0, 1] }]', 0, '0'],
    ['{ type: array, items: { type: enum, symbols: ["1", two] } }', [1, 'two'], ['1', 'two']],
    ['{ type: enum, symbols: [true, false] }', true, 'true'],
    ['{ type: record, fields: { e: { type: { type: enum, symbols: ["5"] } } } }', { e: 5 }, { e: '5' }],
  ])('a number for %s', async (type, given, taken) => {
    await expectLenient('enumText', echo(type), { v: given }, { v: taken })
  })

  test('a value that fits as it is stays what it is', async () => {
    const ran = await run(echo('["int", { type: enum, symbols: ["1"] }]'), { v: 1 })
    expect([ran.outputs, ran.warnings]).toEqual([{ v: 1 }, []])
    await expect(run(echo('{ type: enum, symbols: ["0", "1"] }'), { v: 2 })).rejects.toThrow('expected one of 0, 1')
    await expect(run(echo('int'), { v: 2 ** 53 })).rejects.toThrow('expected int, not number 9007199254740992')
    await expect(run(echo('int'), { v: '5' })).rejects.toThrow('expected int, not string "5"')
  })

  test.each<[type: string, given: string, taken: Values[string]]>([
    ['int', '"50"', 50],
    ['int', '"50\\n"', 50],
    ['float', '"0.5"', 0.5],
    ['"long?"', '" -3"', -3],
    ['"double[]"', '["1e3", 2]', [1000, 2]],
    ['{ type: record, fields: { n: int } }', '({n: "7"})', { n: 7 }],
  ])('a text for an output of the type %s', async (type, code, taken) => {
    const outputs = `outputs: { n: { type: ${type}, outputBinding: { outputEval: '$(${code})' } } }`
    await expectLenient('numberText', tool(`inputs: []\n${outputs}\n`), {}, { n: taken })
  })

  test.each(['"5x"', '""', '"0x10"', '"1.5"'])('%s is no whole number', async code => {
    const outputs = `outputs: { n: { type: int, outputBinding: { outputEval: '$(${code})' } } }`
    await expect(run(tool(`inputs: []\n${outputs}\n`), {})).rejects.toThrow('output n: expected int, not string')
  })
})

describe('a step with when', () => {
  const workflow = (step: string) => `
cwlVersion: v1.2
class: Workflow
requirements: { InlineJavascriptRequirement: {}, ScatterFeatureRequirement: {}, StepInputExpressionRequirement: {} }
inputs: { words: "string[]?", on: "boolean?" }
outputs: { said: { type: Any, outputSource: say/said } }
steps:
  say:
    run:
      class: ExpressionTool
      inputs: { word: "string?", count: "int?", on: "boolean?" }
      outputs: { said: Any }
      expression: "$({said: inputs.word === null ? inputs.count : inputs.word})"
    out: [said]
${step}`
  const scattered = workflow('    in: { word: words, on: on }\n    scatter: word\n    when: $(inputs.word != null)\n')
  const counted = workflow(
    '    in: { word: { default: null }, count: { source: words, valueFrom: $(self.length) }, on: on }\n    when: "$(inputs.on === null ? inputs.count != null : inputs.on)"\n',
  )

  test('is skipped where it would scatter over null', async () => {
    await expectLenient('skipNull', scattered, {}, { said: null })
    expect((await run(scattered, { words: ['a', 'b'] })).outputs).toEqual({ said: ['a', 'b'] })
  })

  test('is skipped where valueFrom fails because there is nothing', async () => {
    await expectLenient('skipNull', counted, {}, { said: null })
    expect((await run(counted, { words: ['a'] })).outputs).toEqual({ said: 1 })
  })

  test('fails where when says that it is to run', async () => {
    await expect(run(counted, { on: true })).rejects.toThrow('say: $(self.length)')
    const always = workflow('    in: { word: words, on: on }\n    scatter: word\n    when: $(true)\n')
    await expect(run(always, {})).rejects.toThrow('say: scatter over word needs a list, not null')
  })
})

describe('links of draft-2', () => {
  const counting = (type: string) => ({
    class: 'CommandLineTool',
    cwlVersion: 'sbg:draft-2',
    id: 'count',
    baseCommand: ['count'],
    stdout: 'n.txt',
    inputs: [{ id: '#f', type: JSON.parse(type), inputBinding: { position: 1 } }],
    outputs: [{ id: '#n', type: ['null', 'File'], outputBinding: { glob: 'n.txt' } }],
  })
  const LIST = '["null", { "type": "array", "items": "File" }]'
  const file = (name: string) => ({ class: 'File' as const, location: `mem:/${name}`, basename: name, size: 1 })
  const flow = (fields: object) =>
    JSON.stringify({
      class: 'Workflow',
      cwlVersion: 'sbg:draft-2',
      id: 'w',
      inputs: [
        { id: '#a', type: JSON.parse(LIST) },
        { id: '#b', type: JSON.parse(LIST) },
      ],
      ...fields,
    })
  const left = () => ({ texts: { 'n.txt': '1' } })

  test('a list goes to an output declared as one File', async () => {
    const text = flow({
      outputs: [{ id: '#o', type: ['null', 'File'], source: ['#count.n'] }],
      steps: [
        {
          id: '#count',
          scatter: '#count.f',
          run: counting('["File"]'),
          inputs: [{ id: '#count.f', source: ['#a'] }],
          outputs: [{ id: '#count.n' }],
        },
      ],
    })
    const { outputs, warnings } = await run(text, { a: [file('x'), file('y')] }, { left })
    expect(outputs.o).toMatchObject([{ basename: 'n.txt' }, { basename: 'n.txt' }])
    expect(warnings.join('\n')).toContain('(looseLinks)')
    await expect(run(text, { a: [file('x')] }, { left, strict: true })).rejects.toThrow("can't be connected")
  })

  test('lists are merged, one that is not given adds nothing', async () => {
    const text = flow({
      outputs: [{ id: '#o', type: ['null', 'File'], source: ['#count.n'] }],
      steps: [
        {
          id: '#count',
          run: counting(LIST),
          inputs: [{ id: '#count.f', source: ['#a', '#b'] }],
          outputs: [{ id: '#count.n' }],
        },
      ],
    })
    const both = await run(text, { a: [file('x')], b: [file('y')] }, { left })
    expect(both.host.plans[0]!.argv[0]).toMatch(/^count \S+\/x \S+\/y > n.txt$/)
    const one = await run(text, { a: [file('x')] }, { left })
    expect(one.host.plans[0]!.argv[0]).toMatch(/^count \S+\/x > n.txt$/)
  })
})

test.each(['README.md', 'SUPPORT.md'])('each leniency is listed in %s, with its reason', async page => {
  const text = await readFile(new URL(`../${page}`, import.meta.url), 'utf8')
  for (const [name, { rule, reason }] of Object.entries(LENIENCIES)) {
    expect(text).toContain(`| \`${name}\` | ${rule} | ${reason} |`)
  }
})
