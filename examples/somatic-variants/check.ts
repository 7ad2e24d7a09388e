/**
 * Compares called variants with the planted ones: `bin/node examples/somatic-variants/check.ts FOLDER`, where FOLDER holds
 * the workflow's outputs. Prints precision and recall; exits 1 when one of them is below 0.9.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatScore, score } from './score.ts'

const folder = process.argv[2]
if (folder === undefined) {
  console.error('Which folder holds High_Confidence_SNPs.vcf and High_Confidence_INDELs.vcf? Give it as the argument.')
  process.exit(2)
}
const input = (name: string) => readFileSync(join(import.meta.dirname, 'inputs', name), 'utf8')
/** The server puts a number before the name of an output whose name is taken, as in `_1_High_Confidence_SNPs.vcf`. */
function output(name: string): string {
  const found = readdirSync(folder!).find(entry => entry.replace(/^_\d+_/, '') === name)
  if (found !== undefined) return readFileSync(join(folder!, found), 'utf8')
  console.error(`There is no ${name} in ${folder}.`)
  process.exit(2)
}

const scores = score({
  reference: input('reference.fa'),
  truth: input('truth.vcf'),
  snps: output('High_Confidence_SNPs.vcf'),
  indels: output('High_Confidence_INDELs.vcf'),
})
for (const result of scores) {
  console.log(formatScore(result))
  for (const key of result.missed) console.log(`  missed ${key}`)
  for (const key of result.wrong) console.log(`  wrong  ${key}`)
}
if (scores.some(({ precision, recall }) => precision < 0.9 || recall < 0.9)) process.exitCode = 1
