/**
 * Who reads what jobs left, where the server is root: a process that has the jobs' user, no rights beyond that, no network, and
 * sees the attempts' folders and the machine's programs, nothing else. A mistake in our own code can then give away no more than
 * a job could have read itself. One process serves all attempts; it starts with the first question, leaves with this
 * process, and one that dies is followed by another.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ASUSER, machineView, ROOTLESS } from '../sandbox.ts'
import type { ManifestEntry } from '../specification.ts'
import type { Piece } from './file.ts'
import { LeftError } from './folder.ts'
import type { ManifestOptions } from './manifest.ts'
import type { FileRequest, ReaderAnswer, ReaderRequest } from './messages.ts'

/** MiB of JavaScript heap. */
const MEMORY = 1024
/** Descriptor of the channel to this process. */
const CHANNEL = 3

interface Waiting {
  resolve(answer: ReaderAnswer): void
  reject(error: Error): void
}

export class Reader {
  readonly #folder: string
  readonly #waiting = new Map<number, Waiting>()
  #process: ChildProcess | undefined
  #count = 0

  /** @param folder in which all attempts have their folders */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** @throws LeftError */
  async manifest(work: string, options: ManifestOptions): Promise<ManifestEntry[]> {
    const answer = await this.#ask({ id: ++this.#count, work: this.#inside(work), type: 'manifest', options })
    return answer.type === 'manifest' ? answer.entries : []
  }

  /** @throws LeftError */
  async read(work: string, file: FileRequest): Promise<Piece> {
    const answer = await this.#ask({ id: ++this.#count, work: this.#inside(work), type: 'read', file })
    if (answer.type !== 'read') throw new LeftError('it was not read')
    return answer.piece
  }

  close(): void {
    this.#process?.disconnect()
    this.#process = undefined
  }

  #inside(work: string): string {
    const path = relative(this.#folder, work)
    if (path === '' || path.startsWith('..')) throw new Error('a work folder that is not among the attempts')
    return path
  }

  #ask(request: ReaderRequest): Promise<ReaderAnswer> {
    this.#process ??= this.#start()
    const { channel } = this.#process
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) channel?.ref()
      this.#waiting.set(request.id, { resolve, reject })
      this.#process?.send(request, error => error && this.#hear({ id: request.id, type: 'error', message: GONE }))
    })
  }

  #hear(answer: ReaderAnswer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (this.#waiting.size === 0) this.#process?.channel?.unref()
    if (answer.type === 'error') waiting?.reject(new LeftError(answer.message))
    else waiting?.resolve(answer)
  }

  #start(): ChildProcess {
    const [program = '', ...words] = readerCommand(this.#folder)
    const child = spawn(program, words, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
      env: { PATH: process.env.PATH },
    })
    const gone = () => {
      if (this.#process === child) this.#process = undefined
      for (const id of [...this.#waiting.keys()]) this.#hear({ id, type: 'error', message: GONE })
    }
    child.on('error', gone)
    child.on('exit', gone)
    child.on('disconnect', gone)
    child.on('message', message => this.#hear(message as ReaderAnswer))
    child.unref()
    child.channel?.unref()
    return child
  }
}

const GONE = 'what reads it has ended'

/** The reader in its own view of the machine. */
function readerCommand(folder: string): string[] {
  const source = dirname(dirname(fileURLToPath(import.meta.url)))
  const options = [
    ['--unshare-ipc', '--unshare-pid', '--unshare-uts', '--unshare-net', '--unshare-cgroup-try', '--die-with-parent'],
    ROOTLESS,
    ...machineView(),
    ['--proc', '/proc'],
    ['--dev', '/dev'],
    ['--tmpfs', '/tmp'],
    ['--perms', '0755', '--dir', '/reprise'],
    ['--ro-bind', realpathSync(process.execPath), '/reprise/node'],
    ['--ro-bind', source, '/reprise/runner'],
    ['--bind', folder, '/attempts'],
    ['--chdir', '/'],
    ['--clearenv'],
    ['--setenv', 'NODE_CHANNEL_FD', String(CHANNEL)],
    ['--setenv', 'NODE_CHANNEL_SERIALIZATION_MODE', 'advanced'],
  ]
  const node = ['/reprise/node', `--max-old-space-size=${MEMORY}`, '/reprise/runner/left/reader-main.ts']
  return ['bwrap', ...options.flat(), '--', ...ASUSER, ...node]
}
