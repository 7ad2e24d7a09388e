import { afterAll, describe, expect, test } from 'vitest'
import { evaluate, interpolate, type Language } from '../src/expression/evaluate.ts'
import { createEvaluator } from '../src/expression/evaluator.ts'
import { namedContext } from '../src/expression/named.ts'
import { jsonText, numberText } from '../src/expression/text.ts'
import type { Value } from '../src/index.ts'

const evaluator = createEvaluator({ time: 700 })
afterAll(() => evaluator.close())
const base = { evaluator, time: Date.UTC(2020, 0, 1), seed: 7 }
const plain: Language = base
const script: Language = { ...base, javascript: [] }
const inputs: { [id: string]: Value } = {
  name: 'x y',
  list: [1, 2, 3],
  deep: { "it's": { a: null }, length: 5 },
  file: { class: 'File', location: 'test:f', basename: 'f.bam' },
}

describe('text and expressions', () => {
  test.each<[string, Value]>([
    ['plain $text', 'plain $text'],
    [' $(inputs.name) ', 'x y'],
    ['$(inputs.list)', [1, 2, 3]],
    ['a $(inputs.list) b', 'a [1, 2, 3] b'],
    ['$(inputs.list[1])$(inputs.name)', '2x y'],
    ['$(inputs.list.length)', 3],
    ['$(inputs.deep.length)', 5],
    ["$(inputs['deep'][\"it's\"].a)", null],
    ["$(inputs.deep['it\\'s'].a)", null],
    ['\\$(inputs.name) $(inputs.name)', '$(inputs.name) x y'],
    ['\\\\$(inputs.name)', '\\x y'],
    ['\\n$(inputs.name)', '\\nx y'],
    ['$(null)', null],
  ])('%s', async (text, expected) => {
    expect(await evaluate(plain, text, { inputs })).toEqual(expected)
  })

  test('blanks around contents of a file are kept, and make text of a value', async () => {
    expect(await interpolate(plain, '$(inputs.list)\n', { inputs })).toBe('[1, 2, 3]\n')
    expect(await interpolate(plain, '$(inputs.list)', { inputs })).toEqual([1, 2, 3])
  })

  test.each([
    '$(inputs.nothing)',
    '$(inputs.name.length)',
    '$(null.x)',
    '$(inputs.list[9])',
    '$(1 + 1)',
    '$(inputs.name',
  ])('without JavaScript %s is an error', async text => {
    await expect(evaluate(plain, text, { inputs })).rejects.toThrow()
  })

  test('an expression may hold brackets, strings, comments and regular expressions', async () => {
    const code = '${ // it\'s a comment with )\n return [")", "it\'s".replace(/[\'"}]/g, "_"), ({ a: 1 }).a] }'
    expect(await evaluate(script, code, { inputs })).toEqual([')', 'it_s', 1])
  })

  test('JavaScript has its own meaning of what does not exist', async () => {
    expect(await evaluate(script, '$(inputs.nothing)', { inputs })).toBeNull()
    expect(await evaluate(script, '$(inputs.name.length)', { inputs })).toBe(3)
    await expect(evaluate(script, '$(inputs.nothing.more)', { inputs })).rejects.toThrow('TypeError')
  })

  test('libraries are there, and code is strict', async () => {
    const withLibrary = { ...base, javascript: ['function twice(x) { return 2 * x }'] }
    expect(await evaluate(withLibrary, '$(twice(inputs.list[2]))', { inputs })).toBe(6)
    await expect(evaluate(script, '${ undeclared = 1; return 1 }', { inputs })).rejects.toThrow('ReferenceError')
  })
})

describe('numbers', () => {
  test.each<[number, string]>([
    [1e-5, '0.00001'],
    [1.23e-7, '0.000000123'],
    [1230000, '1230000'],
    [4.2e42, `42${'0'.repeat(41)}`],
    [-1e21, `-1${'0'.repeat(21)}`],
  ])('%d is written %s', (value, text) => {
    expect(numberText(value)).toBe(text)
    expect(Number(text)).toBe(value)
  })

  test('also inside of JSON', () => {
    expect(jsonText({ a: [1e-7, null], b: 'x' })).toBe('{"a": [0.0000001, null], "b": "x"}')
  })
})

describe('only what the code names is handed over', () => {
  test.each<[string, string[]]>([
    ['inputs.name + 1', ['name']],
    ["inputs['name']", ['name']],
    ['Object.keys(inputs)', Object.keys(inputs)],
    ['inputs[key]', Object.keys(inputs)],
    ['1 + 1', []],
  ])('%s', (code, names) => {
    const named = namedContext([code], { inputs })
    expect(Object.keys(JSON.parse(named.inputs ?? '{}'))).toEqual(names)
  })
})

describe('the sandbox', () => {
  test.each([
    ['an endless loop', '${ for (;;); }'],
    ['a memory bomb', '${ var all = []; for (;;) all.push("x".repeat(100000) + all.length) }'],
    ['a giant string', '${ var s = "x"; for (;;) s += s }'],
    ['a slow native call', '$(new Array(2e7).fill("ab").join("").split("").sort().join("").length)'],
    ['a giant result', '$("x".repeat(5e7))'],
    ['endless recursion', '${ function f() { return f() + 1 } return f() }'],
    ['a pattern that backtracks', '$(/^(a+)+$/.test("a".repeat(50) + "b"))'],
  ])('%s ends in an error, soon', async (_, code) => {
    const start = performance.now()
    await expect(evaluate(script, code, { inputs })).rejects.toThrow()
    expect(performance.now() - start).toBeLessThan(10_000)
    expect(await evaluate(script, '$(1 + 1)', { inputs })).toBe(2)
  })

  test('nothing of the machine is there', async () => {
    for (const name of ['process', 'require', 'globalThis.fetch', 'setTimeout', 'WebAssembly', 'std', 'os']) {
      expect(await evaluate(script, `$(typeof ${name})`, { inputs })).toBe('undefined')
    }
    await expect(evaluate(script, '$([].constructor.constructor("return process")())', { inputs })).rejects.toThrow(
      'process',
    )
  })

  test('one evaluation leaves nothing for the next', async () => {
    await evaluate(
      script,
      '${ Object.prototype.leak = 1; Array.prototype.map = null; globalThis.leak = 1; return 1 }',
      {
        inputs,
      },
    )
    expect(await evaluate(script, '$([({}).leak === undefined, typeof leak, typeof [].map])', { inputs })).toEqual([
      true,
      'undefined',
      'function',
    ])
  })

  test('time and chance are the same on every run', async () => {
    const code = '$([new Date().toISOString(), Math.random(), Math.random()])'
    const first = await evaluate(script, code, { inputs })
    expect(await evaluate(script, code, { inputs })).toEqual(first)
    expect(first).toContain('2020-01-01T00:00:00.000Z')
    expect(await evaluate({ ...script, seed: 8 }, code, { inputs })).not.toEqual(first)
  })

  test('those that wait behind one that is ended get their answers', async () => {
    const codes = [
      '$(1)',
      '${ for (;;); }',
      '$(2 + 1)',
      '$(new Array(2e7).fill("ab").join("").split("").sort())',
      '$(5 - 1)',
    ]
    const settled = await Promise.allSettled(codes.map(code => evaluate(script, code, { inputs })))
    expect(settled.map(one => (one.status === 'fulfilled' ? one.value : 'failed'))).toEqual([
      1,
      'failed',
      3,
      'failed',
      4,
    ])
  })
})

describe('one evaluation knows nothing of another', () => {
  const taints = [
    'Array.prototype.map = () => "changed"; Object.prototype.left = 1; 1',
    'globalThis.left = 1; JSON.stringify = () => "1"; JSON.parse = () => 1; 1',
    'String.prototype.toUpperCase = null; delete globalThis.Math; 1',
    'Object.freeze(Object.prototype); Object.defineProperty(globalThis, "left", { value: 1, configurable: false }); 1',
    'Object.setPrototypeOf(globalThis, { left: 1 }); Symbol.for("left"); 1',
    'Promise.resolve().then(() => { globalThis.left = 1 }); 1',
    '(function f() { return f() })()',
    'throw { left: "thrown" }',
    'new Array(200 * 1024 * 1024).fill("x").join("y")',
    'while (true) {}',
  ]

  test.each(taints)('after %s', async taint => {
    const fresh =
      '${ return [typeof left, [1].map(x => x + 1)[0], "a".toUpperCase(), Math.max(1, 2), "left" in {}, ' +
      'Object.isFrozen(Object.prototype), JSON.stringify({ a: inputs.list }), typeof Reflect.getPrototypeOf(globalThis).left] }'
    const expected = ['undefined', 2, 'A', 2, false, false, '{"a":[1,2,3]}', 'undefined']
    expect(await evaluate(script, fresh, { inputs })).toEqual(expected)
    await evaluate(script, `\${ ${/^(throw|while)/.test(taint) ? taint : taint.replace(/; 1$/, '; return 1')} }`, {
      inputs,
    }).catch(() => undefined)
    expect(await evaluate(script, fresh, { inputs })).toEqual(expected)
  })

  test('what one has read is not in the memory of the next, however many there are', async () => {
    const values = await Promise.all(
      Array.from({ length: 300 }, (_, n) =>
        evaluate(script, '${ return [inputs.n, typeof seen, (seen = inputs.n, 1)][1] }', { inputs: { n } }).catch(
          error => String(error),
        ),
      ),
    )
    expect(new Set(values.map(value => String(value).includes('number')))).toEqual(new Set([false]))
  })
})
