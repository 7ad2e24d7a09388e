import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSpecification } from '../src/attempt.ts'

test.each(['', '{"argv":["tr'])('an attempt whose specification is %j was never staged to its end', async text => {
  await using folder = await fs.mkdtempDisposable(join(tmpdir(), 'reprise-attempt-'))
  await fs.writeFile(join(folder.path, 'job.json'), text)
  expect(await readSpecification(folder.path)).toBeUndefined()
})
