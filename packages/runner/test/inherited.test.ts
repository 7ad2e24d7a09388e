import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryFolder } from './job.ts'

test('a descriptor that was open when we were started does not reach a job', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'secret'), 'secret')
  const index = join(import.meta.dirname, '../src/index.ts')
  await writeFile(
    join(folder, 'run.ts'),
    `import { stage, start, viewOf } from ${JSON.stringify(index)}
     import { readFileSync } from 'node:fs'
     const attempt = ${JSON.stringify(join(folder, 'attempt'))}
     await stage(attempt, { format: 1, path: 'main', argv: ['ls /proc/self/fd; cat <&33'], shell: true, environment: {}, stage: [],
       view: viewOf(attempt, 'sandbox'), isolation: 'sandbox', network: false, resources: { cores: 1, ram: 64 } })
     await start(attempt).ended
     console.log(readFileSync(attempt + '/stdout.log', 'utf8'))`,
  )
  const line = `exec 33<${join(folder, 'secret')}; exec ${process.execPath} ${join(folder, 'run.ts')}`
  const { stdout } = await promisify(execFile)('bash', ['-c', line])
  expect(stdout).not.toContain('secret')
  expect(stdout).not.toMatch(/^33$/m)
  expect(stdout).toMatch(/^0$/m)
})
