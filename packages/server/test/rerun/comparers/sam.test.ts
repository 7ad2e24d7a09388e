import { gzipSync } from 'node:zlib'
import { describe } from 'vitest'
import { bam, bgzf, line, record, u32 } from './make-bam.ts'
import { different, equivalent, type Row, table } from './table.ts'

const HD = '@HD\tVN:1.6\tSO:coordinate'
const SQ = '@SQ\tSN:chr1\tLN:1000'
const SQ2 = '@SQ\tSN:chr2\tLN:500'
const RG = '@RG\tID:a\tSM:s'
const RG2 = '@RG\tID:b\tSM:s'
const PG = '@PG\tID:bwa\tVN:0.7\tCL:bwa mem a'
const PG2 = '@PG\tID:samtools\tPP:bwa\tVN:1.16\tCL:samtools sort x'
const CO = '@CO\tone'
const CO2 = '@CO\ttwo'
const WHY = 'the record differs only in its tag PG:Z, the name of a program: tags of records are not set aside'

type File = (header: string[], records: [name: string, tags?: string][]) => Buffer
const two: [string, string?][] = [['r1'], ['r2', 'NM:i:0']]

/** The same for both, since they say the same: number of the line, and the line. */
function cases(format: 'SAM' | 'BAM', file: File, shown: (name: string, tags?: string) => string): Row[] {
  const of = (...header: string[]) => file(header, two)
  const row = (what: string, old: Buffer, now: Buffer, ...aside: string[]): Row => [
    what,
    old,
    now,
    equivalent(format, ...aside),
  ]
  const not = (what: string, old: Buffer, now: Buffer, first: object, why?: string): Row => [
    what,
    old,
    now,
    different(format, first, why),
  ]
  return [
    row('programs', of(HD, SQ, PG), of(HD, SQ, PG, PG2), '@PG'),
    row('programs and none', of(HD, SQ), of(HD, SQ, PG), '@PG'),
    row('links of programs', of(HD, SQ, PG, PG2), of(HD, SQ, PG, PG2.replace('PP:bwa', 'PP:x')), '@PG'),
    row('programs in another order', of(HD, SQ, PG, PG2), of(HD, PG2, SQ, PG), '@PG'),
    row('the date of a group', of(HD, SQ, `${RG}\tDT:2024-01-01`), of(HD, SQ, `${RG}\tDT:2025-01-01`), 'DT of @RG'),
    row('a date and none', of(HD, SQ, RG), of(HD, SQ, RG.replace('\tSM', '\tDT:2025-01-01\tSM')), 'DT of @RG'),
    row('groups in another order', of(HD, SQ, RG, RG2), of(HD, SQ, RG2, RG), 'order of @RG'),
    row('groups in another place', of(HD, SQ, RG, CO), of(HD, RG, SQ, CO), 'order of @RG'),
    row(
      'all of it',
      of(HD, SQ, `${RG}\tDT:1`, RG2, PG),
      of(HD, SQ, RG2, `${RG}\tDT:2`, PG2),
      '@PG',
      'DT of @RG',
      'order of @RG',
    ),
    not('a sample', of(HD, SQ, RG), of(HD, SQ, RG.replace('SM:s', 'SM:t')), {
      line: 3,
      old: RG,
      new: '@RG\tID:a\tSM:t',
    }),
    not('a group more', of(HD, SQ, RG), of(HD, SQ, RG, RG2), { line: 4, new: RG2 }),
    not('a group twice', of(HD, SQ, RG, RG2), of(HD, SQ, RG, RG), { line: 4, old: RG2, new: RG }),
    not('a comment', of(HD, SQ, CO), of(HD, SQ, CO2), { line: 3, old: CO, new: CO2 }),
    not('comments in another order', of(HD, SQ, PG, CO, CO2), of(HD, SQ, CO2, CO), { line: 3, old: CO, new: CO2 }),
    not('references in another order', of(HD, SQ, SQ2), of(HD, SQ2, SQ), { line: 2, old: SQ, new: SQ2 }),
    not('a sum of a reference', of(HD, SQ), of(HD, `${SQ}\tM5:x`), { line: 2, old: SQ, new: `${SQ}\tM5:x` }),
    not('the order that is stated', of(HD, SQ), of('@HD\tVN:1.6\tSO:unsorted', SQ), {
      line: 1,
      old: HD,
      new: '@HD\tVN:1.6\tSO:unsorted',
    }),
    not('a line of no known kind', of(HD, SQ, '@XX\tDT:1'), of(HD, SQ, '@XX\tDT:2'), {
      line: 3,
      old: '@XX\tDT:1',
      new: '@XX\tDT:2',
    }),
    not('a program without an id', of(HD, '@PG\tx'), of(HD, '@PG\ty'), { line: 2, old: '@PG\tx', new: '@PG\ty' }),
    not('a name', file([HD, SQ, PG], two), file([HD, SQ], [['r1'], ['r3', 'NM:i:0']]), {
      line: 4,
      old: shown('r2', '\tNM:i:0'),
      new: shown('r3', '\tNM:i:0'),
    }),
    not('a tag', file([HD, SQ], two), file([HD, SQ], [['r1'], ['r2', 'NM:i:1']]), {
      line: 4,
      old: shown('r2', '\tNM:i:0'),
      new: shown('r2', '\tNM:i:1'),
    }),
    not(
      'a program that a record names',
      file([HD, PG], [['r1', 'PG:Z:a']]),
      file([HD, PG2], [['r1', 'PG:Z:b']]),
      { line: 2, old: shown('r1', '\tPG:Z:a'), new: shown('r1', '\tPG:Z:b') },
      WHY,
    ),
    not('a record more', file([HD, SQ], two), file([HD, SQ], [...two, ['r3']]), { line: 5, new: shown('r3') }),
    not('records in another order', file([HD, SQ], two), file([HD, SQ], [...two].reverse()), {
      line: 3,
      old: shown('r1'),
      new: shown('r2', '\tNM:i:0'),
    }),
    row('gzip', of(HD, SQ), format === 'BAM' ? bgzf(of(HD, SQ)) : gzipSync(of(HD, SQ)), 'gzip'),
    row('BGZF of other levels and lengths', bgzf(of(HD, SQ)), bgzf(of(HD, SQ), { size: 40, level: 0 }), 'gzip'),
    row('BGZF without its last block', bgzf(of(HD, SQ)), bgzf(of(HD, SQ), { end: false }), 'gzip'),
    row('programs in BGZF', bgzf(of(HD, SQ, PG)), bgzf(of(HD, SQ, PG2)), '@PG'),
  ]
}

const text = (tags: string | undefined) => (tags ? `\t${tags}` : '')
const sam: File = (header, records) =>
  Buffer.from([...header, ...records.map(([name, tags]) => line(name, { tags: text(tags) })), ''].join('\n'))

function binary(tags: string | undefined): Buffer {
  if (!tags) return Buffer.alloc(0)
  const [name, type, value] = tags.split(':')
  return type === 'i' ? Buffer.from([...Buffer.from(`${name}C`), Number(value)]) : Buffer.from(`${name}Z${value}\0`)
}
const packed: File = (header, records) =>
  bam({
    header: `${header.join('\n')}\n`,
    records: records.map(([name, tags]) => record(name, { tags: binary(tags) })),
  })

describe('SAM', () => {
  const shown = (name: string, tags = '') => line(name, { tags })
  const file = sam([HD, SQ], two).toString()
  const only = `${[HD, SQ, PG].join('\n')}\n`
  table([
    ...cases('SAM', sam, shown),
    ['a trailing newline', file, file.slice(0, -1), equivalent('SAM', 'trailing newline')],
    ['a trailing newline of a header', only, only.slice(0, -1), equivalent('SAM', 'trailing newline')],
    ['SAM and BAM', file, bgzf(packed([HD, SQ], two)), { verdict: 'different' }],
    [
      'reads whose first one is named as a line of a header',
      '@PG\tx\nACGT\n+\nIIII\n',
      '@PG\ty\nACGT\n+\nIIII\n',
      different('SAM', { line: 1, old: '@PG\tx', new: '@PG\ty' }),
    ],
  ])
})

describe('SAM without a header', () =>
  table(
    [
      ['a record', line('r1'), line('r2'), different('SAM', { line: 1, old: line('r1'), new: line('r2') })],
      ['a header of programs in one', line('r1'), `${PG}\n${line('r1')}`, equivalent('SAM', '@PG')],
    ],
    'reads.sam',
  ))

describe('BAM', () => {
  const shown = (name: string, tags = '') => line(name, { tags })
  const file = packed([HD, SQ], two)
  const header = `${HD}\n${SQ}\n`
  const more = (references: [string, number][]) => bam({ header, references })
  const damaged = (why: string) => ({ verdict: 'different', format: 'BAM', why: `damaged: ${why}` }) as const
  const lie = (place: number, ...values: number[]) => {
    const copy = Buffer.from(bam({ header: HD, records: [record('r1')] }))
    for (const [index, value] of values.entries()) copy.writeInt32LE(value, place + index * 4)
    return copy
  }
  const other = bam({ header: `${HD}\n${PG}\n`, records: [record('r1')] })
  const at = 8 + HD.length
  const first = at + 4 + 4 + 5 + 4
  const tailOf = (bytes: Buffer, cut: number) => bytes.subarray(0, bytes.length - cut)
  table([
    ...cases('BAM', packed, shown),
    [
      'a trailing newline of the header',
      bam({ header }),
      bam({ header: header.slice(0, -1) }),
      equivalent('BAM', 'trailing newline'),
    ],
    [
      'a header with NULs at its end',
      bam({ header: `${header}\0\0` }),
      bgzf(bam({ header })),
      equivalent('BAM', 'gzip'),
    ],
    [
      'references that the header does not have',
      more([['chr1', 1000]]),
      more([['chr2', 1000]]),
      different('BAM', { old: '@SQ\tSN:chr1\tLN:1000', new: '@SQ\tSN:chr2\tLN:1000' }, 'the references differ'),
    ],
    [
      'a reference more',
      more([['chr1', 1000]]),
      more([
        ['chr1', 1000],
        ['chr2', 7],
      ]),
      different('BAM', { new: '@SQ\tSN:chr2\tLN:7' }, 'the references differ'),
    ],
    ['a length of the header that is too long', lie(4, 1e6), other, damaged('it ends within its header')],
    ['a length of the header below nothing', lie(4, -1), other, damaged('it ends within its header')],
    [
      'references of which there are less than nothing',
      lie(at, -5),
      other,
      damaged('it does not say how many references it has'),
    ],
    [
      'more references than there are',
      bgzf(lie(at, 2 ** 31 - 1)),
      lie(at, 2 ** 31 - 1),
      damaged('it ends within its references'),
    ],
    ['a name below nothing', lie(at + 4, -1), other, damaged('the name of a reference has a length of -1')],
    ['a huge name', lie(at + 4, 2 ** 31 - 1), other, damaged('the name of a reference has a length of 2147483647')],
    ['a record below nothing', bgzf(lie(first, -40)), lie(first, -40), damaged('it has a record of -40 bytes')],
    ['a record of nothing', bgzf(lie(first, 0)), lie(first, 0), damaged('it has a record of 0 bytes')],
    ['a huge record', bgzf(lie(first, 2 ** 31 - 1)), lie(first, 2 ** 31 - 1), damaged('it ends within a record')],
    [
      'more bases than the record has',
      bgzf(lie(first + 20, 2 ** 31 - 1)),
      lie(first + 20, 2 ** 31 - 1),
      damaged('it has a record whose parts are longer than it is'),
    ],
    [
      'a record of no reference',
      bgzf(lie(first + 4, 7)),
      lie(first + 4, 7),
      damaged('it has a record of the reference 7, of 1'),
    ],
    ['both end within a record', bgzf(tailOf(file, 3)), tailOf(file, 3), damaged('it ends within a record')],
    ['one ends within a record', file, tailOf(file, 3), damaged('it ends within a record')],
    [
      'both end within the length of a record',
      bgzf(Buffer.concat([file, u32(9).subarray(1)])),
      Buffer.concat([file, u32(9).subarray(1)]),
      damaged('it ends within a record'),
    ],
  ])
})
