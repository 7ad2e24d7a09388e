import type { Genome } from './fasta.ts'

/** One alternative allele of a VCF record. `position` counts from 1. */
export interface Variant {
  contig: string
  position: number
  reference: string
  alternative: string
  /** the INFO column */
  info: string
}

export const isSnp = (variant: Variant) => variant.reference.length === 1 && variant.alternative.length === 1

export const keyOf = (variant: Variant) =>
  `${variant.contig}:${variant.position}:${variant.reference}>${variant.alternative}`

export function parseVcf(text: string): Variant[] {
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return lines.flatMap(line => {
    const [contig, position, , reference, alternatives, , , info] = line.split('\t')
    return alternatives!.split(',').map(alternative => ({
      contig: contig!,
      position: Number(position),
      reference: reference!,
      alternative,
      info: info ?? '',
    }))
  })
}

/**
 * The one way to write a variant (Tan, Abecasis and Kang, 2015): shared last bases are cut, and as long as that leaves an
 * allele empty both grow by the base on their left, so that an indel in a repeat ends at its leftmost place; then shared
 * first bases are cut.
 */
export function normalise(variant: Variant, genome: Genome): Variant {
  const sequence = genome.get(variant.contig) ?? ''
  let { position, reference, alternative } = variant
  const isShort = () => reference.length === 1 || alternative.length === 1
  while (reference.at(-1) === alternative.at(-1) && !(position === 1 && isShort())) {
    reference = reference.slice(0, -1)
    alternative = alternative.slice(0, -1)
    if (reference === '' || alternative === '') {
      position -= 1
      const base = sequence[position - 1]!
      reference = base + reference
      alternative = base + alternative
    }
  }
  while (reference.length > 1 && alternative.length > 1 && reference[0] === alternative[0]) {
    reference = reference.slice(1)
    alternative = alternative.slice(1)
    position += 1
  }
  return { ...variant, position, reference, alternative }
}
