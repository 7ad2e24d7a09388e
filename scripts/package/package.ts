/**
 * Makes one tarball of the command as it is built, with the Node that it runs on: `npm install -g FILE` puts it anywhere, and so
 * does unpacking it. `make package`, or `bin/node scripts/package/package.ts FOLDER`; prints the path of the tarball.
 *
 *   bin/reprise       starts the command
 *   lib/              the build: JavaScript and its source maps, with the files that code reads
 *   node/             Node's binary and licence, for this platform
 *   man/reprise.1     the manual page, which npm links beside bin
 *   share/            the unit for systemd, and what links the completion for shells
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EnvironmentCommand } from '../../packages/cli/src/environment.ts'
import { registerFor } from '../../packages/cli/src/groups.ts'
import { manualOf } from './manual.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const dist = resolve(process.argv[2] ?? join(root, 'dist'))
// below the checkout: source maps then name sources by their place in it
const stage = join(root, 'dist', `stage-${process.pid}`)
const platform = `linux-${process.arch}`
const { version, description, license } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8'))

mkdirSync(dist, { recursive: true })
try {
  const made = (path: string) => join(stage, path)
  const run = (program: string, ...words: string[]) =>
    execFileSync(program, words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  run(join(root, 'bin/node'), 'scripts/build/build.ts', made('lib'))
  for (const folder of ['bin', 'node', 'man', 'share']) mkdirSync(made(folder))
  cpSync(join(root, 'scripts/package/reprise'), made('bin/reprise'))
  cpSync(join(root, 'scripts/package/link-completion'), made('share/link-completion'))
  cpSync(join(root, 'docs/reprise.service'), made('share/reprise.service'))
  cpSync(process.execPath, made('node/node'))
  chmodSync(made('node/node'), 0o755)
  const node = join(root, 'node_modules', `node-${platform}`)
  cpSync(join(node, 'LICENSE'), made('node/LICENSE'))
  for (const path of ['LICENSE', 'CHANGELOG.md', 'README.md']) cpSync(join(root, path), made(path))
  writeFileSync(made('man/reprise.1'), await manual())
  writeFileSync(made('package.json'), `${JSON.stringify(described(), null, 2)}\n`)
  const [{ filename }] = JSON.parse(
    run('npm', 'pack', stage, '--pack-destination', dist, '--json', '--ignore-scripts', '--loglevel=error'),
  )
  const tarball = join(dist, filename.replace(/\.tgz$/, `-${platform}.tgz`))
  execFileSync('mv', [join(dist, filename), tarball])
  console.log(tarball)
} finally {
  rmSync(stage, { recursive: true, force: true })
}

async function manual(): Promise<string> {
  const program = new EnvironmentCommand('reprise').description(
    'Runs CWL tasks on this machine behind the Seven Bridges API v2, and reruns any of them with one call.',
  )
  await registerFor([], program)
  return manualOf(program, version)
}

function described(): object {
  return {
    name: 'reprise',
    version,
    description,
    license,
    type: 'module',
    os: ['linux'],
    cpu: [process.arch],
    bin: { reprise: 'bin/reprise' },
    man: ['man/reprise.1'],
    scripts: { postinstall: 'sh share/link-completion' },
  }
}
