/**
 * Who reads what jobs left, where the server is root: a process that has the jobs' user, no rights beyond that, no network, and
 * sees the attempts' folders and the machine's programs, nothing else. A mistake in our own code can then give away no more than
 * a job could have read itself. One process serves all attempts; it starts with the first question, leaves with this
 * process, and one that dies is followed by another.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { closeInherited } from '../descriptors.ts'
import { LIMITS } from '../limits.ts'
import { ASUSER, machineView, ROOTLESS } from '../sandbox.ts'
import type { ManifestEntry } from '../specification.ts'
import type { Piece } from './file.ts'
import { LeftError } from './folder.ts'
import type { ManifestOptions } from './manifest.ts'
import type { FileRequest, ReaderAnswer, ReaderRequest } from './messages.ts'

/** Descriptor of the channel to this process. */
const CHANNEL = 3

interface Current {
  child: ChildProcess
  waiting: Map<number, { resolve(answer: ReaderAnswer): void; reject(error: Error): void }>
}

export class Reader {
  readonly #folder: string
  #current: Current | undefined
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
    this.#current?.child.disconnect()
    this.#current = undefined
  }

  #inside(work: string): string {
    const path = relative(this.#folder, work)
    if (path === '' || path.startsWith('..')) throw new Error('a work folder that is not among the attempts')
    return path
  }

  #ask(request: ReaderRequest): Promise<ReaderAnswer> {
    this.#current ??= this.#start()
    const { child, waiting } = this.#current
    return new Promise((resolve, reject) => {
      child.channel?.ref()
      waiting.set(request.id, { resolve, reject })
      child.send(request, error => error && hear(child, waiting, { id: request.id, type: 'error', message: GONE }))
    })
  }

  #start(): Current {
    closeInherited()
    const [program = '', ...words] = readerCommand(this.#folder)
    const child = spawn(program, words, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
      env: { PATH: process.env.PATH },
    })
    const waiting: Current['waiting'] = new Map()
    const gone = () => {
      if (this.#current?.child === child) this.#current = undefined
      for (const id of [...waiting.keys()]) hear(child, waiting, { id, type: 'error', message: GONE })
    }
    child.on('error', gone)
    child.on('exit', gone)
    child.on('disconnect', gone)
    child.on('message', message => hear(child, waiting, message as ReaderAnswer))
    child.unref()
    child.channel?.unref()
    return { child, waiting }
  }
}

/** This process is kept alive only while an answer is being waited for. */
function hear(child: ChildProcess, waiting: Current['waiting'], answer: ReaderAnswer): void {
  const { resolve, reject } = waiting.get(answer.id) ?? {}
  waiting.delete(answer.id)
  if (waiting.size === 0) child.channel?.unref()
  if (answer.type === 'error') reject?.(new LeftError(answer.message))
  else resolve?.(answer)
}

const GONE = 'what reads it has ended'

/** The reader in its own view of the machine. */
function readerCommand(folder: string): string[] {
  const main = fileURLToPath(new URL('./reader-main.ts', import.meta.url))
  const source = dirname(dirname(main))
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
  const node = [
    '/reprise/node',
    `--max-old-space-size=${LIMITS.readerMemory}`,
    join('/reprise/runner', relative(source, main)),
  ]
  return ['bwrap', ...options.flat(), '--', ...ASUSER, ...node]
}
