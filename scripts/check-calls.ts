/** Names what a call lacks that is listed in one place and not in the others. `bin/node scripts/check-calls.ts [CHECKOUT]` */
import { fileURLToPath } from 'node:url'
import { gapsOf } from './build/routes.ts'

const [root = fileURLToPath(new URL('..', import.meta.url))] = process.argv.slice(2)
const gaps = await gapsOf(root)
for (const gap of gaps) console.error(gap)
process.exitCode = gaps.length === 0 ? 0 : 1
