/** Files that are made to hurt: each has its verdict, in time, and the process takes little memory for it. */
import { createWriteStream, readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Side } from '../../../src/rerun/comparers/verdict.ts'
import { bam, bgzf, record } from './make-bam.ts'
import { Pairs } from './pairs.ts'
import { different, equivalent } from './table.ts'

const MIB = 2 ** 20
let pairs: Pairs
beforeEach(async () => {
  pairs = await Pairs.make()
})
afterEach(() => pairs.remove())

const resident = () => Number(readFileSync('/proc/self/status', 'utf8').match(/^VmRSS:\s+(\d+) kB$/m)![1]) / 1024

/** The most that this process took meanwhile, in MiB over what it had with the thread started. */
async function inMemory<T>(body: () => Promise<T>): Promise<{ result: T; grown: number }> {
  await pairs.compare('a', 'b')
  const before = resident()
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, resident())
  }, 10)
  const result = await body()
  clearInterval(timer)
  console.log(`${expect.getState().currentTestName}: ${Math.round(most - before)} MiB more`)
  return { result, grown: most - before }
}

async function file(name: string, parts: Iterable<Buffer>, gzip = false): Promise<Side> {
  const path = join(pairs.folder, name)
  if (gzip) await pipeline(Readable.from(parts), createGzip({ level: 9 }), createWriteStream(path))
  else await pipeline(Readable.from(parts), createWriteStream(path))
  return { path, size: (await stat(path)).size, name }
}
function* repeated(bytes: Buffer, count: number, end = ''): Generator<Buffer> {
  for (let i = 0; i < count; i++) yield bytes
  if (end) yield Buffer.from(end)
}

test('bombs of gzip', async () => {
  const zeros = Buffer.alloc(MIB)
  const bomb = await file('one.gz', repeated(zeros, 200, '\x01'), true)
  const other = await file('two.gz', repeated(zeros, 200, '\x02'), true)
  expect(bomb.size).toBeLessThan(MIB)
  const { result, grown } = await inMemory(() => pairs.comparers.compare(bomb, other))
  expect(result).toEqual(different('GZIP'))
  expect(grown).toBeLessThan(100)
})

test('a text without a line end', async () => {
  const long = Buffer.alloc(MIB, 'x')
  const [one, two, three] = [
    await file('one', repeated(long, 200, 'y')),
    await file('two', repeated(long, 200, 'z')),
    await file('three', repeated(long, 200, 'y\n')),
  ]
  const shown = 'x'.repeat(500)
  const { result, grown } = await inMemory(async () => [
    await pairs.comparers.compare(one, two),
    await pairs.comparers.compare(one, three),
  ])
  expect(result).toEqual([
    different('TEXT', { line: 1, old: shown, new: shown }),
    equivalent('TEXT', 'trailing newline'),
  ])
  expect(grown).toBeLessThan(100)
})

test.each([
  ['a string', '["', 'a', '"]'],
  ['a list', '[0', ',1234567', ']'],
  ['lists in a list', '[0', ',[1,{"a":2}]', ']'],
])('JSON of one huge value: %s', async (_, start, middle, end) => {
  const body = Buffer.from(middle.repeat(Math.ceil(MIB / middle.length)))
  const of = (name: string, tail: string) =>
    file(name, [Buffer.from(start), ...Array(12).fill(body), Buffer.from(tail)])
  const [one, two, three] = [await of('one', end), await of('two', ` ${end}`), await of('three', `9${end}`)]
  const { result, grown } = await inMemory(async () => [
    (await pairs.comparers.compare(one, two)).verdict,
    (await pairs.comparers.compare(one, three)).verdict,
  ])
  // a blank is white space in a list, and not in a string
  expect(result).toEqual([start === '["' ? 'different' : 'equivalent', 'different'])
  expect(grown).toBeLessThan(100)
})

test('JSON with more keys than may be kept', async () => {
  function* keys(first: string): Generator<Buffer> {
    yield Buffer.from(`{${first}`)
    for (let i = 0; i < 600_000; i++) yield Buffer.from(`,"a key of no use ${i}":${i}`)
    yield Buffer.from('}')
  }
  const [one, two] = [await file('one', keys('"a":1,"b":2')), await file('two', keys('"b":2,"a":1'))]
  const { result, grown } = await inMemory(() => pairs.comparers.compare(one, two))
  expect(result).toMatchObject({ verdict: 'different', format: 'TEXT', why: expect.stringContaining('16 MiB') })
  expect(grown).toBeLessThan(100)
})

test.each([
  ['VCF', '##fileformat=VCFv4.2\n', '##fileDate='],
  ['SAM', '@HD\tVN:1.6\n', '@PG\tID:a\tCL:'],
])('a line of a header that does not end: %s', async (_, start, key) => {
  const of = (name: string, end: string) =>
    file(name, [Buffer.from(start + key), ...repeated(Buffer.alloc(MIB, 'x'), 50, end)])
  const [one, two] = [await of('one', 'a'), await of('two', 'b')]
  const { result, grown } = await inMemory(() => pairs.comparers.compare(one, two))
  expect(result).toMatchObject({ verdict: 'different', why: 'a line of the header is longer than 8 MiB' })
  expect(grown).toBeLessThan(100)
})

test('a header of more kinds of lines than may be told apart, and of more groups', async () => {
  const kinds = (end: string) =>
    `##fileformat=VCFv4.2\n${Array.from({ length: 2000 }, (_, i) => `##a${i}Command=x\n`).join('')}${end}`
  expect(await pairs.compare(kinds('a'), kinds('b'))).toMatchObject({
    verdict: 'different',
    why: expect.stringContaining('kinds'),
  })
  const groups = (end: string) =>
    `@HD\tVN:1.6\n${Array.from({ length: 400_000 }, (_, i) => `@RG\tID:group${i}\tSM:a\n`).join('')}${end}`
  expect(await pairs.compare(groups('a'), groups('b'))).toMatchObject({
    verdict: 'different',
    why: expect.stringContaining('@RG'),
  })
})

test('a line of programs that go on and on, and are none at the end', async () => {
  const text = (end: string) => `@HD\tVN:1.6\n@PG${'\tID:a'.repeat(1_000_000)}\t${end}\n`
  const began = performance.now()
  expect(await pairs.compare(text('x'), text('y'))).toMatchObject({
    verdict: 'different',
    format: 'SAM',
    first: { line: 2 },
  })
  expect(performance.now() - began).toBeLessThan(10_000)
})

test('a BAM of one record that says it is 2 GiB, and has 100 MiB', async () => {
  const start = bam({ header: '@HD\tVN:1.6\n' })
  const lie = record('r1')
  lie.writeInt32LE(2 ** 31 - 1, 0)
  const parts = [start, lie, ...repeated(Buffer.alloc(MIB), 100)]
  const [one, two] = [await file('one.bam', parts), await file('two.bam', parts, true)]
  const { result, grown } = await inMemory(() => pairs.comparers.compare(one, two))
  expect(result).toEqual(different('BAM', undefined, 'damaged: it ends within a record'))
  expect(grown).toBeLessThan(100)
})

test('a million members of gzip that are empty', async () => {
  const none = gzipSync('')
  const many = Buffer.concat(Array(50_000).fill(none))
  const { result, grown } = await inMemory(async () =>
    pairs.comparers.compare(
      await file('one.gz', [...repeated(many, 20), gzipSync('a')]),
      await pairs.side(gzipSync('a')),
    ),
  )
  expect(result).toEqual(equivalent('TEXT', 'gzip'))
  expect(grown).toBeLessThan(100)
})

test('names that are no names', async () => {
  const names = ['__proto__', '../../etc/passwd', '', 'x'.repeat(10_000), '\0.json', '.sam.gz']
  for (const name of names) expect((await pairs.compare('a\n', 'b\n', name)).verdict).toBe('different')
})

test('every cut of a small BAM is different', async () => {
  const whole = bgzf(bam({ header: '@HD\tVN:1.6\n', records: [record('r1')] }), { end: false })
  for (let length = 0; length < whole.length; length += 3)
    expect((await pairs.compare(whole, whole.subarray(0, length))).verdict).toBe('different')
})
