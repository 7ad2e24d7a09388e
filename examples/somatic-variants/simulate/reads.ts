import type { Genome } from '../fasta.ts'
import type { Random } from './random.ts'

export const readLength = 100
const fragment = { mean: 300, deviation: 40 }
/** Phred qualities in the four steps that today's sequencers report, best first. */
const qualities = [37, 23, 12, 2] as const
const bases = ['A', 'C', 'G', 'T'] as const
const complement: Record<string, string> = { A: 'T', C: 'G', G: 'C', T: 'A' }

const reverseComplement = (text: string) =>
  [...text]
    .reverse()
    .map(base => complement[base] ?? 'N')
    .join('')

/** The quality drops from step to step along the read, for the rest of the read, the later the likelier. */
function qualityProfile(random: Random): number[] {
  let step = 0
  return Array.from({ length: readLength }, (_, cycle) => {
    if (step < qualities.length - 1 && random.uniform() < 0.0005 + 0.01 * (cycle / readLength) ** 3) step += 1
    return qualities[step]!
  })
}

/** What the sequencer reads: each base is wrong with the chance that its quality states. */
function sequenceRead(random: Random, template: string): { sequence: string; quality: string } {
  const profile = qualityProfile(random)
  const sequence = profile.map((quality, cycle) => {
    const base = template[cycle]!
    return random.uniform() < 10 ** (-quality / 10) ? random.pick(bases.filter(other => other !== base)) : base
  })
  return { sequence: sequence.join(''), quality: profile.map(value => String.fromCharCode(33 + value)).join('') }
}

/**
 * Interleaved FASTQ of paired reads, drawn evenly from the contigs of a genome until each has the given mean depth.
 * `copies` are drawn from in proportion to their weight.
 */
export function simulateReads(
  random: Random,
  prefix: string,
  copies: readonly { genome: Genome; weight: number }[],
  depth: number,
): string {
  const records: string[] = []
  for (const { genome, weight } of copies) {
    for (const sequence of genome.values()) {
      const pairs = Math.round((sequence.length * depth * weight) / (2 * readLength))
      for (let pair = 0; pair < pairs; pair++) {
        const length = Math.max(readLength, Math.round(random.normal(fragment.mean, fragment.deviation)))
        const start = random.integer(sequence.length - length)
        const forward = sequence.slice(start, start + length)
        const ends = [forward, reverseComplement(forward)]
        if (random.uniform() < 0.5) ends.reverse()
        const name = `${prefix}${records.length / 2 + 1}`
        for (const end of ends) {
          const read = sequenceRead(random, end.slice(0, readLength))
          records.push(`@${name}\n${read.sequence}\n+\n${read.quality}\n`)
        }
      }
    }
  }
  return records.join('')
}
