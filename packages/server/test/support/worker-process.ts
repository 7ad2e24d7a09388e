import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../execution/program.ts', import.meta.url))

/** A worker as a process of its own, one of several on a data folder whose rows are in PostgreSQL. */
export class WorkerProcess {
  /** what it wrote to standard error */
  errors = ''
  readonly #child: ChildProcess
  readonly #events = new EventEmitter()

  /** @param lease milliseconds */
  static async start(
    folder: string,
    url: string,
    lease: number,
    { failpoint = '', isolation = 'none' }: { failpoint?: string; isolation?: string } = {},
  ): Promise<WorkerProcess> {
    const child = spawn(process.execPath, [...process.execArgv, PROGRAM, folder, isolation, url], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, TEST_LEASE: String(lease), REPRISE_FAILPOINT: failpoint },
    })
    const worker = new WorkerProcess(child)
    await worker.#next('ready')
    return worker
  }

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#events.setMaxListeners(0)
    child.setMaxListeners(0)
    child.stdin!.on('error', () => undefined)
    child.stderr!.on('data', data => {
      this.errors += data
      this.#events.emit('wrote')
    })
    createInterface({ input: child.stdout! }).on('line', line => {
      const event = JSON.parse(line)
      this.#events.emit(event.type === 'ready' ? 'ready' : 'changed')
    })
  }

  get pid(): number {
    return this.#child.pid!
  }

  /** Waits until what is asked for is so: looked at now, and whenever it is done with a task. */
  async until(check: () => Promise<boolean>): Promise<void> {
    for (;;) {
      const changed = this.#next('changed')
      changed.catch(() => undefined)
      if (await check()) return
      await changed
    }
  }

  /** Waits until it has written this to standard error. */
  async said(text: string): Promise<void> {
    while (!this.errors.includes(text)) await this.#next('wrote')
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async end(signal: 'SIGKILL' | 'stop' = 'SIGKILL'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    if (signal === 'stop') this.#child.stdin!.write('{"type":"stop"}\n')
    else this.#child.kill('SIGKILL')
    await gone
  }

  async #next(event: string): Promise<void> {
    const controller = new AbortController()
    const { signal } = controller
    const gone = once(this.#child, 'exit', { signal }).then(() => {
      throw new Error(`it ended: ${this.errors}`)
    })
    gone.catch(() => undefined)
    try {
      await Promise.race([once(this.#events, event, { signal }), gone])
    } finally {
      controller.abort()
    }
  }
}
