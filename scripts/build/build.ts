/**
 * Makes the command ready to start fast: all of it, with the libraries it uses, as a few modules of plain JavaScript, so that a
 * start reads those that it needs and resolves nothing. `make build`, or `bin/node scripts/build/build.ts FOLDER`, after which
 * may stand other programs that use its modules (run-built.ts).
 *
 * A module that is loaded only when it is needed (`import()`) is a file of its own there; so is each thread. What reads the
 * output of jobs is one file alone, since it sees no other (packages/runner/src/left/reader.ts). `bin/reprise` starts what
 * `build/current` leads to, as long as no source has changed since; it looks at their change times. What was there before
 * stays until the next build, since servers may run from it.
 */
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'
import { built, keepPlaces, requiredBy, threadsOf } from './places.ts'
import { collectRoutes, gapsOf } from './routes.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const builds = join(root, 'build')
const [into, ...programs] = process.argv.slice(2)
const made = into ?? join(builds, String(Date.now()))
const READER = join(root, 'packages/runner/src/left/reader-main.ts')
const WASM = 'node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm'

const gaps = await gapsOf(root)
if (gaps.length > 0) {
  console.error(gaps.join('\n'))
  process.exit(1)
}

/** older than any change that comes while this runs, by the coarse clock of a file system */
const begun = new Date(Date.now() - 10)
const sources = globSync('packages/*/src/**/*.ts', { cwd: root }).map(path => join(root, path))
const texts = new Map(sources.map(path => [path, readFileSync(path, 'utf8')]))
const threads = [...new Set([...texts].flatMap(([path, text]) => threadsOf(path, text)))].filter(
  path => path !== READER,
)
const required = new Map([...texts.values()].flatMap(requiredBy).map(name => [name, `${flat(name)}.mjs`]))

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  sourcemap: 'linked',
  sourcesContent: false,
  keepNames: false,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  logLevel: 'warning',
  logOverride: { 'empty-import-meta': 'error' },
  // of its two forms the one of modules, which leaves out what nobody uses
  alias: { yaml: join(root, 'node_modules/yaml/browser/index.js') },
  // pg's binding to libpq, which nobody here asks for
  external: ['pg-native'],
}

await build({
  ...common,
  entryPoints: [
    { in: join(root, 'packages/cli/src/main.ts'), out: 'reprise' },
    ...programs.map(path => ({ in: join(root, path), out: basename(path, '.ts') })),
    ...threads.map(path => ({ in: path, out: flat(relative(root, path)) })),
    ...[...required].map(([name, out]) => ({ in: name, out: out.replace(/\.mjs$/, '') })),
  ],
  splitting: true,
  outdir: made,
  chunkNames: 'part-[hash]',
  plugins: [collectRoutes(root), keepPlaces({ root, required })],
  // libraries that are no modules ask for Node's own by `require`
  banner: { js: "import{createRequire as $require}from'node:module';const require=$require(import.meta.url);" },
})
await build({ ...common, entryPoints: [READER], outfile: join(made, built(relative(root, READER))) })

for (const path of threads) {
  const place = join(made, built(relative(root, path)))
  mkdirSync(dirname(place), { recursive: true })
  writeFileSync(place, `import '${relative(dirname(place), join(made, flat(relative(root, path))))}.mjs'\n`)
}
const others = globSync('packages/*/src/**/*', { cwd: root })
for (const path of others.filter(path => statSync(join(root, path)).isFile() && !path.endsWith('.ts')))
  cpSync(join(root, path), join(made, path))
cpSync(join(root, WASM), join(made, 'emscripten-module.wasm'))

writeFileSync(join(made, 'stamp'), '')
utimesSync(join(made, 'stamp'), begun, begun)
if (!into) makeCurrent(basename(made))

/** In one step; of the others the last one stays. */
function makeCurrent(name: string): void {
  const current = join(builds, 'current')
  const before = existsSync(current) ? readlinkSync(current) : undefined
  symlinkSync(name, `${current}.new`)
  renameSync(`${current}.new`, current)
  const kept = [name, before, 'current']
  // builds are named by their time; what else lies there is not theirs
  const old = readdirSync(builds).filter(name => /^\d+$/.test(name) && !kept.includes(name))
  for (const name of old) rmSync(join(builds, name), { recursive: true })
}

function flat(path: string): string {
  return path
    .replace(/\.ts$/, '')
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^-/, '')
}
