import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FirstDifference, Format, Verdict } from '../../../src/rerun/comparers/verdict.ts'
import { type Bytes, Pairs } from './pairs.ts'

export type Row = [what: string, old: Bytes, now: Bytes, expected: Verdict]

export const different = (format: Format, first?: FirstDifference, why?: string): Verdict => ({
  verdict: 'different',
  format,
  ...(first && { first }),
  ...(why && { why }),
})
export const equivalent = (format: Format, ...setAside: string[]): Verdict => ({
  verdict: 'equivalent',
  format,
  setAside,
})

/** Compares each row both ways round. */
export function table(rows: Row[], name?: string): void {
  let pairs: Pairs
  beforeAll(async () => {
    pairs = await Pairs.make()
  })
  afterAll(() => pairs.remove())
  test.each(rows)('%s', async (_, old, now, expected) => {
    expect(await pairs.bothWays(old, now, name)).toEqual([expected, expected])
  })
}
