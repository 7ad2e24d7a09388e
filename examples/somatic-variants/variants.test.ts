import { assert as check, constantFrom, integer, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { formatFasta, parseFasta } from './fasta.ts'
import { score } from './score.ts'
import { formatTruth, mutate, withVariants } from './simulate/mutations.ts'
import { randomFrom } from './simulate/random.ts'
import { simulateReads } from './simulate/reads.ts'
import { keyOf, normalise, parseVcf } from './variants.ts'

const dna = (minLength: number, maxLength: number) =>
  string({ unit: constantFrom('A', 'C', 'G', 'T'), minLength, maxLength })
const genome = new Map([['c1', 'GGTTACACACATTTGCA']])
const variant = (position: number, reference: string, alternative: string) => ({
  contig: 'c1',
  position,
  reference,
  alternative,
  info: '',
})
const normalised = (position: number, reference: string, alternative: string) =>
  keyOf(normalise(variant(position, reference, alternative), genome))

test('an indel in a repeat goes to its leftmost place, a shared base is cut', () => {
  expect(normalised(9, 'ACA', 'A')).toBe('c1:4:TAC>T')
  expect(normalised(12, 'T', 'TT')).toBe('c1:11:A>AT')
  expect(normalised(5, 'ACA', 'ACG')).toBe('c1:7:A>G')
  expect(normalised(5, 'A', 'G')).toBe('c1:5:A>G')
})

test('a normalised variant makes the same sequence and is normalised already', () => {
  check(
    property(
      dna(20, 40),
      integer({ min: 1, max: 15 }),
      integer({ min: 1, max: 5 }),
      dna(1, 5),
      (text, start, n, other) => {
        const reference = text.slice(start - 1, start - 1 + n)
        if (other === reference) return
        const before = new Map([['c1', text]])
        const given = variant(start, reference, other)
        const once = normalise(given, before)
        expect(withVariants(before, [once])).toEqual(withVariants(before, [given]))
        expect(normalise(once, before)).toEqual(once)
      },
    ),
  )
})

test('sequences survive being written and read', () => {
  const sequences = new Map([
    ['a', 'ACGT'.repeat(40)],
    ['b', 'A'],
  ])
  expect(parseFasta(formatFasta(sequences))).toEqual(sequences)
})

test('the same seed plants the same variants and draws the same reads', () => {
  const sequences = new Map([['c1', 'ACGGTCATTGACCAGT'.repeat(100)]])
  const plan = { spacing: 150, origins: ['germline', 'clonal', 'subclonal'] as const, indels: 0.5 }
  const make = (seed: number) => {
    const mutations = mutate(randomFrom(seed), sequences, plan)
    const reads = simulateReads(randomFrom(seed), 'r', [{ genome: withVariants(sequences, mutations), weight: 1 }], 2)
    return { truth: formatTruth(sequences, mutations), reads }
  }
  expect(make(1)).toEqual(make(1))
  expect(make(1)).not.toEqual(make(2))
  expect(parseVcf(make(1).truth).length).toBeGreaterThan(5)
})

test('calls are scored against the somatic truth, whatever way an indel is written', () => {
  const vcf = (...records: string[]) => records.map(record => record.split(' ').join('\t')).join('\n')
  const truth = vcf('c1 2 . G A . . SOMATIC;AC=1', 'c1 4 . TAC T . . SOMATIC', 'c1 12 . T C . . GERMLINE')
  const calls = { snps: vcf('c1 2 . G A . . .', 'c1 12 . T C . . .'), indels: vcf('c1 9 . ACA A . . .') }
  const [snps, indels] = score({ reference: formatFasta(genome), truth, ...calls })
  expect(snps).toMatchObject({ planted: 1, called: 2, right: 1, precision: 0.5, recall: 1, wrong: ['c1:12:T>C'] })
  expect(indels).toMatchObject({ planted: 1, called: 1, right: 1, precision: 1, recall: 1 })
})
