import { Worker } from 'node:worker_threads'
import type { Checked, CheckRequest } from './check-messages.ts'

/** Milliseconds between two looks at how long a document takes. */
const LOOK = 200
/** How many times its work may go by before a thread that gets no processor is given up. */
const BUSY = 10

/** What takes longer than it may. */
export const LATE = Symbol('late')

export interface CheckOptions {
  /** MiB */
  memory: number
  /** it lets all others go first */
  isPatient: boolean
}

/** A thread that reads documents, one after the other. It starts with the first one and stays. */
export class CheckThread {
  #thread: Promise<Worker> | undefined
  #count = 0
  #closed = false
  readonly #options: CheckOptions

  constructor(options: CheckOptions) {
    this.#options = options
  }

  /** @param limit milliseconds of the thread's own work: on a busy machine more go by */
  async run(name: string, body: string, limit: number): Promise<Checked | typeof LATE> {
    if (this.#closed) return STOPPING
    this.#thread ??= start(this.#options)
    const thread = this.#thread
    const worker = await thread
    // closing may have come in between, and ended it
    if (this.#closed) return STOPPING
    return new Promise(resolve => {
      const end = (checked: Checked | typeof LATE) => {
        clearInterval(timer)
        worker.off('message', answered)
        worker.off('error', died)
        worker.off('exit', died)
        resolve(checked)
      }
      const stop = (result: Checked | typeof LATE) => {
        if (this.#thread === thread) this.#thread = undefined
        void worker.terminate()
        end(result)
      }
      const id = ++this.#count
      const began = performance.now()
      const before = worker.cpuUsage()
      const look = async () => {
        const { user, system } = await worker.cpuUsage(await before)
        if ((user + system) / 1000 > limit || performance.now() - began > BUSY * limit) stop(LATE)
      }
      // one that has died answers nothing
      const timer = setInterval(() => void look().catch(() => undefined), Math.min(limit, LOOK))
      const answered = (answer: { id: number; checked: Checked }) => answer.id === id && end(answer.checked)
      const died = () => stop(this.#closed ? STOPPING : { unreadable: 'the document needs too much memory to read' })
      worker.on('message', answered)
      worker.on('error', died)
      worker.on('exit', died)
      worker.postMessage({ id, name, body } satisfies CheckRequest)
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    await (await this.#thread)?.terminate()
  }
}

const STOPPING: Checked = { unreadable: 'the server is stopping' }

/** Resolves when it can read, or has died. */
async function start({ memory, isPatient }: CheckOptions): Promise<Worker> {
  const worker = new Worker(new URL('./check.ts', import.meta.url), {
    workerData: { isPatient },
    resourceLimits: { maxOldGenerationSizeMb: memory, stackSizeMb: 4 },
  })
  worker.on('error', () => undefined)
  await new Promise<void>(resolve => {
    worker.once('message', () => resolve())
    worker.once('exit', () => resolve())
  })
  worker.unref()
  return worker
}
