import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, rename } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { names } from '../attempt.ts'
import { quote } from '../quote.ts'
import { EngineError, reasonOf } from './engines.ts'
import type { ContainerJob } from './run.ts'

/** A file of the image's bytes, made once from its registry and kept in the user's cache. */
export async function apptainerImage(name: string, auth: string | undefined): Promise<string> {
  const found = await foundImage(name)
  if (found !== undefined) return found
  const file = fileOf(name)
  await mkdir(dirname(file), { recursive: true })
  const partial = `${file}.${process.pid}.part`
  const words = ['pull', '--force', ...(auth ? ['--authfile', auth] : []), partial, `docker://${name}`]
  await promisify(execFile)('apptainer', words).catch(error => {
    throw new EngineError(`the image ${name} can't be pulled: ${reasonOf(error)}`)
  })
  await rename(partial, file)
  return file
}

/** The file of an image that was made; undefined when it was not. */
export async function foundImage(name: string): Promise<string | undefined> {
  const file = name.startsWith('/') ? name : fileOf(name)
  const isThere = await access(file).then(
    () => true,
    () => false,
  )
  return isThere || name.startsWith('/') ? file : undefined
}

function fileOf(name: string): string {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'reprise', 'images')
  return join(folder, `${createHash('sha256').update(name).digest('hex')}.sif`)
}

/**
 * The script of a job in apptainer, which has no daemon and runs as the server's user: isolated as far as it goes (own
 * namespaces, nothing mounted but the job's folders, an empty environment). Limits of memory and processes are the
 * scheduler's, on a cluster.
 */
export function apptainerScript({ attempt, specification, mounts, environment }: ContainerJob): string {
  const { view, network, image, argv, shell, timeLimit, stdin, stdout, stderr } = specification
  const folders = [
    { source: join(attempt, names.work), target: view.work, writable: true },
    { source: join(attempt, names.inputs), target: view.inputs, writable: false },
    { source: join(attempt, names.tmp), target: view.tmp, writable: true },
  ]
  const words = [
    ...(timeLimit === undefined ? [] : ['timeout', '--foreground', '-k', '5', String(timeLimit)]),
    ...['apptainer', '--quiet', 'run', '--containall', '--cleanenv', '--no-home', '--no-privs'],
    ...(network ? [] : ['--net', '--network', 'none']),
    ...[...folders, ...mounts].flatMap(({ source, target, writable }) => [
      '--bind',
      `${source}:${target}${writable ? '' : ':ro'}`,
    ]),
    ...['--pwd', view.work],
    ...Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    image,
    ...(shell ? ['/bin/sh', '-c', argv.join(' ')] : argv),
  ]
  const streams = [
    stdin === undefined ? '' : ` <${quote(stdin.replace(view.inputs, join(attempt, names.inputs)))}`,
    stdout === undefined ? '' : ` >${quote(join(attempt, names.work, stdout))}`,
    stderr === undefined ? '' : ` 2>${stderr === stdout ? '&1' : quote(join(attempt, names.work, stderr))}`,
  ]
  return `exec ${words.map(quote).join(' ')}${streams.join('')}`
}
