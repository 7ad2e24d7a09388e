/** Runs all tests, or those whose paths contain a word given as argument; the last line counts them. */
import { startVitest } from 'vitest/node'

const vitest = await startVitest('test', process.argv.slice(2), { watch: false, reporters: ['default'] })
const count = { passed: 0, failed: 0, skipped: 0 }
for (const module of vitest.state.getTestModules()) {
  for (const test of module.children.allTests()) {
    const { state } = test.result()
    if (state !== 'pending') count[state]++
  }
  if (!module.ok() && [...module.children.allTests('failed')].length === 0) count.failed++
}
count.failed += vitest.state.getUnhandledErrors().length
await vitest.close()
const skipped = count.skipped ? `, ${count.skipped} skipped` : ''
console.log(`${count.passed} passed, ${count.failed} failed${skipped}`)
process.exitCode = count.failed || count.passed === 0 ? 1 : 0
