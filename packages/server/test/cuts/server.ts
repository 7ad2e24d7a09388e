import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ServeOptions } from '../../src/serve.ts'

const PROGRAMS = {
  server: fileURLToPath(new URL('./program.ts', import.meta.url)),
  worker: fileURLToPath(new URL('../storm/worker.ts', import.meta.url)),
}

/** Where it may die, and where it is written down which points are passed. */
export interface Points {
  failpoint?: string | undefined
  log?: string | undefined
}

/**
 * A server that is started again when it was killed, in the same folder and at the same port. From its second start on it has no failpoint.
 */
export class Server {
  /** times that it was killed */
  deaths = 0
  /** what it wrote to standard error */
  errors = ''
  readonly #options: ServeOptions
  readonly #points: Points
  readonly #program: string
  #child: ChildProcess | undefined
  #url: Promise<string>
  #stopping = false

  constructor(options: ServeOptions, points: Points = {}, program: keyof typeof PROGRAMS = 'server') {
    this.#options = options
    this.#program = PROGRAMS[program]
    this.#points = points
    this.#url = this.#start(points)
    this.#url.catch(() => undefined)
  }

  /** The base address, when it is there. */
  async url(): Promise<string> {
    return await this.#url
  }

  /** Of the process that runs now. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  kill(): void {
    this.#child?.kill('SIGKILL')
  }

  /** Ends it as an operator does; one that dies of that is started and ended once more. */
  async stop(): Promise<void> {
    for (;;) {
      await this.#url
      this.#stopping = true
      const child = this.#child!
      child.kill('SIGTERM')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      if (child.signalCode === null) return
      this.#again()
    }
  }

  /** Ends it whatever state it is in. */
  async end(): Promise<void> {
    this.#stopping = true
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  #again(): void {
    this.deaths++
    this.#stopping = false
    this.#url = this.#start({ log: this.#points.log })
    this.#url.catch(() => undefined)
  }

  async #start({ failpoint = '', log = '' }: Points): Promise<string> {
    const cache = process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), 'reprise-compile')
    const child = spawn(process.execPath, [...process.execArgv, this.#program, JSON.stringify(this.#options)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, REPRISE_FAILPOINT: failpoint, REPRISE_FAILPOINT_LOG: log, NODE_COMPILE_CACHE: cache },
    })
    this.#child = child
    child.stderr!.on('data', data => {
      this.errors += data
    })
    const said = new Promise<string | undefined>(resolve => {
      createInterface({ input: child.stdout! })
        .once('line', resolve)
        .once('close', () => resolve(undefined))
    })
    child.once('exit', (_, signal) => {
      if (signal && !this.#stopping) this.#again()
    })
    const url = await said
    if (url === undefined) {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      if (child.signalCode !== null) return await this.#url
      throw new Error(`the server does not start: ${this.errors}`)
    }
    if (URL.canParse(url)) this.#options.port = Number(new URL(url).port)
    return url
  }
}
