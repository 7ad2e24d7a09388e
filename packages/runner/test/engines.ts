import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const TOOLS = process.env.CWL_TOOLS ?? resolve(import.meta.dirname, '../../../../shared/tools')

/** A real engine with a storage of its own, started for one file of tests. */
export interface RealEngine {
  engine: 'docker' | 'podman'
  /** a small image without entry point, by its name */
  image: string
  /** imports the same files under another name, with changes as in a Dockerfile */
  make(name: string, changes: string[]): Promise<string>
  containers(): Promise<string[]>
  stop(): Promise<void>
}

/** The engine, with this process's environment set for its client; or why it can't be had here. */
export async function startEngine(engine: 'docker' | 'podman'): Promise<RealEngine | string> {
  if (!existsSync(join(TOOLS, 'image-make.sh'))) return `no scripts that start one at ${TOOLS}`
  if (process.getuid?.() !== 0) return 'only root may start one'
  const daemon = engine === 'docker' ? 'dockerd' : 'podman'
  if (!(await run('sh', ['-c', `command -v ${daemon}`]).catch(() => undefined))) return `${daemon} is not installed`
  const folder = await mkdtemp(join(tmpdir(), `reprise-${engine}-`))
  const tar = join(folder, 'image.tar')
  try {
    await (engine === 'docker' ? startDocker(folder) : configurePodman(folder))
    await run('bash', [join(TOOLS, 'image-make.sh'), tar, 'busybox'])
  } catch (error) {
    return `it does not start: ${error instanceof Error ? error.message : error}`
  }
  const make = async (name: string, changes: string[]) => {
    await run(engine, ['import', ...changes.flatMap(change => ['--change', change]), tar, name])
    return name
  }
  return {
    engine,
    image: await make('localhost/busybox:1', []),
    make,
    async containers() {
      return (await run(engine, ['ps', '--all', '--quiet'])).stdout.split('\n').filter(line => line)
    },
    async stop() {
      if (engine === 'docker') await stopDocker(folder)
      else await clearPodman(folder)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function configurePodman(folder: string): Promise<void> {
  const { stdout } = await run('bash', ['-c', `. ${join(TOOLS, 'podman-env.sh')} ${folder}; env`])
  for (const [, name, value] of stdout.matchAll(/^(CONTAINERS_\w+)=(.*)$/gm)) process.env[name!] = value
  // locks and state of its own too: several such storages do not meet
  const settings = await readFile(join(folder, 'containers.conf'), 'utf8')
  const own = `[engine]\nlock_type = "file"\ntmp_dir = "${folder}/tmp"`
  await writeFile(join(folder, 'containers.conf'), settings.replace('[engine]', own))
}

async function clearPodman(folder: string): Promise<void> {
  await run('podman', ['rm', '--all', '--force', '--time', '0'])
  await run('umount', [join(folder, 'root/overlay')]).catch(() => undefined)
}

async function startDocker(folder: string): Promise<void> {
  await run('bash', [join(TOOLS, 'dockerd-up.sh'), folder])
  process.env.DOCKER_HOST = `unix://${folder}/docker.sock`
  await run('docker', ['version'])
}

async function stopDocker(folder: string): Promise<void> {
  const pid = Number(await readFile(join(folder, 'dockerd.pid'), 'utf8'))
  process.kill(pid, 'SIGTERM')
  while (existsSync(`/proc/${pid}`)) await new Promise(setImmediate)
}
