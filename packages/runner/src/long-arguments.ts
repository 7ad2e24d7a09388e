/**
 * Commands that are too long for a line. Shells, bubblewrap and container clients take only so many words, and the kernel no
 * word over 128 KiB: a longer command goes by a script in the job's input folder, where the job sees it read-only. It says
 * the same words, and a shell line over 128 KiB becomes a script of its own.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { realPath } from './attempt.ts'
import { quote } from './quote.ts'
import { startable } from './sandbox.ts'
import type { JobSpecification } from './specification.ts'

/** Bytes of all words and variables, and their number, up to which they stand in the line. */
const [SHORT, FEW] = [16 * 1024, 500]
/** Bytes of one word, and of all together, that the kernel starts a program with. */
const [WORD, ALL] = [128 * 1024, 2 * 1024 * 1024 - 64 * 1024]
/** Names in the input folder; entries there have numbers. */
const [SCRIPT, LINE] = ['.command', '.line']

type Command = Pick<JobSpecification, 'argv' | 'shell' | 'environment'>

/**
 * Refuses what no program can be started with.
 * @throws Error that says what is too long
 */
export function assertStartable({ argv, shell, environment }: Command): void {
  const variables = Object.entries(environment).map(([name, value]) => ({
    what: `the variable ${name}`,
    bytes: bytesOf(name) + bytesOf(value),
  }))
  const words =
    shell || byShell(argv)
      ? []
      : argv.map((word, at) => ({ what: `word ${at + 1} of the command`, bytes: bytesOf(word) }))
  const all = [...words, ...variables]
  const long = all.find(({ bytes }) => bytes > WORD)
  if (long) {
    throw new Error(
      `${long.what} has ${long.bytes} bytes, and this system takes none over ${WORD}: it must go by a file`,
    )
  }
  const total = all.reduce((sum, { bytes }) => sum + bytes + POINTER, 0)
  if (total > ALL) {
    const what = `the command and its variables have ${total} bytes`
    throw new Error(`${what}, and this system takes no more than ${ALL}: some must go by a file`)
  }
}

/** The words of a command that a shell carries out by itself, so that they may be of any length; undefined for any other. */
function byShell([program, ...words]: string[]): string[] | undefined {
  if (program === 'printf') return [program, ...words]
  // its own echo reads backslashes, and the program of that name does not
  if (program === 'echo' && !/^-[neE]+$/.test(words[0] ?? '')) return ['printf', '%s\\n', words.join(' ')]
  return undefined
}

/** Bytes that the kernel needs for a word beside its characters. */
const POINTER = 8

function bytesOf(word: string): number {
  return Buffer.byteLength(word) + 1
}

/** The specification with a command that fits into a line; what does not is written into the input folder. */
export function shortened(attempt: string, specification: JobSpecification): JobSpecification {
  const { argv, shell, environment, view } = specification
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  const words = [...argv, ...variables]
  if (words.length <= FEW && words.reduce((sum, word) => sum + bytesOf(word), 0) <= SHORT) return specification
  const write = (name: string, text: string): string => {
    const path = realPath(attempt, view, join(view.inputs, name))
    mkdirSync(dirname(path), { recursive: true })
    rmSync(path, { force: true })
    writeFileSync(path, `${text}\n`, { mode: 0o444 })
    return join(view.inputs, name)
  }
  const command = shell ? ['/bin/sh', write(LINE, argv.join(' '))] : argv
  const script = write(SCRIPT, scriptOf(command, variables))
  return { ...specification, argv: ['/bin/sh', script], shell: false, environment: {} }
}

function scriptOf(command: string[], variables: string[]): string {
  const own = command.some(word => bytesOf(word) > WORD) ? byShell(command) : undefined
  return own
    ? own.map(quote).join(' ')
    : `exec ${['env', '--', ...variables, ...startable(command)].map(quote).join(' ')}`
}
