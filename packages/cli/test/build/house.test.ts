import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/** What is told of the house is so: each path that a map names is there. */

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const PACKAGES = ['cli', 'contract', 'cwl', 'runner', 'server']

/** Paths in code marks, with their `{a,b}` written out; those with a NAME to fill in are patterns. */
function pathsIn(text: string): string[] {
  const marked = [...text.matchAll(/`((?:[\w.-]+|\{[\w,.-]+\})(?:\/(?:[\w.-]+|\{[^`}\s]+\}))+)`/g)].map(
    ([, path]) => path!,
  )
  return marked.flatMap(path => {
    const [, before = path, choices = '', after = ''] = /^(.*?)\{([^}]*)\}(.*)$/.exec(path) ?? []
    return choices === '' ? [path] : choices.split(',').map(choice => before + choice.replace('…', '') + after)
  })
}

test.each(PACKAGES)(
  'the README of %s tells its story in steps, has an example, and names files that are there',
  name => {
    const text = readFileSync(join(root, 'packages', name, 'README.md'), 'utf8')
    expect(text).toMatch(/^## The story of /m)
    expect(text).toMatch(/^1\. [\s\S]*^2\. [\s\S]*^3\. /m)
    expect(text).toMatch(/^```/m)
    expect(missing(text, ['.', `packages/${name}`, `packages/${name}/src`])).toEqual([])
  },
)

test('the house: every path of its map is there', () => {
  const text = readFileSync(join(root, 'docs/house.md'), 'utf8')
  expect(missing(text, ['.', 'packages', 'packages/server/src', 'packages/cwl/src'])).toEqual([])
})

test('the house has every room', () => {
  const text = readFileSync(join(root, 'docs/house.md'), 'utf8')
  const rooms = globSync('packages/{server,cwl}/src/*/', { cwd: root }).map(path => basename(path))
  expect(rooms.length).toBeGreaterThan(30)
  expect(rooms.filter(room => !new RegExp(`\\b${room}\\b`).test(text))).toEqual([])
})

test('the house takes two pages', () => {
  expect(readFileSync(join(root, 'docs/house.md'), 'utf8').split(/\s+/).length).toBeLessThan(1100)
})

function missing(text: string, folders: string[]): string[] {
  return pathsIn(text)
    .filter(path =>
      /^(src|packages|scripts|docs|bin|server|cli|cwl|runner|contract|execution|tasks|rerun|scheduling|storage)\//.test(
        path,
      ),
    )
    .filter(path => !folders.some(folder => isThere(join(root, folder, path))))
}

function isThere(path: string): boolean {
  if (!/\/[A-Z]{4,}/.test(path)) return existsSync(path)
  return globSync(path.replace(/(?<=\/)[A-Z]{4,}/g, '*')).length > 0
}
