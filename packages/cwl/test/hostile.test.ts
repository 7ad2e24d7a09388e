import { describe, expect, test } from 'vitest'
import { scan } from '../src/expression/scan.ts'
import { createEvaluator } from '../src/index.ts'
import { braces } from '../src/outputs/glob.ts'
import { wildcard } from '../src/outputs/wildcard.ts'
import { FakeHost, type Left, run } from './jobs.ts'

const tool = (outputs: string, more = '') =>
  `cwlVersion: v1.2\nclass: CommandLineTool\nbaseCommand: run\ninputs: {}\n${more}\noutputs:\n  out: ${outputs}\n`
const found = (text: string, left: Left = {}) => run(text, {}, new FakeHost(() => left))
const written = (object: string): Left => ({ texts: { 'cwl.output.json': object } })

describe('an output object may not name what the job was not given', () => {
  const foreign = '{"class":"File","location":"content:other","basename":"theirs"}'

  test.each([
    `{"class":"File","contents":"x","basename":"mine","secondaryFiles":[${foreign}]}`,
    `{"class":"File","contents":"x","basename":"mine","secondaryFiles":[{"class":"Directory","basename":"d","listing":[${foreign}]}]}`,
    `{"class":"Directory","basename":"d","listing":[{"class":"File","contents":"x","basename":"mine","secondaryFiles":[${foreign}]}]}`,
    `[{"a":{"b":[${foreign}]}}]`,
  ])('%s', async value => {
    await expect(found(tool('Any'), written(`{"out":${value}}`))).rejects.toThrow('content:other')
  })

  test('a key __proto__ makes no File of a record', async () => {
    const value = '{"__proto__":{"class":"File","contents":"x","basename":"x"},"location":"content:other"}'
    const { out } = await found(tool('Any'), written(`{"out":${value}}`))
    expect((out as { class?: string }).class).toBeUndefined()
  })
})

describe('glob', () => {
  test.each([
    ['*.txt', 'a.txt', true],
    ['*.txt', '.a.txt', false],
    ['.*', '.a', true],
    ['a?c*', 'abcd', true],
    ['*a*b', 'xaxbxb', true],
    ['*a*b', 'xaxbxbx', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[]x]', ']', true],
    ['[[:digit:]]*', '7', true],
    ['[[:digit:]-]', 'x', false],
    ['[a', '[a', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['é?', 'é😀', true],
    ['**', 'x', true],
    ['', 'x', false],
  ])('%s and %s', (pattern, name, expected) => {
    expect(wildcard(pattern)(name)).toBe(expected)
  })

  test('many stars, braces and deep folders end soon', async () => {
    expect(wildcard(`${'*a'.repeat(100)}b`)('a'.repeat(255))).toBe(false)
    expect(() => braces('{a,b}'.repeat(30))).toThrow('more than 1000')
    const folders = Array.from({ length: 60 }, (_, depth) =>
      Array(depth + 1)
        .fill('a')
        .join('/'),
    )
    const manifest = folders.map(path => ({ path, type: 'directory' as const, size: 0, executable: true }))
    const output = `{ type: "File[]", outputBinding: { glob: "${'**/a/'.repeat(8)}b" } }`
    expect(await found(tool(output), { manifest })).toEqual({ out: [] })
  })
})

describe('expressions', () => {
  test('slashes that open no regular expression are scanned in time', () => {
    const started = performance.now()
    expect(() => scan(`\${${'(/['.repeat(50_000)}}`)).toThrow('closes the expression')
    expect(performance.now() - started).toBeLessThan(5000)
  })

  test('what is thrown is told in part', async () => {
    const evaluator = createEvaluator()
    const code = '(() => { throw new Error("x".repeat(1e6)) })()'
    const failure = evaluator.evaluate({ library: [], code, globals: {}, time: 0, seed: 0 })
    const message = await failure.then(String, (error: Error) => error.message)
    await evaluator.close()
    expect(message.length).toBeLessThan(3000)
  })
})

describe('a plan refuses', () => {
  test.each([
    ['EnvVarRequirement: { envDef: [{ envName: "A=B", envValue: x }] }', 'EnvVarRequirement: "A=B"'],
    ['EnvVarRequirement: { envDef: [{ envName: "", envValue: x }] }', 'EnvVarRequirement: ""'],
    ['EnvVarRequirement: { envDef: [{ envName: A, envValue: "x\\0" }] }', 'U+0000'],
    ['InitialWorkDirRequirement: { listing: [{ entryname: "x\\0", entry: y }] }', 'U+0000'],
    ['InitialWorkDirRequirement: { listing: [{ entryname: "a/..", entry: y }] }', 'leads out'],
    ['InitialWorkDirRequirement: { listing: [{ entryname: "./x", entry: y }, { entryname: x, entry: z }] }', 'two'],
    [
      "InitialWorkDirRequirement: { listing: [\"$({class: 'Directory', basename: 'd', listing: [{class: 'File', basename: '../x', contents: 'y'}]})\"] }",
      '"../x"',
    ],
  ])('%s', async (requirement, message) => {
    const text = tool('{ type: "File?" }', `requirements: { InlineJavascriptRequirement: {}, ${requirement} }`)
    await expect(found(text)).rejects.toThrow(message)
  })

  test('an argument with the character U+0000', async () => {
    await expect(found(tool('{ type: "File?" }', 'arguments: ["a\\0b"]'))).rejects.toThrow('U+0000')
  })
})
