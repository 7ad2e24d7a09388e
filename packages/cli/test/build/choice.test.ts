import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeEach, expect, onTestFinished, test } from 'vitest'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** A checkout in which the sources and the build each say what they are. */
let checkout: string

beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'reprise-choice-'))
  const made = checkout
  onTestFinished(() => rm(made, { recursive: true }))
  await mkdir(join(checkout, 'bin'))
  await cp(join(root, 'bin/reprise'), join(checkout, 'bin/reprise'))
  await symlink(join(root, 'bin/node'), join(checkout, 'bin/node'))
  await put('packages/cli/src/main.ts', "console.log('sources' as string)")
  await put('packages/server/src/other/old.ts', '')
  await put('node_modules/.package-lock.json', '')
})

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(checkout, path)), { recursive: true })
  await writeFile(join(checkout, path), text)
}

async function makeBuild(): Promise<void> {
  await put('build/1/reprise.mjs', "console.log('build')")
  await put('build/1/stamp', '')
  await symlink('1', join(checkout, 'build/current'))
  const now = new Date()
  await utimes(join(checkout, 'build/1/stamp'), now, now)
  // the clock of a file system is coarse: what changes from here on is newer
  do await put('clock', '')
  while ((await stat(join(checkout, 'clock'))).ctimeMs <= now.getTime())
}

async function started(): Promise<string> {
  return (await promisify(execFile)(join(checkout, 'bin/reprise'))).stdout.trim()
}

test('without a build the sources are started', async () => {
  expect(await started()).toBe('sources')
})

test('with a build that is newer than every source, the build', async () => {
  await makeBuild()
  expect(await started()).toBe('build')
})

test('a source that changed since is never passed over', async () => {
  await makeBuild()
  await put('packages/server/src/other/old.ts', '// changed')
  expect(await started()).toBe('sources')
})

test('one whose time of change was set back neither', async () => {
  await makeBuild()
  await put('packages/server/src/other/old.ts', '// changed')
  const past = new Date('2020-01-01')
  await utimes(join(checkout, 'packages/server/src/other/old.ts'), past, past)
  expect(await started()).toBe('sources')
})

test('nor one that is gone or new, or other libraries', async () => {
  await makeBuild()
  await rm(join(checkout, 'packages/server/src/other/old.ts'))
  expect(await started()).toBe('sources')
  await rm(join(checkout, 'build'), { recursive: true })
  await makeBuild()
  expect(await started()).toBe('build')
  await put('packages/cli/src/new.ts', '')
  expect(await started()).toBe('sources')
  await rm(join(checkout, 'build'), { recursive: true })
  await makeBuild()
  await put('node_modules/.package-lock.json', '{}')
  expect(await started()).toBe('sources')
})
