/**
 * What may vary is never different, and a change of content is never equivalent: for files of each format, made by chance. Both are
 * said the same way round and the other.
 */

import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bam, bgzf, line, record } from './make-bam.ts'
import { Pairs } from './pairs.ts'
import { wrap } from './wrapping.ts'

let pairs: Pairs
beforeAll(async () => {
  pairs = await Pairs.make()
})
afterAll(() => pairs.remove())

const RUNS = { numRuns: 150 }

async function expectVerdict(old: Buffer, now: Buffer, expected: 'equivalent' | 'different', name?: string) {
  const verdicts = await pairs.bothWays(old, now, name)
  expect(verdicts.map(({ verdict }) => verdict)).toEqual([expected, expected])
}

/** An order of things, and two of them are as many as they were. */
const shuffled = <T>(things: T[], order: number[]): T[] =>
  things
    .map((thing, index) => ({ thing, at: order[index % order.length]! }))
    .sort((a, b) => a.at - b.at)
    .map(({ thing }) => thing)
const order = fc.array(fc.nat(1000), { minLength: 1, maxLength: 10 })

// texts

const texts = fc.array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.constantFrom('', '\t', 'a')), {
  maxLength: 8,
})
const stripped = (text: string) => text.replace(/\n$/, '')
const isPlain = (text: string) => !/^[[{]|^##fileformat=VCF|^@(HD|SQ|RG|PG|CO)\t|[\0]/.test(text.trimStart())

test('texts: wrapping and a trailing newline', async () => {
  await fc.assert(
    fc.asyncProperty(texts, fc.boolean(), fc.boolean(), wrap, wrap, async (lines, a, b, one, other) => {
      const text = lines
        .map(words => words.replaceAll('\n', ' '))
        .join('\n')
        .replace(/\n+$/, '')
      fc.pre(isPlain(text))
      await expectVerdict(
        one(Buffer.from(a ? `${text}\n` : text)),
        other(Buffer.from(b ? `${text}\n` : text)),
        'equivalent',
      )
    }),
    RUNS,
  )
})

test('texts: another one', async () => {
  const change = fc.record({
    place: fc.nat(),
    removed: fc.nat(3),
    put: fc.constantFrom('', 'x', '\n', ' ', 'é', '\r', '\n\n'),
  })
  await fc.assert(
    fc.asyncProperty(texts, change, wrap, wrap, async (lines, { place, removed, put }, one, other) => {
      const text = [...lines.join('\n')]
      const at = place % (text.length + 1)
      const changed = [...text.slice(0, at), put, ...text.slice(at + removed)].join('')
      fc.pre(stripped(changed) !== stripped(text.join('')))
      await expectVerdict(one(Buffer.from(text.join(''))), other(Buffer.from(changed)), 'different')
    }),
    RUNS,
  )
})

// JSON

const keys = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('__proto__', 'constructor', 'a', '1', '"'))
const value = fc.letrec<{ value: Value }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.constantFrom('1', '1.0', '-0', '1e3', '9007199254740993', 'true', 'false', 'null'),
      fc.string({ maxLength: 300 }).map(text => JSON.stringify(text)),
    ),
    fc.array(tie('value'), { maxLength: 5 }),
    fc
      .uniqueArray(fc.tuple(keys, tie('value')), { maxLength: 5, selector: ([key]) => key })
      .map(members => new Map(members)),
  ),
})).value
/** A scalar as it is written, a list, an object. */
type Value = string | Value[] | Map<string, Value>

function written(item: Value, orders: number[], space: string): string {
  if (typeof item === 'string') return item
  if (Array.isArray(item)) return `[${space}${item.map(each => written(each, orders, space)).join(`${space},`)}]`
  const members = [...item].map(([key, each]) => `${JSON.stringify(key)}${space}:${written(each, orders, space)}`)
  return `{${shuffled(members, orders).join(`,${space}`)}${space}}`
}
const canonical = (item: Value): string => {
  if (typeof item === 'string') return item
  if (Array.isArray(item)) return `[${item.map(canonical)}]`
  return `{${[...item].map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).sort()}}`
}
/** All that can be had by one change of it somewhere. */
function changed(item: Value, pick: number): Value {
  if (typeof item === 'string') return pick % 2 ? '2' : []
  const entries: [string | number, Value][] = [...item.entries()]
  const index = pick % (entries.length + 1)
  const entry = entries[index]
  const rest = Math.floor(pick / (entries.length + 1))
  if (Array.isArray(item)) {
    if (!entry) return [...item, '3']
    return rest % 3 === 0 ? item.toSpliced(index, 1) : item.with(index, changed(entry[1], Math.floor(rest / 3)))
  }
  const copy = new Map(item)
  if (!entry) return copy.set('new', '4')
  copy.delete(entry[0] as string)
  if (rest % 3 === 1) copy.set(`${entry[0]}x`, entry[1])
  if (rest % 3 === 2) copy.set(entry[0] as string, changed(entry[1], Math.floor(rest / 3)))
  return copy
}
const space = fc.constantFrom('', ' ', '\n', '\t\r\n ')

test('JSON: order of keys, white space, wrapping', async () => {
  await fc.assert(
    fc.asyncProperty(value, order, order, space, space, wrap, wrap, async (item, a, b, before, after, one, other) => {
      await expectVerdict(
        one(Buffer.from(written(item, a, before))),
        other(Buffer.from(written(item, b, after))),
        'equivalent',
        'x.json',
      )
    }),
    RUNS,
  )
})

test('JSON: another value', async () => {
  await fc.assert(
    fc.asyncProperty(value, fc.nat(), order, space, wrap, async (item, pick, a, between, one) => {
      const other = changed(item, pick)
      fc.pre(canonical(other) !== canonical(item))
      await expectVerdict(
        one(Buffer.from(written(item, a, between))),
        Buffer.from(written(other, [0], '')),
        'different',
        'x.json',
      )
    }),
    RUNS,
  )
})

// VCF

const word = fc.stringMatching(/^[A-Za-z0-9]{1,6}$/)
const vcfHeader = fc.array(
  fc.oneof(
    word.map(id => `##contig=<ID=${id}>`),
    word.map(id => `##INFO=<ID=${id},Number=1,Type=Integer,Description="the command, the date">`),
    word.map(id => `##reference=${id}`),
  ),
  { maxLength: 5 },
)
const vcfAside = fc.array(
  fc.tuple(
    fc.nat(20),
    fc.constantFrom('fileDate', 'source', 'bcftools_callCommand', 'bcftools_callVersion', 'GATKCommandLine'),
    word,
  ),
  { maxLength: 4 },
)
const calls = fc.array(
  fc.tuple(fc.nat(1000), word).map(([place, id]) => `chr1\t${place}\t${id}\tA\tC\t.\tPASS\t.`),
  { maxLength: 5 },
)
type Aside = [place: number, key: string, text: string][]
function vcf(header: string[], aside: Aside, records: string[]): Buffer {
  const all = [...header]
  for (const [place, key, text] of aside) all.splice(place % (all.length + 1), 0, `##${key}=${text}`)
  return Buffer.from(
    ['##fileformat=VCFv4.2', ...all, '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO', ...records, ''].join('\n'),
  )
}

test('VCF: dates, commands, versions, wrapping', async () => {
  await fc.assert(
    fc.asyncProperty(vcfHeader, vcfAside, vcfAside, calls, wrap, wrap, async (header, a, b, records, one, other) => {
      await expectVerdict(one(vcf(header, a, records)), other(vcf(header, b, records)), 'equivalent')
    }),
    RUNS,
  )
})

test('VCF: another header or record', async () => {
  await fc.assert(
    fc.asyncProperty(vcfHeader, vcfHeader, calls, calls, vcfAside, wrap, async (h1, h2, r1, r2, aside, one) => {
      fc.pre(h1.join('\n') !== h2.join('\n') || r1.join('\n') !== r2.join('\n'))
      await expectVerdict(one(vcf(h1, aside, r1)), vcf(h2, [], r2), 'different')
      if (r1.join() !== r2.join()) await expectVerdict(vcf(h1, aside, r1), one(vcf(h1, [], r2)), 'different')
    }),
    RUNS,
  )
})

// SAM and BAM

interface Reads {
  sequences: string[]
  groups: string[]
  comments: string[]
  names: string[]
}
interface Free {
  programs: [place: number, id: string][]
  dates: string[]
  order: number[]
}
const reads: fc.Arbitrary<Reads> = fc.record({
  sequences: fc.array(word, { minLength: 1, maxLength: 3 }),
  groups: fc.array(word, { maxLength: 4 }),
  comments: fc.array(word, { maxLength: 2 }),
  names: fc.array(word, { maxLength: 5 }),
})
const free: fc.Arbitrary<Free> = fc.record({
  programs: fc.array(fc.tuple(fc.nat(20), word), { maxLength: 3 }),
  dates: fc.array(fc.oneof(word, fc.constant('')), { minLength: 1, maxLength: 3 }),
  order,
})
function headerOf({ sequences, groups, comments }: Reads, { programs, dates, order }: Free): string[] {
  const dated = groups.map((id, index) => {
    const date = dates[index % dates.length]
    return `@RG\tID:${id}${date ? `\tDT:${date}` : ''}\tSM:s`
  })
  const lines = [
    '@HD\tVN:1.6',
    ...sequences.map(name => `@SQ\tSN:${name}\tLN:5`),
    ...shuffled(dated, order),
    ...comments.map(text => `@CO\t${text}`),
  ]
  for (const [place, id] of programs) lines.splice(1 + (place % lines.length), 0, `@PG\tID:${id}\tPP:${place}`)
  return lines
}
const asSam = (all: Reads, vary: Free) =>
  Buffer.from([...headerOf(all, vary), ...all.names.map(name => line(name)), ''].join('\n'))
const asBam = (all: Reads, vary: Free) =>
  bam({ header: `${headerOf(all, vary).join('\n')}\n`, records: all.names.map(name => record(name)) })

test.each([
  ['SAM', asSam],
  ['BAM', asBam],
])('%s: programs, dates and order of groups, wrapping', async (_, make) => {
  await fc.assert(
    fc.asyncProperty(reads, free, free, wrap, wrap, async (all, a, b, one, other) => {
      await expectVerdict(one(make(all, a)), other(make(all, b)), 'equivalent')
    }),
    RUNS,
  )
})

test.each([
  ['SAM', asSam],
  ['BAM', asBam],
])('%s: another header or record', async (_, make) => {
  const key = fc.constantFrom('sequences', 'groups', 'comments', 'names')
  const said = (things: string[], isOrdered: boolean) => (isOrdered ? things : things.toSorted()).join('\n')
  await fc.assert(
    fc.asyncProperty(reads, reads, key, free, free, wrap, wrap, async (all, others, what, a, b, one, other) => {
      fc.pre(said(all[what], what !== 'groups') !== said(others[what], what !== 'groups'))
      await expectVerdict(one(make(all, a)), other(make({ ...all, [what]: others[what] }, b)), 'different')
    }),
    RUNS,
  )
})

test('BAM: any byte that changed', async () => {
  const whole = bam({
    header: '@HD\tVN:1.6\n@CO\tx\n',
    records: [record('r1'), record('r2', { tags: Buffer.from('NMC\0') })],
  })
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), wrap, async (place, by, one) => {
      const other = Buffer.from(whole)
      other[place]! ^= by
      await expectVerdict(bgzf(whole), one(other), 'different')
    }),
    RUNS,
  )
})

// gzip

test('gzip: any byte that changed is the same bytes inside, or different', async () => {
  const inside = Buffer.from(Array.from({ length: 400 }, (_, index) => (index * index) % 251))
  const packed = Buffer.concat([gzipSync(inside.subarray(0, 200)), gzipSync(inside.subarray(200))])
  const isSame = (bytes: Buffer) => {
    try {
      return gunzipSync(bytes).equals(inside)
    } catch {
      return false
    }
  }
  await fc.assert(
    fc.asyncProperty(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), async (place, by) => {
      const other = Buffer.from(packed)
      other[place]! ^= by
      await expectVerdict(packed, other, isSame(other) ? 'equivalent' : 'different')
    }),
    RUNS,
  )
})
