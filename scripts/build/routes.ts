import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'esbuild'

const FOLDER = 'packages/server/src/http/routes'
const MATRIX = 'packages/server/test/rights/matrix.tsv'

/** A build reads no folder: the list of the modules of the routes is imports. */
export function collectRoutes(root: string): Plugin {
  return {
    name: 'collect-routes',
    setup(build) {
      build.onLoad({ filter: /\/http\/routes\/modules\.ts$/ }, () => {
        const paths = filesIn(root)
        const imports = paths.map((path, index) => `import * as m${index} from './${path}'`)
        return {
          contents: `${imports.join('\n')}\nexport const modules = [${paths.map((_, index) => `m${index}`)}]`,
          loader: 'ts',
        }
      })
    },
  }
}

/** What a checkout lacks of its calls, a sentence each: an entry of the registry, a route, a row in the matrix of rights. */
export async function gapsOf(root: string): Promise<string[]> {
  const { CALLS } = await import(join(root, 'packages/contract/src/calls/index.ts'))
  const entries = new Set(Object.keys(CALLS))
  const named = filesIn(root).flatMap(path => callsIn(readFileSync(join(root, FOLDER, path), 'utf8')))
  const routes = new Set(named)
  const lines = readFileSync(join(root, MATRIX), 'utf8').trimEnd().split('\n').slice(1)
  const rows = new Set(lines.map(line => line.split('\t')[0]!))
  const lacking = (there: Set<string>, what: string) =>
    [...new Set([...entries, ...routes, ...rows])]
      .filter(call => !there.has(call))
      .map(call => `The call ${call} has no ${what}.`)
  return [
    ...lacking(entries, 'entry in packages/contract/src/calls'),
    ...lacking(routes, `file in ${FOLDER}`),
    ...lacking(rows, `row in ${MATRIX}`),
    ...[...routes]
      .filter(call => named.filter(other => other === call).length > 1)
      .map(call => `The call ${call} has two routes in ${FOLDER}.`),
  ]
}

function filesIn(root: string): string[] {
  return globSync('*/**/*.ts', { cwd: join(root, FOLDER) }).sort()
}

const callsIn = (source: string) => [...source.matchAll(/\bcall: '([\w.]+)'/g)].map(([, call]) => call!)
