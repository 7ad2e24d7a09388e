import type { Genome } from '../fasta.ts'
import { normalise, type Variant } from '../variants.ts'
import type { Random } from './random.ts'

/** Which cells have a variant: all of them, the tumour's, or those of a part of the tumour that arose later. */
export type Origin = 'germline' | 'clonal' | 'subclonal'

/** A planted variant and the copies of the genome, the first, the second or both, that carry it. */
export interface Mutation extends Variant {
  origin: Origin
  copies: readonly (0 | 1)[]
}

const bases = ['A', 'C', 'G', 'T'] as const
/** No variant begins this near to an end of a contig, where few reads reach. */
const margin = 200
/** Variants begin at least this far from each other: the longest indel and room to tell two apart. */
const gap = 40
const longestIndel = 8

const otherBase = (random: Random, base: string) => random.pick(bases.filter(other => other !== base))
const sequenceOf = (random: Random, length: number) => Array.from({ length }, () => random.pick(bases)).join('')

function alleles(random: Random, sequence: string, offset: number, indels: number): [string, string] {
  const base = sequence[offset]!
  if (random.uniform() >= indels) return [base, otherBase(random, base)]
  const length = 1 + Math.min(random.integer(longestIndel), random.integer(longestIndel))
  if (random.uniform() < 0.5) return [base, base + sequenceOf(random, length)]
  return [sequence.slice(offset, offset + length + 1), base]
}

/**
 * One variant in each stretch of `spacing` bases, at a random place of it. Each origin is as likely as it is often in
 * `origins`; somatic variants are on one of the two copies. `indels` is the part that are insertions or deletions.
 */
export function mutate(
  random: Random,
  genome: Genome,
  share: { spacing: number; origins: readonly Origin[]; indels: number },
): Mutation[] {
  return [...genome].flatMap(([contig, sequence]) => {
    const found: Mutation[] = []
    for (let start = margin; start + share.spacing < sequence.length - margin; start += share.spacing) {
      const offset = start + random.integer(share.spacing - gap)
      const [reference, alternative] = alleles(random, sequence, offset, share.indels)
      const origin = random.pick(share.origins)
      const homozygous = origin === 'germline' && random.uniform() < 0.33
      const variant = normalise({ contig, position: offset + 1, reference, alternative, info: '' }, genome)
      found.push({ ...variant, origin, copies: homozygous ? [0, 1] : [random.pick([0, 1] as const)] })
    }
    return found
  })
}

/** The genome with these variants in it; they must not overlap. */
export function withVariants(genome: Genome, variants: readonly Variant[]): Genome {
  return new Map(
    [...genome].map(([contig, sequence]) => {
      const own = variants.filter(variant => variant.contig === contig)
      let [text, done] = ['', 0]
      for (const { position, reference, alternative } of own.toSorted((a, b) => a.position - b.position)) {
        text += sequence.slice(done, position - 1) + alternative
        done = position - 1 + reference.length
      }
      return [contig, text + sequence.slice(done)]
    }),
  )
}

export function formatTruth(genome: Genome, mutations: readonly Mutation[]): string {
  const header = [
    '##fileformat=VCFv4.2',
    '##INFO=<ID=GERMLINE,Number=0,Type=Flag,Description="All cells have it">',
    '##INFO=<ID=SOMATIC,Number=0,Type=Flag,Description="Only cells of the tumour have it">',
    '##INFO=<ID=SUBCLONAL,Number=0,Type=Flag,Description="Only a part of the cells of the tumour have it">',
    '##INFO=<ID=AC,Number=1,Type=Integer,Description="On how many of the two copies of the genome">',
    ...[...genome].map(([contig, sequence]) => `##contig=<ID=${contig},length=${sequence.length}>`),
    '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO',
  ]
  const flags = { germline: 'GERMLINE', clonal: 'SOMATIC', subclonal: 'SOMATIC;SUBCLONAL' }
  const records = mutations.map(({ contig, position, reference, alternative, origin, copies }) => {
    const info = `${flags[origin]};AC=${copies.length}`
    return [contig, position, '.', reference, alternative, '.', '.', info].join('\t')
  })
  return `${[...header, ...records].join('\n')}\n`
}
