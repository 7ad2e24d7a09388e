/**
 * The script `command` of an attempt: one `exec` line with everything quoted, read in by the shell of `wrapper.sh` or
 * `attached.sh` (`$session` is what the latter puts before the command). Streams that the tool names are opened inside the
 * isolation, as the job's user; those that it does not name are logs, opened by that shell.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { names } from './attempt.ts'
import { FILTER_DESCRIPTOR, sandboxed } from './sandbox.ts'
import { filterProgram } from './seccomp.ts'
import type { JobSpecification, Mount } from './specification.ts'

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export async function writeCommand(attempt: string, specification: JobSpecification, mounts: Mount[]): Promise<void> {
  const words = withTimeLimit(specification, isolated(attempt, specification, mounts))
  const isSandbox = specification.isolation === 'sandbox'
  if (isSandbox) await writeFile(join(attempt, names.filter), filterProgram())
  const descriptors = isSandbox ? ` ${FILTER_DESCRIPTOR}<${quote(join(attempt, names.filter))}` : ' 7>&-'
  const lines = [
    'umask 022',
    ...(specification.fileLimit === undefined ? [] : [`ulimit -f ${Math.floor(specification.fileLimit / 512)}`]),
    `cd ${quote(join(attempt, names.work))} || exit 70`,
  ]
  const redirections = isSandbox ? '' : redirectionsOf(specification)
  lines.push(`exec $session ${words.map(quote).join(' ')}${redirections}${descriptors}`)
  await writeFile(join(attempt, names.command), `${lines.join('\n')}\n`)
}

/** Quotes one word for a POSIX shell. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

function isolated(attempt: string, specification: JobSpecification, mounts: Mount[]): string[] {
  const { argv, shell } = specification
  const command = shell ? ['/bin/sh', '-c', argv.join(' ')] : argv
  const environment = environmentOf(specification)
  if (specification.isolation === 'sandbox') {
    return sandboxed({
      attempt,
      network: specification.network,
      environment,
      mounts,
      command: withStreams(specification, command),
    })
  }
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  return ['env', '-i', ...variables, ...command]
}

/** What a job finds in its environment: constants, and what its tool sets. */
function environmentOf(specification: JobSpecification): { [name: string]: string } {
  const { view, isolation } = specification
  return {
    PATH: isolation === 'none' ? (process.env.PATH ?? SYSTEM_PATH) : SYSTEM_PATH,
    HOME: view.work,
    TMPDIR: view.tmp,
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    USER: 'reprise',
    ...specification.environment,
  }
}

function withStreams(specification: JobSpecification, command: string[]): string[] {
  const redirections = redirectionsOf(specification)
  return redirections ? ['/bin/sh', '-c', `exec "$@"${redirections}`, 'sh', ...command] : command
}

function redirectionsOf({ stdin, stdout, stderr, view }: JobSpecification): string {
  return [
    stdin === undefined ? '' : ` <${quote(stdin)}`,
    stdout === undefined ? '' : ` >${quote(join(view.work, stdout))}`,
    stderr === undefined ? '' : ` 2>${stderr === stdout ? '&1' : quote(join(view.work, stderr))}`,
  ].join('')
}

function withTimeLimit(specification: JobSpecification, command: string[]): string[] {
  return specification.timeLimit ? ['timeout', '-k', '5', String(specification.timeLimit), ...command] : command
}
