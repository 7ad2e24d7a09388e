import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { asideOf } from '../../../src/rerun/comparers/vcf.ts'
import { different, equivalent, type Row, table } from './table.ts'

const FORMAT = '##fileformat=VCFv4.2'
const FILTER = '##FILTER=<ID=PASS,Description="All filters passed">'
const CONTIG = '##contig=<ID=chr1,length=1000>'
const COLUMNS = '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO'
const CALLS = ['chr1\t10\t.\tA\tC\t50\tPASS\tDP=10', 'chr1\t20\t.\tG\tT\t60\tPASS\tDP=11']
const file = (header: string[], calls = CALLS, end = '\n') =>
  [FORMAT, ...header, COLUMNS, ...calls].join('\n') + (calls.length > 0 || end ? end : '')

const rows: Row[] = [
  ['dates', file(['##fileDate=20240101']), file(['##fileDate=20240102']), equivalent('VCF', '##fileDate')],
  ['a date in one', file([]), file(['##fileDate=20240102']), equivalent('VCF', '##fileDate')],
  [
    'commands, and versions that are the same',
    file([FILTER, '##bcftools_callVersion=1.16', '##bcftools_callCommand=call -m a; Date=Mon']),
    file([FILTER, '##bcftools_callVersion=1.16', '##bcftools_callCommand=call -m b; Date=Tue']),
    equivalent('VCF', '##bcftools_callCommand'),
  ],
  [
    'lines of the same kind in another number',
    file(['##bcftools_viewCommand=view a']),
    file(['##bcftools_viewCommand=view a', '##bcftools_viewCommand=view b']),
    equivalent('VCF', '##bcftools_viewCommand'),
  ],
  [
    'a date in another place',
    file(['##fileDate=20240101', FILTER]),
    file([FILTER, '##fileDate=20240101']),
    equivalent('VCF', '##fileDate'),
  ],
  [
    'dates and commands that changed places',
    file(['##fileDate=20240101', '##source=x']),
    file(['##source=x', '##fileDate=20240101']),
    equivalent('VCF', '##fileDate', '##source'),
  ],
  ['gzip', file([FILTER]), gzipSync(file([FILTER])), equivalent('VCF', 'gzip')],
  [
    'dates in gzip of the same manner',
    gzipSync(file(['##fileDate=20240101'])),
    gzipSync(file(['##fileDate=20240102'])),
    equivalent('VCF', '##fileDate'),
  ],
  ['a trailing newline', file([FILTER], CALLS, ''), file([FILTER]), equivalent('VCF', 'trailing newline')],
  [
    'a trailing newline, no calls',
    file([FILTER], [], ''),
    file([FILTER], [], '\n'),
    equivalent('VCF', 'trailing newline'),
  ],
  [
    'a call, behind commands of different length',
    file(['##fileDate=20240101', FILTER]),
    file(['##a_command=x', '##fileDate=20240102', FILTER], [CALLS[0]!, 'chr1\t21\t.\tG\tT\t60\tPASS\tDP=11']),
    different('VCF', { line: 5, old: CALLS[1]!, new: 'chr1\t21\t.\tG\tT\t60\tPASS\tDP=11' }),
  ],
  ['a call more', file([], CALLS.slice(0, 1)), file([]), different('VCF', { line: 4, new: CALLS[1]! })],
  [
    'calls in another order',
    file([]),
    file([], [CALLS[1]!, CALLS[0]!]),
    different('VCF', { line: 3, old: CALLS[0]!, new: CALLS[1]! }),
  ],
  ['a filter', file([FILTER]), file([`${FILTER} `]), different('VCF', { line: 2, old: FILTER, new: `${FILTER} ` })],
  [
    'lines of the header in another order',
    file([FILTER, CONTIG]),
    file([CONTIG, FILTER]),
    different('VCF', { line: 2, old: FILTER, new: CONTIG }),
  ],
  [
    'a line of the header more',
    file([FILTER]),
    file([FILTER, CONTIG]),
    different('VCF', { line: 3, old: COLUMNS, new: CONTIG }),
  ],
  [
    'the version of the format',
    file([]),
    file([]).replace('v4.2', 'v4.3'),
    different('VCF', { line: 1, old: FORMAT, new: '##fileformat=VCFv4.3' }),
  ],
  [
    'a reference',
    file(['##reference=a.fa']),
    file(['##reference=b.fa']),
    different('VCF', { line: 2, old: '##reference=a.fa', new: '##reference=b.fa' }),
  ],
  [
    'the samples',
    file([]),
    file([]).replace('\tINFO', '\tINFO\tFORMAT\tS'),
    different('VCF', { line: 2, old: COLUMNS, new: `${COLUMNS}\tFORMAT\tS` }),
  ],
  [
    'a date among the calls',
    file([], ['##fileDate=1']),
    file([], ['##fileDate=2']),
    different('VCF', { line: 3, old: '##fileDate=1', new: '##fileDate=2' }),
  ],
  ['an empty line at the end', file([]), `${file([])}\n`, different('VCF', { line: 5, new: '' })],
]

describe('pairs', () => table(rows))

const aside =
  'fileDate filedate fileTime startTime date source source_20240101.1 source_version bcftoolsVersion bcftools_callVersion ' +
  'bcftools_normCommand samtoolsCommand samtoolsVersion GATKCommandLine GATKCommandLine.Mutect2 commandline CommandLine cmdline ' +
  'command SnpEffVersion SnpEffCmd SnpSiftVersion SnpSiftCmd MutectVersion DeepVariant_version DRAGENCommandLine DRAGENVersion ' +
  'VEP-command-line freebayes_version'
const counted =
  'fileformat reference contig assembly INFO FORMAT FILTER ALT phasing pedigree SAMPLE dbSNPVersion dbsnp_version ' +
  'referenceVersion genome_version ensembl_version clinvarVersion databaseDate tumor_sample sourceFile commandments versions ' +
  'dateOfBirth VEP GVCFBlock0-1'

test.each(aside.split(' '))('##%s is set aside', key => {
  expect(asideOf(Buffer.from(`##${key}=x`))).toBe(`##${key}`)
})
test.each(counted.split(' '))('##%s counts', key => {
  expect(asideOf(Buffer.from(`##${key}=<Version=1,Date=2,CommandLine=3>`))).toBeUndefined()
})
