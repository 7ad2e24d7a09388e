import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServeOptions } from '../../src/serve.ts'
import type { Answer, Order } from './program.ts'

// beside this module in the build of both (scripts/build/run-built.ts)
const PROGRAM = fileURLToPath(new URL(`./program${extname(import.meta.url)}`, import.meta.url))

/** Where it may die, and where it is written down which points are passed. */
export interface Points {
  failpoint?: string | undefined
  log?: string | undefined
  /** more of its environment */
  env?: { [name: string]: string }
  /** all this is for the processes too that follow one that died */
  always?: boolean
}

/** The process died before it had done what it was told. */
export class Died extends Error {
  override name = 'Died'
}

/** A process that does what it is told, one thing after the other. */
export class Helper {
  /** what it wrote to standard error since it was last asked for */
  errors = ''
  readonly child: ChildProcess

  constructor({ failpoint = '', log = '', env: more = {} }: Points = {}) {
    const env = { ...process.env, ...more, REPRISE_FAILPOINT: failpoint, REPRISE_FAILPOINT_LOG: log }
    this.child = fork(PROGRAM, { stdio: ['ignore', 'inherit', 'pipe', 'ipc'], serialization: 'advanced', env })
    this.child.stderr!.on('data', data => {
      this.errors += data
    })
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  /** Rejects with Died when the process ends first. */
  async told(order: Order): Promise<unknown> {
    if (this.hasEnded) throw new Died()
    const over = new AbortController()
    try {
      const { signal } = over
      const ended = once(this.child, 'exit', { signal }).then(() => {
        throw new Died(`the process ended: ${this.errors}`)
      })
      const answered = once(this.child, 'message', { signal })
      this.child.send(order, () => undefined) // that it can't be sent is told by its end
      const [answer] = (await Promise.race([answered, ended])) as [Answer]
      if ('error' in answer) throw new Error(answer.error)
      return answer.done
    } finally {
      over.abort()
    }
  }

  async end(): Promise<void> {
    if (this.hasEnded) return
    this.child.kill('SIGKILL')
    await once(this.child, 'exit')
  }
}

export interface ServerOptions {
  serve: ServeOptions
  /** a worker beside others instead of a server */
  worker?: { lease: number }
  points?: Points
  /** which serves in place of one that died; without it a new process does */
  successor?: Helper | undefined
  /** one that can't start is started again, as a service manager does: its database may be away */
  patient?: boolean
}

/**
 * A server that is started again when it was killed, in the same folder and at the same port. From its second start on it has no failpoint.
 */
export class Server {
  /** times that it was killed */
  deaths = 0
  readonly #options: ServerOptions
  #helper: Helper
  #url: Promise<string>
  #errors = ''
  #isEnding = false

  constructor(options: ServerOptions) {
    this.#options = options
    this.#helper = new Helper(options.points)
    this.#url = this.#start()
  }

  /** What it wrote to standard error. */
  get errors(): string {
    return this.#errors + this.#helper.errors
  }

  /** The base address, when it is there. */
  async url(): Promise<string> {
    return await this.#url
  }

  /** Of the process that runs now. */
  get pid(): number | undefined {
    return this.#helper.child.pid
  }

  /** False when it was dead already. */
  kill(): boolean {
    return !this.#helper.hasEnded && !this.#helper.child.killed && this.#helper.child.kill('SIGKILL')
  }

  /** Ends it as an operator does; one that dies of that is started and ended once more. */
  async stop(): Promise<void> {
    for (;;) {
      await this.#url
      const helper = this.#helper
      try {
        await helper.told({ do: 'stop' })
      } catch (error) {
        // what watches over it has started it again
        if (!(error instanceof Died)) throw error
        continue
      }
      return await this.end()
    }
  }

  /** Ends it whatever state it is in. */
  async end(): Promise<void> {
    this.#isEnding = true
    if (this.#helper !== this.#options.successor) await this.#helper.end()
  }

  #start(): Promise<string> {
    const helper = this.#helper
    const { serve, worker, successor, patient } = this.#options
    if (helper !== successor)
      helper.child.once('exit', () => {
        if (this.#isEnding || helper !== this.#helper) return
        this.deaths++
        this.#errors += helper.errors
        const { always, failpoint, ...others }: Points = this.#options.points ?? {}
        this.#helper = successor ?? new Helper(always ? { failpoint, ...others } : others)
        this.#url = this.#start()
      })
    const order: Order = worker
      ? { do: 'work', options: { ...serve, ...worker } as never }
      : { do: 'serve', options: serve }
    const url = helper.told(order).then(async url => {
      if (url) serve.port = Number(new URL(url as string).port)
      return url as string
    })
    const there = url.catch(async error => {
      if (patient && !(error instanceof Died)) await helper.end()
      // what watches over it has started it again
      if (helper === this.#helper) throw error
      return await this.#url
    })
    there.catch(() => undefined)
    return there
  }
}
