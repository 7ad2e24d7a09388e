/** Names what is wrong with how the code is laid out and named. `bin/node scripts/check-house.ts [CHECKOUT]` */
import { fileURLToPath } from 'node:url'
import { faultsOf } from './lint/house.ts'

const [root = fileURLToPath(new URL('..', import.meta.url))] = process.argv.slice(2)
const faults = faultsOf(root)
for (const fault of faults) console.error(fault)
process.exitCode = faults.length === 0 ? 0 : 1
