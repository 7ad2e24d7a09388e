import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { baseOf, ENGINES, engineOf, hasOwnNetwork, limitedBy } from '@reprise/runner'
import { type Finding, fits, lacks, reasonOf } from './finding.ts'

/** What of this machine keeps jobs apart. Each look is a trial, since settings say less than what happens. */
export async function lookAtJobs(): Promise<Finding[]> {
  const [sandbox, namespaces, engines] = await Promise.all([lookAtSandbox(), lookAtNamespaces(), lookAtEngines()])
  return [sandbox, namespaces, engines, lookAtGroups(), lookAtNetwork()]
}

async function lookAtSandbox(): Promise<Finding> {
  const what = 'isolation'
  try {
    await baseOf('auto')
    return fits(what, 'a job ran in the sandbox')
  } catch (error) {
    const [, name] = /apt-get install ([\w-]+)/.exec(reasonOf(error)) ?? []
    const [found = ''] = reasonOf(error).split('; or say')
    const cure = name ? `apt-get install ${name}` : 'reprise serve --isolation none (jobs have all rights of this user)'
    return lacks(what, found.replace(/: install it.*/, ''), cure)
  }
}

/** Settings that keep users from namespaces of their own, and what each must be. */
const SETTINGS = [
  ['kernel/unprivileged_userns_clone', 'kernel.unprivileged_userns_clone', (n: number) => n !== 0, 1],
  [
    'kernel/apparmor_restrict_unprivileged_userns',
    'kernel.apparmor_restrict_unprivileged_userns',
    (n: number) => n === 0,
    0,
  ],
  ['user/max_user_namespaces', 'user.max_user_namespaces', (n: number) => n > 0, 10_000],
] as const

async function lookAtNamespaces(): Promise<Finding> {
  const what = 'user namespaces'
  const isRoot = process.getuid?.() === 0
  try {
    await promisify(execFile)('unshare', ['--user', '--map-root-user', 'true'])
    return fits(what, isRoot ? 'can be made (root does without)' : 'can be made')
  } catch (error) {
    const wrong = SETTINGS.find(
      ([path, , isGood]) => !isGood(settingOf(path) ?? Number.NaN) && settingOf(path) !== undefined,
    )
    const cure = wrong ? `sysctl -w ${wrong[1]}=${wrong[3]}` : 'allow them to this container or user, or run as root'
    return lacks(
      what,
      `can not be made (${reasonOf(error).replace(/^Command failed: /, '')})`,
      cure,
      isRoot ? 'partly' : 'no',
    )
  }
}

function settingOf(path: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/sys/${path}`, 'utf8'))
  } catch {
    return undefined
  }
}

async function lookAtEngines(): Promise<Finding> {
  const what = 'container engines'
  const answers = await Promise.all(
    ENGINES.map(engine =>
      engineOf(engine).then(
        () => [engine, ''] as const,
        error => [engine, reasonOf(error)] as const,
      ),
    ),
  )
  const found = answers.filter(([, trouble]) => trouble === '').map(([engine]) => engine)
  if (found.length > 0) return fits(what, found.join(', '))
  return lacks(what, 'none answers: tools that require a container are refused', 'apt-get install podman', 'partly')
}

function lookAtGroups(): Finding {
  const { missing } = limitedBy()
  if (missing.length === 0) return fits('control groups', 'memory, processes and cores of jobs are limited')
  const found = `no limit on ${missing.join(', ')} of jobs in the sandbox`
  return lacks(
    'control groups',
    found,
    'run as a service with Delegate=yes (share/reprise.service), or as root',
    'partly',
  )
}

function lookAtNetwork(): Finding {
  if (hasOwnNetwork()) return fits("jobs' network", 'slirp4netns gives each job its own')
  const found = "with --allow-network jobs would reach this machine's loopback"
  return lacks("jobs' network", found, 'apt-get install slirp4netns', 'partly')
}
