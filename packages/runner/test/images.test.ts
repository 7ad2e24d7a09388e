import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { fullName, rewritten } from '../src/containers/images.ts'
import { Images } from '../src/index.ts'
import { temporaryFolder } from './job.ts'

const ID = `sha256:${'a'.repeat(64)}`
const SECRET = '{"auths":{"registry.example":{"auth":"c2VjcmV0"}}}'

afterEach(() => vi.unstubAllEnvs())

test.each([
  ['a/b:1', {}, 'a/b:1'],
  ['a/b:1', { 'a/b:1': 'c:2' }, 'c:2'],
  ['a/b:1', { 'a/': 'mirror.example/a/' }, 'mirror.example/a/b:1'],
  ['a/b/c', { 'a/': 'x/', 'a/b/': 'y/' }, 'y/c'],
  ['ab/c', { a: 'x', 'a/': 'y/' }, 'ab/c'],
  ['a:1', { a: 'x' }, 'a:1'],
])('the image map: %s with %j is %s', (name, map, expected) => {
  expect(rewritten(name, map as { [from: string]: string })).toBe(expected)
})

test.each([
  ['debian:12', 'docker.io/library/debian:12'],
  ['biocontainers/samtools:1', 'docker.io/biocontainers/samtools:1'],
  ['quay.io/a/b:1', 'quay.io/a/b:1'],
  ['localhost/a', 'localhost/a'],
  ['registry:5000/a', 'registry:5000/a'],
  [ID, ID],
  ['a'.repeat(12), 'a'.repeat(12)],
])('the full name of %s is %s', (name, expected) => {
  expect(fullName(name)).toBe(expected)
})

/** An engine that notes its words and the credentials that it is shown, and has an image when it was pulled. */
async function fakeEngine(engine: 'docker' | 'podman', pullCode = 0) {
  const folder = await temporaryFolder()
  const temporary = join(folder, 'tmp')
  await mkdir(temporary)
  const lines = [
    '#!/bin/sh',
    `echo "$*" >>${folder}/argv`,
    'case "$*" in',
    `*inspect*) [ -e ${folder}/pulled ] && echo ${ID} || { echo "No such image" >&2; exit 1; } ;;`,
    `*) [ "$1" = --config ] && cat "$2/config.json" >${folder}/shown; touch ${folder}/pulled; exit ${pullCode} ;;`,
    'esac',
  ]
  await writeFile(join(folder, engine), `${lines.join('\n')}\n`)
  await chmod(join(folder, engine), 0o755)
  const auth = join(folder, 'auth.json')
  await writeFile(auth, SECRET)
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`)
  vi.stubEnv('TMPDIR', temporary)
  const read = (name: string) => readFile(join(folder, name), 'utf8')
  return { images: new Images({ engine, auth }), auth, read, left: () => readdir(temporary) }
}

test.each([0, 1])(
  'docker is shown credentials in a folder that is gone afterwards: its pull ends with %i',
  async code => {
    const { images, read, left } = await fakeEngine('docker', code)
    const image = images.get('registry.example/a:1')
    if (code === 0) expect(await image).toEqual({ name: 'registry.example/a:1', id: ID })
    else await expect(image).rejects.toThrow("can't be pulled")
    expect(await read('shown')).toBe(SECRET)
    const argv = await read('argv')
    expect(argv).toMatch(/^--config \S+ pull --quiet registry.example\/a:1$/m)
    expect(argv).not.toContain('c2VjcmV0')
    expect(await left()).toEqual([])
  },
)

test('podman is given the file of credentials by its name', async () => {
  const { images, auth, read, left } = await fakeEngine('podman')
  await images.get('a:1')
  const argv = await read('argv')
  expect(argv.split('\n')).toContain(`pull --quiet --authfile ${auth} docker.io/library/a:1`)
  expect(argv).not.toContain('c2VjcmV0')
  expect(await left()).toEqual([])
})
