import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** A source as the rules on the house see it. Paths are from the root of the checkout. */
export interface Source {
  path: string
  text: string
  /** files of the checkout that it imports, for types too, or starts as a thread */
  imports: string[]
}

const FOLDERS = 'packages/*/{src,test,tools}/**/*.ts'
const OTHERS = '{acceptance,bench,conformance,examples,scripts}/**/*.ts'

/** `import … from`, `export … from`, `import '…'`, `import('…')` in values and types, and what a thread is started from. */
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'|new URL\('(\.[^']+\.ts)'/g

export function sourcesOf(root: string): Source[] {
  const paths = globSync([FOLDERS, OTHERS], { cwd: root, exclude: path => path.includes('node_modules') }).sort()
  const known = new Set(paths)
  return paths.map(path => {
    const text = readFileSync(join(root, path), 'utf8')
    const named = [...text.matchAll(IMPORT)].map(([, module, thread]) =>
      normalize(join(dirname(path), module ?? thread!)),
    )
    return { path, text, imports: [...new Set(named)].filter(other => known.has(other)) }
  })
}
