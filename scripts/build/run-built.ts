/**
 * Runs a program of the checkout out of a build of its own, in which it and the processes that it forks start in a fifth of the time:
 * `bin/node scripts/build/run-built.ts PROGRAM [OTHER.ts]... [WORD]...`. Each lies there under its own name, `program.mjs`.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const words = process.argv.slice(2)
const from = words.findIndex(word => !word.endsWith('.ts'))
const programs = from < 0 ? words : words.slice(0, from)
const folder = mkdtempSync(join(tmpdir(), 'reprise-build-'))
// a signal is for the program, which ends by it; then the folder goes
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child?.kill(signal))
let child: ReturnType<typeof spawn> | undefined
try {
  const build = fileURLToPath(new URL('./build.ts', import.meta.url))
  execFileSync(process.execPath, [...process.execArgv, build, folder, ...programs], { stdio: 'inherit' })
  const main = join(folder, `${basename(programs[0]!, '.ts')}.mjs`)
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') }
  const rest = words.slice(programs.length)
  child = spawn(process.execPath, [...process.execArgv, main, ...rest], {
    stdio: 'inherit',
    env,
  })
  const [code] = await once(child, 'exit')
  process.exitCode = code ?? 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
