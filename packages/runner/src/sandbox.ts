/**
 * The sandbox: bubblewrap, with nothing of the machine but its programs, the job's inputs read-only, and its work and
 * temporary folders.
 *
 * A server that is root lets bubblewrap make the mounts as root, so that the data folder may lie below folders that no
 * one else can enter, and drops to the job's user with `setpriv` before the command starts: the user is another one for
 * the kernel too, without any capability. What a tool puts into the environment (`PATH`, `LD_PRELOAD`) is set after that, so
 * that it decides about nothing that is still root. A server that is not root uses a user namespace, in which the job's
 * user has the same number. New user namespaces and mounts are refused to the job by the system-call filter (`seccomp.ts`).
 */

import { lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isWithin, names } from './attempt.ts'
import { LIMITS } from './limits.ts'
import { hasOwnNetwork, networkOptions } from './network.ts'
import type { Mount } from './specification.ts'
import { JOB_USER, jobUser } from './user.ts'

export interface Sandbox {
  attempt: string
  network: boolean
  /** bytes that files in shared memory (/dev/shm) may take; 64 MiB when not given, as containers have it */
  sharedMemory?: number | undefined
  environment: { [name: string]: string }
  mounts: Mount[]
  command: string[]
}

/** What of `/etc` programs need to start; nothing that says who uses this machine. */
const ETC =
  /^(alternatives|fonts|java-.*|ld\.so\..*|localtime|magic|mime\.types|perl|protocols|python3.*|R|services|ca-certificates|texmf)$/
const SSL = ['ssl/certs', 'ssl/openssl.cnf']
const NETWORK_ETC = ['resolv.conf', 'hosts', 'nsswitch.conf', 'gai.conf']

/** File descriptors on which the wrapper's script opens bubblewrap's options and the system-call filter. */
export const OPTIONS_DESCRIPTOR = 6
export const FILTER_DESCRIPTOR = 8

const PROGRAM_FOLDERS = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'opt']

/** True for a real path that every job can see, because the machine's programs lie there. */
export function isShownToJobs(path: string): boolean {
  return ['usr', ...PROGRAM_FOLDERS].some(name => isWithin(path, `/${name}`))
}

let programOptions: string[][] | undefined

/** What of root's rights a sandbox needs until it drops them all. */
export const ROOTLESS = [
  '--cap-drop',
  'ALL',
  ...['SETUID', 'SETGID', 'SETPCAP'].flatMap(name => ['--cap-add', `CAP_${name}`]),
]

/** Starts what follows as the jobs' user, without any right. */
export const ASUSER = [
  ...['setpriv', '--reuid', String(JOB_USER), '--regid', String(JOB_USER), '--clear-groups'],
  ...['--bounding-set', '-all', '--inh-caps', '-all'],
]

/** The machine's programs and what they need to start, read-only; looked up once. */
export function machineView(): string[][] {
  programOptions ??= [
    ...['/etc', '/etc/ssl', '/var'].map(folder => ['--perms', '0755', '--dir', folder]),
    ['--ro-bind', '/usr', '/usr'],
    ...PROGRAM_FOLDERS.flatMap(name => {
      const stats = lstatSync(`/${name}`, { throwIfNoEntry: false })
      if (!stats) return []
      return [
        stats.isSymbolicLink()
          ? ['--symlink', readlinkSync(`/${name}`), `/${name}`]
          : ['--ro-bind', `/${name}`, `/${name}`],
      ]
    }),
    ...[...readdirSync('/etc').filter(name => ETC.test(name)), ...SSL].map(name => [
      '--ro-bind-try',
      `/etc/${name}`,
      `/etc/${name}`,
    ]),
  ]
  return programOptions
}

/** A sandbox as it is started: bubblewrap's options, which it reads from a descriptor, and the line that starts it. */
export interface SandboxCommand {
  options: string[]
  line: string[]
}

/**
 * The options go by a descriptor: the job can read the line of bubblewrap itself (`/proc/1/cmdline`), which is to show no
 * path of this machine.
 */
export function sandboxed(sandbox: Sandbox): SandboxCommand {
  const user = String(JOB_USER)
  const asRoot = jobUser() !== undefined
  const environment = Object.entries(sandbox.environment)
  const own = fileURLToPath(new URL('./etc/', import.meta.url))
  const options = [
    ['--unshare-ipc'],
    ['--unshare-pid'],
    ['--unshare-uts'],
    ['--unshare-cgroup-try'],
    sandbox.network ? (hasOwnNetwork() ? networkOptions() : []) : ['--unshare-net'],
    asRoot ? [] : ['--unshare-user', '--uid', user, '--gid', user],
    asRoot ? ROOTLESS : [],
    ['--hostname', 'reprise'],
    ['--die-with-parent'],
    ['--seccomp', String(FILTER_DESCRIPTOR)],
    ['--sync-fd', '7'],
    ...machineView(),
    ...(sandbox.network ? networkFiles(own) : []),
    ['--ro-bind', join(own, 'passwd'), '/etc/passwd'],
    ['--ro-bind', join(own, 'group'), '/etc/group'],
    ['--proc', '/proc'],
    ['--dev', '/dev'],
    ['--perms', '1777', '--size', String(sandbox.sharedMemory ?? LIMITS.sharedMemory), '--tmpfs', '/dev/shm'],
    ['--bind', join(sandbox.attempt, names.tmp), '/tmp'],
    ['--symlink', '/tmp', '/var/tmp'],
    ['--bind', join(sandbox.attempt, names.work), '/work'],
    ['--ro-bind', join(sandbox.attempt, names.inputs), '/inputs'],
    ...sandbox.mounts.map(({ source, target }) => ['--ro-bind', source, target]),
    // both lie in memory, and a server that is not root shares its user with the job
    ['--remount-ro', '/dev'],
    ['--remount-ro', '/'],
    ['--chdir', '/work'],
    ['--clearenv'],
    ['--setenv', 'PATH', '/usr/bin:/bin'],
  ]
  const set = ['env', '-i', '--', ...environment.map(([name, value]) => `${name}=${value}`)]
  const line = ['bwrap', '--args', String(OPTIONS_DESCRIPTOR), '--', ...(asRoot ? ASUSER : [])]
  return { options: options.flat(), line: [...line, ...set, ...startable(sandbox.command)] }
}

/** What programs need to find others by name. */
function networkFiles(own: string): string[][] {
  const ours = hasOwnNetwork() ? ['resolv.conf', 'hosts'] : []
  return NETWORK_ETC.map(name =>
    ours.includes(name)
      ? ['--ro-bind', join(own, name), `/etc/${name}`]
      : ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`],
  )
}

/** `env` would take a command with `=` in its name for one more variable. */
export function startable(command: string[]): string[] {
  return command[0]?.includes('=') ? ['/bin/sh', '-c', 'exec "$@"', 'sh', ...command] : command
}
