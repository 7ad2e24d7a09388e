import { Worker } from 'node:worker_threads'
import type { Hashed } from '../database/values.ts'

export interface CheckRequest {
  id: number
  /** the app's, which names a job of a lone tool */
  name: string
  body: string
}

/** A document as it is stored, or why it can't be read at all. */
export type Checked =
  | { unreadable: string }
  | {
      raw: Hashed
      /** the normalised process; null when the document is not valid */
      model: Hashed | null
      /** each with its position */
      problems: string[]
      cwlVersion: string
      cwl: boolean
      label: string
      notes: string | null
      /** what the app is found by */
      search: string
    }

/** Reads posted documents in a thread of its own, one after the other. */
export interface AppChecker {
  check(name: string, body: string): Promise<Checked>
  close(): Promise<void>
}

const MEMORY = { maxOldGenerationSizeMb: 512, stackSizeMb: 4 }

/**
 * The thread starts with the first document and stays. One that takes longer than `limit` milliseconds, or needs more memory
 * than there is for it, ends the thread; the next document starts another.
 */
export function createAppChecker(limit = 20_000): AppChecker {
  let thread: Worker | undefined
  let last: Promise<unknown> = Promise.resolve()
  let count = 0
  let closed = false

  async function run(name: string, body: string): Promise<Checked> {
    if (closed) return { unreadable: 'the server is stopping' }
    thread ??= start()
    const worker = thread
    return new Promise(resolve => {
      const end = (checked: Checked) => {
        clearTimeout(timer)
        worker.off('message', answered)
        worker.off('error', died)
        worker.off('exit', died)
        resolve(checked)
      }
      const stop = (reason: string) => {
        if (thread === worker) thread = undefined
        void worker.terminate()
        end({ unreadable: reason })
      }
      const id = ++count
      const timer = setTimeout(() => stop(`the document takes longer than ${limit / 1000} s to read`), limit)
      const answered = (answer: { id: number; checked: Checked }) => answer.id === id && end(answer.checked)
      const died = () => stop('the document needs too much memory to read')
      worker.on('message', answered)
      worker.on('error', died)
      worker.on('exit', died)
      worker.postMessage({ id, name, body } satisfies CheckRequest)
    })
  }

  return {
    check(name, body) {
      const turn = last.then(() => run(name, body))
      last = turn.catch(() => undefined)
      return turn
    },
    async close() {
      closed = true
      await thread?.terminate()
      await last
    },
  }
}

function start(): Worker {
  const worker = new Worker(new URL('./check.ts', import.meta.url), { resourceLimits: MEMORY })
  worker.on('error', () => undefined)
  worker.unref()
  return worker
}
