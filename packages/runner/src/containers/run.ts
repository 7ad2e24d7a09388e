/**
 * The script that runs a job in a container of docker or podman:
 *
 *   the client runs in the foreground, with the tool's streams; when it did not end well, the file `trouble` is told whether
 *   memory ran out and whether the container ran at all; then the container is removed, which kills what may still run in it.
 *
 * Hardened: nothing of the machine but the job's folders, a root file system that can't be written, no capabilities, no new
 * privileges, not root, no network unless it was granted, limits on memory, cores, processes and the size of files; the
 * engine's own system-call filter stays on. The image's entry point counts, as the engine's users know it.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { names, realPath } from '../attempt.ts'
import { LIMITS } from '../limits.ts'
import { quote } from '../quote.ts'
import type { Engine, JobSpecification, Mount } from '../specification.ts'
import { JOB_USER, jobUser } from '../user.ts'
import { containerName, removal } from './names.ts'

export interface ContainerJob {
  attempt: string
  specification: JobSpecification & { image: string; isolation: Engine }
  mounts: Mount[]
  environment: { [name: string]: string }
}

export function containerScript(job: ContainerJob): string {
  const { attempt, specification } = job
  const engine = specification.isolation
  const name = containerName(attempt)
  const { timeLimit } = specification
  const limited = timeLimit === undefined ? [] : ['timeout', '--foreground', '-k', '5', String(timeLimit)]
  const words = [...limited, engine, 'run', '--name', name, ...optionsOf(job)]
  const inspect = `${engine} inspect --format '{{.State.OOMKilled}} {{.State.Status}}' ${name}`
  return [
    ...clientVariables(),
    'set -C',
    `${words.map(quote).join(' ')}${streamsOf(job)}`,
    'code=$?',
    `[ $code = 0 ] || ${inspect} >|${quote(join(attempt, names.trouble))} 2>/dev/null`,
    `${removal(engine, name).join(' ')} >/dev/null 2>&1`,
    'exit $code',
  ].join('\n')
}

function optionsOf({ attempt, specification, mounts, environment }: ContainerJob): string[] {
  const { view, network, resources, memoryLimit, fileLimit, image, argv, shell } = specification
  const folders = [
    { source: join(attempt, names.work), target: view.work, writable: true },
    { source: join(attempt, names.inputs), target: view.inputs },
    { source: join(attempt, names.tmp), target: view.tmp, writable: true },
  ]
  const memory = memoryLimit === undefined ? [] : ['--memory', `${memoryLimit}m`, '--memory-swap', `${memoryLimit}m`]
  return [
    ...['--pull', 'never', '--interactive', '--log-driver', 'none', '--hostname', 'reprise'],
    ...(network ? [] : ['--network', 'none']),
    ...['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...userOf(specification),
    ...memory,
    ...['--cpus', String(resources.cores), '--pids-limit', String(LIMITS.processes)],
    ...(fileLimit === undefined ? [] : ['--ulimit', `fsize=${fileLimit}`, ...ownLimits(specification.isolation)]),
    ...[...folders, ...mounts].flatMap(mount => ['--mount', mountOf(mount)]),
    ...memoryFiles(specification),
    ...['--workdir', view.work],
    ...Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    image,
    ...(shell ? ['/bin/sh', '-c', argv.join(' ')] : argv),
  ]
}

/**
 * Places of files in memory, each with a size: they count as the container's memory too. podman makes some by itself, as large
 * as half of the machine's memory, unless it is told not to.
 */
function memoryFiles({ isolation, memoryLimit }: JobSpecification): string[] {
  const shared = memoryLimit === undefined ? '64m' : `${memoryLimit}m`
  return [
    ...['--shm-size', shared],
    ...(isolation === 'podman' ? ['--read-only-tmpfs=false'] : []),
    ...['--tmpfs', '/run:size=64m', '--tmpfs', '/var/tmp:mode=1777,size=64m'],
  ]
}

/**
 * As soon as one limit is named, podman gives a container more open files and processes than a server without the right to
 * raise limits may give, unless these are named too.
 */
function ownLimits(engine: Engine): string[] {
  if (engine !== 'podman') return []
  const files = /^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? '1024'
  return ['--ulimit', `nofile=${files}:${files}`, '--ulimit', `nproc=${LIMITS.processes}:${LIMITS.processes}`]
}

/** Where the client finds its engine and its settings; the shell around it has an environment of its own. */
function clientVariables(): string[] {
  const ours = Object.entries(process.env).filter(([name]) =>
    /^(HOME|XDG_\w+|DOCKER_\w+|CONTAINERS_\w+|CONTAINER_(HOST|CONNECTION|SSHKEY))$/.test(name),
  )
  return ours.map(([name, value = '']) => `export ${name}=${quote(value)}`)
}

/** What the file `trouble` says. The engine ends with 125 when it could not start the command; so may a command. */
export function readEngineError(exitCode: number, text: string): { outOfMemory?: boolean; notStarted?: boolean } {
  const [outOfMemory, status = ''] = text.trim().split(' ')
  return {
    ...(outOfMemory === 'true' ? { outOfMemory: true } : {}),
    ...(exitCode === 125 && !['exited', 'stopped'].includes(status) ? { notStarted: true } : {}),
  }
}

/** A server that is root gives the job's files to the job's user; another one's jobs own them as it does. */
function userOf({ isolation }: JobSpecification): string[] {
  const job = `${JOB_USER}:${JOB_USER}`
  if (jobUser() !== undefined) return ['--user', job]
  if (isolation === 'podman') return ['--userns', `keep-id:uid=${JOB_USER},gid=${JOB_USER}`, '--user', job]
  return ['--user', `${process.getuid?.()}:${process.getgid?.()}`]
}

function mountOf({ source, target, writable }: Mount): string {
  if (/[,"]/.test(source + target)) {
    throw new Error(
      `${target} can't be brought into a container: its path, or that of its bytes, has a comma or a quote`,
    )
  }
  return `type=bind,source=${source},target=${target}${writable ? '' : ',readonly'}`
}

/** The client opens what the tool names. `set -C` lets it write over nothing, and through no link. */
function streamsOf({ attempt, specification, mounts }: ContainerJob): string {
  const { stdin, stdout, stderr, view } = specification
  const source = stdin && (mounts.find(mount => mount.target === stdin)?.source ?? realPath(attempt, view, stdin))
  const written = (name: string) => quote(join(attempt, names.work, name))
  return [
    source ? ` <${quote(source)}` : '',
    stdout === undefined ? '' : ` >${written(stdout)}`,
    stderr === undefined ? '' : ` 2>${stderr === stdout ? '&1' : written(stderr)}`,
  ].join('')
}
