/**
 * Makes the inputs of the example: `bin/node examples/somatic-variants/simulate/make-inputs.ts`. The same seeds, bwa and
 * samtools give the same bytes.
 *
 * 1. The genome of phage lambda (NC_001416) is cut into four contigs.
 * 2. Variants are planted: some in both samples (germline), some in the tumour alone (somatic), some of
 *    these in a part of its cells (subclonal).
 * 3. Paired reads with sequencing errors are drawn from the copies of each sample's genome. The tumour sample holds some
 *    normal cells too. One contig gets no reads.
 * 4. bwa aligns the reads, samtools sorts them. Headers are cleared of command lines, which hold temporary paths.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { formatFasta, type Genome, parseFasta } from '../fasta.ts'
import { formatTruth, mutate, type Origin, withVariants } from './mutations.ts'
import { randomFrom } from './random.ts'
import { simulateReads } from './reads.ts'

/** From Debian's package bowtie2-examples. */
const lambda = '/usr/share/doc/bowtie2/examples/reference/lambda_virus.fa.gz'
const inputs = join(import.meta.dirname, '../inputs')
const lengths = { lambda_1: 16_000, lambda_2: 14_000, lambda_3: 4_502, lambda_4: 14_000 }
const contigWithoutReads = 'lambda_3'
/** The kinds of cells in the tumour sample: normal ones, tumour cells, and tumour cells that mutated once more. */
const cells: { weight: number; origins: Origin[] }[] = [
  { weight: 0.3, origins: ['germline'] },
  { weight: 0.35, origins: ['germline', 'clonal'] },
  { weight: 0.35, origins: ['germline', 'clonal', 'subclonal'] },
]
const depth = { normal: 60, tumor: 110 }

function cut(sequence: string): Genome {
  const genome: Genome = new Map()
  let start = 0
  for (const [name, length] of Object.entries(lengths)) {
    genome.set(name, sequence.slice(start, start + length))
    start += length
  }
  return genome
}

function align(reads: string, sample: string, folder: string): void {
  const fastq = join(folder, `${sample}.fastq`)
  const sorted = join(folder, `${sample}.bam`)
  writeFileSync(fastq, reads)
  const group = `@RG\\tID:${sample}\\tSM:${sample}\\tPL:ILLUMINA`
  const script = `
    bwa mem -v 1 -t 1 -K 10000000 -p -R "$1" "$2" "$3" |
      samtools sort --no-PG -O sam - |
      grep -v '^@PG' |
      samtools view --no-PG --keep-tag RG,NM -O bam,level=9 -o "$4" -`
  const command = ['-euo', 'pipefail', '-c', script, 'align', group, join(folder, 'reference.fa'), fastq, sorted]
  execFileSync('bash', command, { stdio: 'pipe' })
  writeFileSync(join(inputs, `${sample}.bam`), readFileSync(sorted))
}

const [whole] = parseFasta(gunzipSync(readFileSync(lambda)).toString()).values()
const genome = cut(whole!)
const sequenced: Genome = new Map([...genome].filter(([contig]) => contig !== contigWithoutReads))
const origins: Origin[] = ['germline', 'germline', 'germline', 'clonal', 'clonal', 'subclonal']
const mutations = mutate(randomFrom(1), sequenced, { spacing: 150, origins, indels: 0.25 })
const copiesOf = (present: Origin[], weight: number) =>
  ([0, 1] as const).map(copy => {
    const own = mutations.filter(({ origin, copies }) => present.includes(origin) && copies.includes(copy))
    return { genome: withVariants(sequenced, own), weight: weight / 2 }
  })
const normal = copiesOf(['germline'], 1)
const tumor = cells.flatMap(({ weight, origins }) => copiesOf(origins, weight))

const folder = mkdtempSync(join(tmpdir(), 'somatic-variants-'))
try {
  writeFileSync(join(inputs, 'reference.fa'), formatFasta(genome))
  writeFileSync(join(folder, 'reference.fa'), formatFasta(genome))
  writeFileSync(join(inputs, 'truth.vcf'), formatTruth(genome, mutations))
  execFileSync('bwa', ['index', join(folder, 'reference.fa')], { stdio: 'ignore' })
  align(simulateReads(randomFrom(2), 'n', normal, depth.normal), 'normal', folder)
  align(simulateReads(randomFrom(3), 't', tumor, depth.tumor), 'tumor', folder)
} finally {
  rmSync(folder, { recursive: true })
}
