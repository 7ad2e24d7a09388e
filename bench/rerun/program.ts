/** Compares pairs that it is sent, and answers how long each took and what the process held at most meanwhile, in MiB of resident memory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createComparers } from '../../packages/server/src/rerun/comparers/compare-bytes.ts'
import { cpuSeconds, residentMiB } from '../measure.ts'
import type { File } from './make.ts'

const comparers = createComparers()

/** Starts the thread, so that only the comparison itself is measured. */
async function warm(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-bench-'))
  const sides = ['a', 'b'].map(name => {
    const path = join(folder, name)
    writeFileSync(path, name)
    return { path, size: 1, name }
  })
  await comparers.compare(sides[0]!, sides[1]!)
  rmSync(folder, { recursive: true })
}

process.on('message', async ([old, now]: [File, File]) => {
  await warm()
  const before = residentMiB(process.pid)
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, residentMiB(process.pid))
  }, 5)
  const [start, cpu] = [performance.now(), cpuSeconds(process.pid)]
  const verdict = await comparers.compare(old, now)
  const figures = { wall: performance.now() - start, cpu: cpuSeconds(process.pid) - cpu, verdict, before, most }
  clearInterval(timer)
  await comparers.close()
  process.send!(figures, () => process.exit())
})
