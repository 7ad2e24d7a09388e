/** Prints the table of the leniencies, for the pages that list them. */
import { LENIENCIES } from '../src/leniencies.ts'

console.log('| Name | Taken | Why |\n|---|---|---|')
for (const [name, { rule, reason }] of Object.entries(LENIENCIES)) console.log(`| \`${name}\` | ${rule} | ${reason} |`)
