/** Files as the real programs write them: where these are not installed, the tests that need them are skipped. */
import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Verdict } from '../../../src/rerun/comparers/verdict.ts'
import { Pairs } from './pairs.ts'
import { different, equivalent } from './table.ts'

const shell = promisify(execFile)
const missing: string[] = []
for (const program of ['samtools', 'bcftools', 'bgzip', 'gzip'])
  await shell('sh', ['-c', `command -v ${program}`]).catch(() => missing.push(program))
if (missing.length > 0) console.log(`Tests of files that programs write are skipped: ${missing.join(', ')} missing.`)

let pairs: Pairs
/** Files by their names, made by lines of shell. */
async function make(script: string): Promise<void> {
  await shell('bash', ['-euo', 'pipefail', '-c', script], { cwd: pairs.folder })
}

/** A reference, reads of two samples, calls. */
const BASE = `
awk 'BEGIN { srand(1); print ">chr1"; for (i = 0; i < 40; i++) { s = ""; for (j = 0; j < 50; j++) s = s substr("ACGT", int(rand() * 4) + 1, 1); print s } }' >ref.fa
samtools faidx ref.fa
{
  printf '@HD\\tVN:1.6\\tSO:unsorted\\n@SQ\\tSN:chr1\\tLN:2000\\n@RG\\tID:a\\tSM:s1\\tDT:2024-01-01\\n@RG\\tID:b\\tSM:s2\\n@PG\\tID:sim\\tCL:sim 1\\n@CO\\tkept\\n'
  samtools faidx ref.fa chr1 | grep -v '>' | tr -d '\\n' | awk '{ srand(2); for (i = 0; i < 3000; i++) { p = int(rand() * 1900) + 1; s = substr($0, p, 100);
    if (p <= 700 && p + 100 > 700) s = substr(s, 1, 700 - p) (substr(s, 701 - p, 1) == "A" ? "C" : "A") substr(s, 702 - p);
    q = s; gsub(/./, "I", q); printf "r%d\\t0\\tchr1\\t%d\\t60\\t%dM\\t*\\t0\\t0\\t%s\\t%s\\tRG:Z:%s\\tNM:i:0\\tXF:f:0.25\\tXB:B:s,1,-2\\n", i, p, length(s), s, q, i % 2 ? "a" : "b" } }'
} >reads.sam
samtools sort -o one.bam reads.sam
`

describe.skipIf(missing.length > 0)('files of real programs', () => {
  beforeAll(async () => {
    pairs = await Pairs.make()
    await make(BASE)
  })
  afterAll(() => pairs.remove())

  /** Both ways round: the verdict, and that of the exchanged pair. */
  async function expectBoth(old: string, now: string, expected: Verdict): Promise<void> {
    const [a, b] = await Promise.all(
      [old, now].map(async name => {
        const path = join(pairs.folder, name)
        return { path, size: (await stat(path)).size, name: basename(name) }
      }),
    )
    expect(await pairs.comparers.compare(a!, b!)).toEqual(expected)
    expect((await pairs.comparers.compare(b!, a!)).verdict).toBe(expected.verdict)
  }

  const bams: [what: string, script: string, expected: Verdict][] = [
    ['other threads', 'samtools sort -@ 2 -o two.bam reads.sam', equivalent('BAM', '@PG')],
    [
      'another level',
      'samtools view -b --output-fmt-option level=1 --no-PG -o two.bam one.bam',
      equivalent('BAM', 'gzip'),
    ],
    ['no compression', 'samtools view -u -o two.bam one.bam', equivalent('BAM', '@PG')],
    [
      'no programs',
      'samtools view -h one.bam | grep -v ^@PG | samtools view --no-PG -b -o two.bam -',
      equivalent('BAM', '@PG'),
    ],
    ['by bgzip', 'bgzip -dc one.bam | bgzip -l 3 -c >two.bam', equivalent('BAM', 'gzip')],
    ['by gzip', 'bgzip -dc one.bam | gzip -9 -c >two.bam', equivalent('BAM', 'gzip')],
    [
      'a group with another date, in another place',
      `samtools view -H --no-PG one.bam | sed 's/DT:2024/DT:2025/' | awk '/ID:a/ { kept = $0; next } { print } END { print kept }' >h.sam; samtools reheader -P h.sam one.bam >two.bam`,
      equivalent('BAM', 'DT of @RG', 'order of @RG'),
    ],
    [
      'a comment',
      `samtools view -H --no-PG one.bam | sed 's/kept/lost/' >h.sam; samtools reheader -P h.sam one.bam >two.bam`,
      different('BAM', { line: 5, old: '@CO\tkept', new: '@CO\tlost' }),
    ],
    [
      'fewer records',
      'samtools view -b -q 61 -o two.bam one.bam',
      different('BAM', expect.objectContaining({ line: 6 })),
    ],
  ]
  test.each(bams)('BAM: %s', async (_, script, expected) => {
    await make(`rm -f two.bam; ${script}`)
    await expectBoth('one.bam', 'two.bam', expected)
  })

  test('BAM: the record that differs is shown as samtools shows it', async () => {
    await make(
      `samtools view -h --no-PG one.bam | awk -v OFS='\\t' '$1 == "r777" { $5 = 59 } { print }' | samtools view --no-PG -b -o two.bam -`,
    )
    const view = async (name: string) =>
      (await shell('samtools', ['view', join(pairs.folder, name)], { maxBuffer: 2 ** 26 })).stdout.split('\n')
    const [one, two] = [await view('one.bam'), await view('two.bam')]
    const index = one.findIndex((line, at) => line !== two[at])
    expect(one[index]).toMatch(/^r777\t/)
    await expectBoth(
      'one.bam',
      'two.bam',
      different('BAM', { line: 5 + index + 1, old: one[index]!, new: two[index]! }),
    )
  })

  test('SAM: programs, and a tag', async () => {
    await make(
      `samtools view -h --no-PG one.bam >one.sam; samtools view -h one.bam >two.sam; sed '20s/NM:i:0/NM:i:1/' one.sam >three.sam; gzip -c two.sam >two.sam.gz`,
    )
    await expectBoth('one.sam', 'two.sam', equivalent('SAM', '@PG'))
    await expectBoth('one.sam', 'two.sam.gz', equivalent('SAM', '@PG', 'gzip'))
    const [one, three] = await Promise.all(
      ['one.sam', 'three.sam'].map(async name => (await readFile(join(pairs.folder, name), 'utf8')).split('\n')),
    )
    const programs = one!.slice(0, 20).filter(line => line.startsWith('@PG')).length
    await expectBoth(
      'one.sam',
      'three.sam',
      different('SAM', { line: 20 - programs, old: one![19]!, new: three![19]! }),
    )
    await expectBoth('one.sam', 'one.bam', { verdict: 'different' })
  })

  test('VCF: commands and dates of bcftools, wrapped and not', async () => {
    await make(`
      call() { bcftools mpileup -f ref.fa one.bam 2>log | bcftools call -mv "$@"; }
      call -Ov -o one.vcf; call -Ov -o two.vcf; call -Oz -o two.vcf.gz; bcftools view -Oz -l 1 -o three.vcf.gz two.vcf.gz
      bcftools view --no-version -i 'POS!=700' -o four.vcf one.vcf; grep -c -v '^#' one.vcf >/dev/null`)
    await expectBoth('one.vcf', 'two.vcf', equivalent('VCF', '##bcftools_callCommand'))
    await expectBoth('two.vcf.gz', 'one.vcf', equivalent('VCF', '##bcftools_callCommand', 'gzip'))
    await expectBoth(
      'two.vcf.gz',
      'three.vcf.gz',
      equivalent('VCF', '##bcftools_viewCommand', '##bcftools_viewVersion'),
    )
    const lines = (await readFile(join(pairs.folder, 'one.vcf'), 'utf8')).trimEnd().split('\n')
    const at = lines.findIndex(line => line.startsWith('chr1\t700\t'))
    expect(at).toBeGreaterThan(0)
    const aside = lines.filter(line => /^##bcftools(_\w+)?(Command|Version)=/.test(line)).length
    const next = lines[at + 1]
    await expectBoth(
      'one.vcf',
      'four.vcf',
      different('VCF', { line: at + 1 - aside, old: lines[at]!, ...(next && { new: next }) }),
    )
  })

  test('texts by gzip, bgzip and none', async () => {
    await make(
      'cp reads.sam text.txt; sed -i s/^@/#/ text.txt; gzip -1 -c text.txt >one.gz; gzip -9 -n -c text.txt >two.gz; bgzip -@ 2 -c text.txt >three.gz; cat one.gz one.gz >four.gz; cat text.txt text.txt | gzip >five.gz',
    )
    for (const [old, now] of [
      ['one.gz', 'two.gz'],
      ['one.gz', 'three.gz'],
      ['text.txt', 'three.gz'],
      ['four.gz', 'five.gz'],
    ])
      await expectBoth(old!, now!, equivalent('TEXT', 'gzip'))
  })

  test('files of no known format by gzip and bgzip', async () => {
    await make('head -c 5000 /dev/urandom >noise; gzip -c noise >noise.gz; bgzip -c noise >noise.bgz')
    await expectBoth('noise.gz', 'noise.bgz', equivalent('GZIP', 'gzip'))
    await expectBoth('noise', 'noise.bgz', { verdict: 'different' })
  })
})
