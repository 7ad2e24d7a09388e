/**
 * The script `command` of an attempt: one `exec` line with everything quoted, read in by the shell of `wrapper.sh` or
 * `attached.sh` (`$session` is what the latter puts before the command). Streams that the tool names are opened inside the
 * isolation, as the job's user; those that it does not name are logs, opened by that shell.
 */
import { join } from 'node:path'
import { names } from './attempt.ts'
import { FILTER_DESCRIPTOR, sandboxed } from './sandbox.ts'
import type { JobSpecification, Mount } from './specification.ts'

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** @param filter where the system-call filter of a sandbox lies */
export function commandScript(
  attempt: string,
  specification: JobSpecification,
  mounts: Mount[],
  filter = join(attempt, names.filter),
): string {
  const words = withTimeLimit(specification, isolated(attempt, specification, mounts))
  const isSandbox = specification.isolation === 'sandbox'
  const descriptors = isSandbox ? ` ${FILTER_DESCRIPTOR}<${quote(filter)}` : ' 7>&-'
  const redirections = isSandbox ? '' : redirectionsOf(specification)
  const lines = [
    'umask 022',
    ...(specification.fileLimit === undefined ? [] : [`ulimit -f ${Math.floor(specification.fileLimit / 512)}`]),
    `cd ${quote(join(attempt, names.work))} || exit 70`,
    `exec $session ${words.map(quote).join(' ')}${redirections}${descriptors}`,
  ]
  return lines.join('\n')
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
