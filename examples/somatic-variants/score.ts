import { type Genome, parseFasta } from './fasta.ts'
import { isSnp, keyOf, normalise, parseVcf, type Variant } from './variants.ts'

/**
 * How called variants compare with the planted ones. Precision: the part of the calls that are right; recall: the part
 * of the planted that were called.
 */
export interface Score {
  kind: 'SNPs' | 'INDELs'
  planted: number
  called: number
  right: number
  precision: number
  recall: number
  missed: string[]
  wrong: string[]
}

function compare(kind: Score['kind'], planted: Variant[], calls: Variant[], genome: Genome): Score {
  const keys = (variants: Variant[]) => new Set(variants.map(variant => keyOf(normalise(variant, genome))))
  const [truth, called] = [keys(planted), keys(calls)]
  const wrong = [...called].filter(key => !truth.has(key))
  const missed = [...truth].filter(key => !called.has(key))
  const right = called.size - wrong.length
  return {
    kind,
    planted: truth.size,
    called: called.size,
    right,
    precision: called.size === 0 ? 1 : right / called.size,
    recall: truth.size === 0 ? 1 : right / truth.size,
    missed,
    wrong,
  }
}

/** Scores the texts of the two called VCFs against the simulator's truth, of which only the somatic variants count. */
export function score(texts: { reference: string; truth: string; snps: string; indels: string }): Score[] {
  const genome = parseFasta(texts.reference)
  const somatic = parseVcf(texts.truth).filter(variant => variant.info.split(';').includes('SOMATIC'))
  const indels = somatic.filter(variant => !isSnp(variant))
  return [
    compare('SNPs', somatic.filter(isSnp), parseVcf(texts.snps), genome),
    compare('INDELs', indels, parseVcf(texts.indels), genome),
  ]
}

export function formatScore({ kind, planted, called, right, precision, recall }: Score): string {
  const figures = `precision ${precision.toFixed(3)}   recall ${recall.toFixed(3)}`
  return `${kind.padEnd(8)} ${figures}   (${planted} planted, ${called} called, ${right} of them right)`
}
