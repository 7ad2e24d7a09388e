import { afterAll, expect, test } from 'vitest'
import { closeEvaluator, differing, keysOf, oneKey } from './keys.ts'
import { DIFFERENT, SAME } from './pairs.ts'

afterAll(closeEvaluator)

const pairs = [...DIFFERENT, ...SAME]

test('there are at least 150 pairs', () => {
  expect(pairs.length).toBeGreaterThanOrEqual(150)
  expect(new Set(pairs.map(([what]) => what)).size).toBe(pairs.length)
})

test.each(DIFFERENT)('%s is another job', async (_what, old, now, parts) => {
  const [before, after] = [await oneKey(old), await oneKey(now)]
  expect(differing(before, after).toSorted()).toEqual(parts.toSorted())
  expect(before.hash).not.toBe(after.hash)
})

test.each(SAME)('%s is the same job', async (_what, old, now) => {
  const [before, after] = [await oneKey(old), await oneKey(now)]
  expect(differing(before, after)).toEqual([])
  expect(before.hash).toBe(after.hash)
})

test('what an earlier job wrote as 1.0 does not make of a later job with 1 another one', async () => {
  const step = (inputs: object, outputs: object) => ({ class: 'CommandLineTool', baseCommand: 'x', inputs, outputs })
  const tool = {
    class: 'Workflow',
    baseCommand: undefined,
    inputs: { n: 'int' },
    steps: {
      a: { run: step({}, { o: 'double' }), in: {}, out: ['o'] },
      b: { run: step({ n: 'int', o: 'double' }, {}), in: { n: 'n', o: 'a/o' }, out: [] },
    },
  }
  const keys = await Promise.all(
    ['1.0', '1'].map(async number => {
      const left = (path: string): { [name: string]: string } =>
        path === 'a' ? { 'cwl.output.json': `{"o": ${number}}` } : {}
      return (await keysOf({ tool, inputs: { n: 1 }, left })).get('b')!
    }),
  )
  expect(differing(keys[0]!, keys[1]!)).toEqual([])
})
