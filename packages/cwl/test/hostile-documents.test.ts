import { describe, expect, test, vi } from 'vitest'
import { checkValue, loadProcess, noFetcher, type Type } from '../src/index.ts'
import { nearest } from '../src/model/names.ts'
import { load } from './load.ts'

vi.setConfig({ testTimeout: 120_000 })

const read = (text: string) => loadProcess({ uri: 'test:///main.cwl', text, fetcher: noFetcher, whole: true })
const messages = async (text: string) => (await read(text)).problems.map(problem => problem.message)
const numbered = (count: number, item: (index: number) => string, between = ', ') =>
  Array.from({ length: count }, (_, index) => item(index)).join(between)

/** In generous time: each of these took minutes, or all memory. */
async function soon<T>(work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  const result = await work()
  expect(performance.now() - started).toBeLessThan(60_000)
  return result
}

const TOOL = 'class: CommandLineTool, inputs: {}, outputs: {}, baseCommand: x'
const graph = (processes: string) => `{ cwlVersion: v1.2, $graph: [${processes}] }`
const HEAD = 'cwlVersion: v1.2\nclass: CommandLineTool\nbaseCommand: x\noutputs: {}\n'
const LARGE = expect.stringMatching(/in the place where it is named, the document has more than 2000000 values/)

describe('what is named again and again', () => {
  test('workflows that each run the one before twice', async () => {
    const processes = numbered(
      40,
      i =>
        `{ id: w${i}, class: Workflow, inputs: {}, outputs: {}, steps: { a: { run: '#w${i - 1}', in: {}, out: [] }, b: { run: '#w${i - 1}', in: {}, out: [] } } }`,
    ).replaceAll("'#w-1'", "'#tool'")
    const found = await soon(() => messages(graph(`{ id: tool, ${TOOL} }, ${processes}`)))
    expect(found).toContainEqual(LARGE)
    expect(found.length).toBeLessThan(1002)
  })

  test('a large tool that many steps run', async () => {
    const library = 'x'.repeat(1_000_000)
    const tool = `{ id: tool, ${TOOL}, hints: { InlineJavascriptRequirement: { expressionLib: ["${library}"] } } }`
    const steps = numbered(1000, i => `s${i}: { run: '#tool', in: {}, out: [] }`)
    const main = `{ id: main, class: Workflow, inputs: {}, outputs: {}, steps: { ${steps} } }`
    const found = await soon(() => messages(graph(`${tool}, ${main}`)))
    expect(found).toContainEqual(LARGE)
  })

  test('types that each have the one before twice', async () => {
    const types = numbered(60, i => `{ name: t${i + 1}, type: record, fields: { a: t${i}, b: t${i} } }`)
    const text = `${HEAD}requirements: { SchemaDefRequirement: { types: [{ name: t0, type: enum, symbols: [a] }, ${types}] } }\ninputs: { x: t60 }`
    expect(await soon(() => messages(text))).toContainEqual(LARGE)
  })

  test('a long text that many aliases repeat', async () => {
    const text = `${HEAD}inputs: {}\ndoc: &a ${'x'.repeat(1_000_000)}\nsbg:x: [${numbered(50, () => '*a')}]`
    expect(await soon(() => messages(text))).toEqual([expect.stringContaining('aliases repeat more than')])
  })

  test('an enum of many symbols at many inputs', async () => {
    const text = `${HEAD}requirements: { SchemaDefRequirement: { types: [{ name: e, type: enum, symbols: [${numbered(20_000, i => `symbol${i}`)}] }] } }\ninputs: { ${numbered(1000, i => `x${i}: { type: e, default: 1 }`)} }`
    expect((await soon(() => messages(text))).length).toBeLessThan(1002)
  })

  test('imports of imports', async () => {
    const texts = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}.yml`, `{ $import: f${i + 1}.yml }`]))
    const { problems } = await load({ ...texts, 'main.cwl': `${HEAD}inputs: { $import: f0.yml }` })
    expect(problems.map(problem => problem.message)).toContainEqual(expect.stringContaining('levels deep'))
  })
})

describe('problems', () => {
  test('of one document are at most a thousand, and errors are told beside any number of warnings', async () => {
    const text = `${HEAD}inputs: { x: { ${numbered(5000, i => `inputBinding${i}: 1`)}, type: wrong } }`
    const { problems } = await soon(() => read(text))
    expect(problems.length).toBeLessThan(1002)
    expect(problems).toContainEqual(expect.objectContaining({ severity: 'error', rule: 'unknownType' }))
    expect(problems).toContainEqual(expect.objectContaining({ message: 'there are more warnings than 500' }))
  })

  test('with long names have messages that people can read', async () => {
    const found = await soon(() => messages(`${HEAD}inputs: { x: ${'y'.repeat(1_000_000)} }`))
    expect(Math.max(...found.map(message => message.length))).toBeLessThan(3000)
  })

  test('sources that do not exist, thousands of them', async () => {
    const steps = numbered(
      3000,
      i => `s${i}: { run: { ${TOOL.replace('inputs: {}', 'inputs: { a: Any }')} }, in: { a: wrong${i}/out }, out: [] }`,
    )
    const text = `{ cwlVersion: v1.2, class: Workflow, inputs: {}, outputs: {}, steps: { ${steps} } }`
    expect((await soon(() => messages(text))).length).toBeLessThan(1002)
  })

  test('a suggestion is the nearest name, among those that there is time for', () => {
    expect(nearest('baseComand', ['arguments', 'baseCommand', 'stdin'])).toBe('baseCommand')
    expect(nearest('x'.repeat(100_000), ['x'.repeat(99_999)])).toBeUndefined()
  })
})

test('steps in a long row, and a circle of them', async () => {
  const tool = TOOL.replace('inputs: {}', 'inputs: { a: Any? }').replace('outputs: {}', 'outputs: { o: stdout }')
  const text = (first: string) =>
    `{ cwlVersion: v1.2, class: Workflow, inputs: { x: int }, outputs: {}, steps: { ${numbered(5000, i => `s${i}: { run: { ${tool} }, in: { a: ${i === 0 ? first : `s${i - 1}/o`} }, out: [o] }`)} } }`
  expect(await soon(() => messages(text('x')))).toEqual([])
  const circle = await soon(() => messages(text('s4999/o')))
  expect(circle).toEqual([expect.stringContaining('these steps wait for each other')])
})

describe('alternatives in alternatives', () => {
  /** A list of lists, where each may be of two kinds. */
  function twofold(depth: number): Type {
    let type: Type = { kind: 'int' }
    for (let level = 0; level < depth; level++) {
      const items: Type = type
      type = {
        kind: 'union',
        of: [
          { kind: 'array', items },
          { kind: 'array', items },
        ],
      }
    }
    return type
  }

  test('a value that fits none is told soon', () => {
    const value = JSON.parse(`${'['.repeat(60)}"x"${']'.repeat(60)}`)
    const started = performance.now()
    expect(checkValue(twofold(60), value)).toContain('too many alternatives')
    expect(performance.now() - started).toBeLessThan(10_000)
    expect(checkValue(twofold(3), [[['x']]])).toContain('expected')
    expect(checkValue(twofold(3), [[[1]]])).toBeUndefined()
  })

  test('types that are held against each other', async () => {
    const many = numbered(400, i => `{ type: record, name: r${i}, fields: { a${i}: int } }`)
    const tool = `{ class: CommandLineTool, inputs: { a: [${many}] }, outputs: {}, baseCommand: x }`
    const steps = numbered(40, i => `s${i}: { run: ${tool}, in: { a: x }, out: [] }`)
    const text = `{ cwlVersion: v1.2, class: Workflow, inputs: { x: [${many}] }, outputs: {}, steps: { ${steps} } }`
    await soon(() => messages(text))
  })
})
