import { truncate, unlink } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createComparers } from '../../../src/rerun/comparers/compare-bytes.ts'
import type { Side } from '../../../src/rerun/comparers/verdict.ts'
import { Pairs } from './pairs.ts'

let pairs: Pairs
beforeEach(async () => {
  pairs = await Pairs.make()
})
afterEach(() => pairs.remove())

/** VCF of 200 GiB, with nothing in it, which takes a while. */
async function huge(name: string): Promise<Side> {
  const side = await pairs.side('##fileformat=VCFv4.2\n#CHROM\n', name)
  await truncate(side.path, 200 * 2 ** 30)
  return { ...side, size: 200 * 2 ** 30 }
}
/** Of any two texts. */
const isCompared = { verdict: 'different', format: 'TEXT' }

test('pairs that are asked for at once are compared one after the other', async () => {
  const verdicts = await Promise.all([1, 2, 3].map(number => pairs.compare(`a${number}`, `b${number}`)))
  expect(verdicts.map(verdict => 'first' in verdict && verdict.first?.old)).toEqual(['a1', 'a2', 'a3'])
})

test('a pair that takes longer than it may is different, and the next one is compared', async () => {
  const comparers = createComparers({ time: 300 })
  const [one, two] = [await huge('one.vcf'), await huge('two.vcf')]
  expect(await comparers.compare(one, two)).toEqual({
    verdict: 'different',
    why: 'the comparison takes longer than 0.3 s',
  })
  expect(await createAndCompare(comparers)).toMatchObject(isCompared)
  await comparers.close()
})

test('a pair for which the thread has too little memory is different, and the next one is compared', async () => {
  const comparers = createComparers({ memory: 24 * 2 ** 20 })
  const groups = (end: string) =>
    `@HD\tVN:1.6\n${Array.from({ length: 150_000 }, (_, i) => `@RG\tID:${i}\n`).join('')}${end}`
  const [one, two] = [await pairs.side(groups('a')), await pairs.side(groups('b'))]
  expect(await comparers.compare(one, two)).toEqual({
    verdict: 'different',
    why: 'the comparison needs more memory than 24 MiB',
  })
  expect(await createAndCompare(comparers)).toMatchObject(isCompared)
  await comparers.close()
})

test('a side that is not there, or is no file, or has another size, rejects', async () => {
  const [one, two] = [await pairs.side('a'), await pairs.side('b')]
  await unlink(two.path)
  await expect(pairs.comparers.compare(one, two)).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(pairs.comparers.compare(two, one)).rejects.toMatchObject({ code: 'ENOENT' })
  const folder = { path: pairs.folder, size: 1, name: 'x' }
  await expect(pairs.comparers.compare(one, folder)).rejects.toThrow()
  await expect(pairs.comparers.compare({ ...one, size: 7 }, one)).rejects.toThrow('file has 1 bytes, not 7')
  expect(await pairs.compare('a', 'b')).toMatchObject(isCompared)
})

test('one that is aborted rejects, whether it runs or waits, and the next one is compared', async () => {
  const [one, two] = [await huge('one.vcf'), await huge('two.vcf')]
  const [running, waiting] = [new AbortController(), new AbortController()]
  const first = pairs.comparers.compare(one, two, running.signal)
  const second = pairs.comparers.compare(one, two, waiting.signal)
  const third = pairs.compare('a', 'b')
  waiting.abort(new Error('not wanted'))
  await expect(second).rejects.toThrow('not wanted')
  running.abort(new Error('no longer wanted'))
  await expect(first).rejects.toThrow('no longer wanted')
  await expect(pairs.comparers.compare(one, two, running.signal)).rejects.toThrow('no longer wanted')
  expect(await third).toMatchObject(isCompared)
})

test('closing ends what runs and what waits', async () => {
  const comparers = createComparers()
  const [one, two] = [await huge('one.vcf'), await huge('two.vcf')]
  const ended = Promise.allSettled([comparers.compare(one, two), comparers.compare(one, two)])
  await comparers.close()
  expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await expect(comparers.compare(one, two)).rejects.toThrow('stopped')
})

async function createAndCompare(comparers: ReturnType<typeof createComparers>) {
  return comparers.compare(await pairs.side('a'), await pairs.side('b'))
}
