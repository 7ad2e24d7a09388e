/**
 * The script `command` of an attempt, which ends in one `exec` with everything quoted, read in by the shell of
 * `command.sh` (`$session` starts a process group). Streams that the tool names are opened inside the
 * isolation, as the job's user; those that it does not name are logs, opened by that shell.
 */

import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { names } from './attempt.ts'
import { apptainerScript } from './containers/apptainer.ts'
import { containerScript } from './containers/run.ts'
import { groups } from './groups/find.ts'
import { type Group, makeGroup } from './groups/group.ts'
import { LIMITS } from './limits.ts'
import { hasOwnNetwork, withNetwork } from './network.ts'
import { quote } from './quote.ts'
import { FILTER_DESCRIPTOR, OPTIONS_DESCRIPTOR, type SandboxCommand, sandboxed, startable } from './sandbox.ts'
import { type Engine, isEngine, type JobSpecification, type Mount } from './specification.ts'
import { jobProcesses, jobUser, userProcesses } from './user.ts'

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export interface Prepared {
  mounts: Mount[]
  /** its control group; none without a sandbox */
  group?: Group | undefined
  /** where the system-call filter of a sandbox lies */
  filter?: string
}

export interface CommandScript {
  script: string
  /** what bubblewrap is to read from the file `options` */
  options?: string[]
}

export function commandScript(attempt: string, specification: JobSpecification, prepared: Prepared): CommandScript {
  const { mounts, group, filter = join(attempt, names.filter) } = prepared
  const lines = ['umask 022', ...limitsOf(specification, group), `cd ${quote(join(attempt, names.work))} || exit 70`]
  let options: string[] | undefined
  if (isEngine(specification.isolation)) {
    const script = inContainer(attempt, specification, specification.isolation, mounts)
    lines.push(`exec $session sh ${asWords(attempt, script)} 7>&-`)
  } else if (specification.isolation === 'sandbox') {
    const sandbox = inSandbox(attempt, specification, mounts)
    options = sandbox.options
    const words = withTimeLimit(specification, sandbox.line)
    const given = `${FILTER_DESCRIPTOR}<${quote(filter)} ${OPTIONS_DESCRIPTOR}<${quote(join(attempt, names.options))}`
    // what the first process of the sandbox has in its environment the job may read
    lines.push(`unset ${SHELL_VARIABLES}`, `export PATH=${quote(programPath())}`)
    const line = `${words.map(quote).join(' ')} ${given}`
    if (specification.network && hasOwnNetwork()) lines.push(`exec $session sh -c ${quote(withNetwork(attempt, line))}`)
    else lines.push(`exec $session ${line}`)
  } else {
    lines.push(...bare(specification))
  }
  return { script: lines.join('\n'), ...(options ? { options } : {}) }
}

/** Where bubblewrap and what starts it are looked for: where every machine has them, else where this one has. */
function programPath(): string {
  const here = process.env.PATH ?? SYSTEM_PATH
  return SYSTEM_PATH.split(':').some(folder => existsSync(join(folder, 'bwrap'))) ? SYSTEM_PATH : here
}

/**
 * What the shell does by itself to limit a job: it joins the job's control group. Where a controller can't be had it sets limits
 * of its own. Memory is then limited for each process of a sandbox: what a process asks for beyond it does not get, and
 * says so. Processes are counted for the job's user, who runs jobs alone: the shell sets that limit while it is root, whom it
 * does not bind. Without that user it would count what else the server's user runs. Containers have limits of their engine.
 */
function limitsOf(specification: JobSpecification, group: Group | undefined): string[] {
  const { isolation, fileLimit, memoryLimit, processLimit = userProcesses() } = specification
  const lines = fileLimit === undefined ? [] : [`ulimit -f ${Math.floor(fileLimit / 512)}`]
  if (isolation !== 'sandbox') return lines
  const { folders } = groups()
  for (const file of group?.join ?? []) lines.push(`echo 0 >${quote(file)} || exit 70`)
  if (memoryLimit !== undefined && !folders.memory)
    lines.push(`ulimit -d ${Math.max(LIMITS.leastMemory, memoryLimit * 1024)} || exit 70`)
  // dash calls it -p, bash -u
  if (jobUser() !== undefined && !folders.pids)
    lines.push(`ulimit -p ${processLimit} 2>/dev/null || ulimit -u ${processLimit} || exit 70`)
  return lines
}

/** The control group of a job in the sandbox, where there can be one. */
export function groupFor(attempt: string, specification: JobSpecification): Group | undefined {
  const { isolation, memoryLimit, processLimit = jobProcesses(), resources } = specification
  if (isolation !== 'sandbox' || Object.keys(groups().folders).length === 0) return undefined
  const memory = memoryLimit === undefined ? {} : { memory: Math.max(LIMITS.leastMemory, memoryLimit * 1024) * 1024 }
  return makeGroup(attempt, { ...memory, pids: processLimit, cores: resources.cores })
}

/** A script as words for `sh`; one that is too long for a word (many mounts make it so) goes by a file. */
function asWords(attempt: string, script: string): string {
  if (script.length <= LIMITS.wordCharacters) return `-c ${quote(script)}`
  const path = join(attempt, names.start)
  writeFileSync(path, script)
  return quote(path)
}

function inContainer(attempt: string, specification: JobSpecification, isolation: Engine, mounts: Mount[]): string {
  const { image, environment: own, view } = specification
  if (image === undefined) throw new Error('a job in a container needs an image')
  const environment = { HOME: view.work, TMPDIR: view.tmp, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TZ: 'UTC', ...own }
  const job = { attempt, specification: { ...specification, image, isolation }, mounts, environment }
  return isolation === 'apptainer' ? apptainerScript(job) : containerScript(job)
}

function inSandbox(attempt: string, specification: JobSpecification, mounts: Mount[]): SandboxCommand {
  const command = withStreams(specification, commandOf(specification))
  const environment = environmentOf(specification)
  const { network, memoryLimit } = specification
  const sharedMemory = memoryLimit === undefined ? undefined : memoryLimit * 2 ** 20
  return sandboxed({ attempt, network, sharedMemory, environment, mounts, command })
}

/**
 * Without isolation. The shell that reads this in has an environment of its own and nothing of the server's; it sets the
 * variables itself where it can, because `env` is one more program for each job.
 */
function bare(specification: JobSpecification): string[] {
  const command = commandOf(specification)
  const variables = Object.entries(environmentOf(specification))
  const streams = `${redirectionsOf(specification)} 7>&-`
  const isPlain = variables.every(([name]) => /^[A-Za-z_]\w*$/.test(name)) && !command[0]?.includes('=')
  if (isPlain && specification.timeLimit === undefined) {
    const exports = variables.map(([name, value]) => `${name}=${quote(value)}`).join(' ')
    return [`unset ${SHELL_VARIABLES}`, `export ${exports}`, `exec $session ${command.map(quote).join(' ')}${streams}`]
  }
  const words = ['env', '-i', '--', ...variables.map(([name, value]) => `${name}=${value}`), ...startable(command)]
  return [`exec $session ${withTimeLimit(specification, words).map(quote).join(' ')}${streams}`]
}

/** What shells put into the environment by themselves. */
const SHELL_VARIABLES = 'PWD OLDPWD SHLVL'

function commandOf({ argv, shell }: JobSpecification): string[] {
  return shell ? ['/bin/sh', '-c', argv.join(' ')] : argv
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
