import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { Plugin } from 'esbuild'

/** A module by its path from the root of the checkout: what it is in the build. */
export const built = (path: string) => path.replace(/\.ts$/, '.mjs')

/** Modules that a file names by a place and does not import: `new URL('./worker.ts', import.meta.url)` of a thread. */
export function threadsOf(path: string, source: string): string[] {
  if (!source.includes('import.meta.url')) return []
  return [...source.matchAll(NAMED)].map(([, name]) => resolve(dirname(path), name!)).filter(name => existsSync(name))
}

/** A text that ends in `.ts` and is not what is imported. */
const NAMED = /(?<!from |import |import\()'(\.{1,2}\/[\w./-]+\.ts)'/g

/** Modules that a file loads by a `require` made from its own place. */
export function requiredBy(source: string): string[] {
  return source.includes('createRequire(') ? [...source.matchAll(REQUIRED)].map(([, name]) => name!) : []
}

const REQUIRED = /\brequire\('([^']+)'\)/g

export interface Places {
  root: string
  /** paths of the modules of the build that `require` gives, by what is asked for */
  required: ReadonlyMap<string, string>
}

/**
 * Code keeps the place of its source: all of the build lies in one folder, and beside it, as in the checkout, `packages/…` with
 * the files that code reads and the modules that threads start with.
 */
export function keepPlaces({ root, required }: Places): Plugin {
  return {
    name: 'keep-places',
    setup(build) {
      build.onLoad({ filter: /\/packages\/[a-z]+\/src\/.*\.ts$/ }, ({ path }) => {
        const source = readFileSync(path, 'utf8')
        if (!source.includes('import.meta.url')) return undefined
        const place = `new URL(${JSON.stringify(built(relative(root, path)))}, import.meta.url).href`
        const contents = source
          .replace(NAMED, (text, name) => (existsSync(join(dirname(path), name)) ? `'${built(name)}'` : text))
          .replaceAll('import.meta.url', place)
        const asked = requiredBy(source)
        return {
          contents: asked.reduce((text, name) => redirect(text, name, required, path, root), contents),
          loader: 'ts',
        }
      })
    },
  }
}

/** A `require` of a module finds it in the build. */
function redirect(text: string, name: string, required: Places['required'], path: string, root: string): string {
  const there = relative(dirname(relative(root, path)), required.get(name)!)
  return text.replace(`require('${name}')`, `require('${there}')`)
}
