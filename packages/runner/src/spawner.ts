/**
 * The resident processes that start this process's attempts, since forks of a large process are slow: one runs wrappers,
 * whose jobs outlive this process (`spawner.sh`), the other runs attempts attached to it (`attached.sh`). Each is started with
 * the first attempt, leaves with this process, and keeps this one alive only while an attempt is being waited for.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url))

class Spawner {
  readonly #words: string[]
  #child: ChildProcessByStdio<Writable, Readable, null> | undefined
  readonly #waiting = new Map<string, (exitCode: number | undefined) => void>()

  constructor(words: string[]) {
    this.#words = words
  }

  /** Exit code when what was started in the folder has ended; undefined when the spawner is gone, and nothing is known. */
  run(attempt: string): Promise<number | undefined> {
    if (/[\n\r]/.test(attempt)) throw new Error('the folder of an attempt has a line break in its name')
    return new Promise(resolve => {
      this.#child ??= this.#start()
      this.#waiting.set(attempt, resolve)
      this.#hold(true)
      this.#child.stdin.write(`${attempt}\n`)
    })
  }

  #start(): ChildProcessByStdio<Writable, Readable, null> {
    const child = spawn('/bin/sh', this.#words, { detached: true, stdio: ['pipe', 'pipe', 'ignore'] })
    const abandon = () => this.#abandon(child)
    child.unref()
    child.on('error', abandon)
    child.stdin.on('error', abandon)
    createInterface({ input: child.stdout })
      .on('line', line => {
        const blank = line.indexOf(' ')
        this.#settle(line.slice(blank + 1), Number(line.slice(0, blank)))
        if (this.#waiting.size === 0) this.#hold(false)
      })
      .on('close', abandon)
    return child
  }

  #settle(attempt: string, exitCode: number | undefined): void {
    this.#waiting.get(attempt)?.(exitCode)
    this.#waiting.delete(attempt)
  }

  #abandon(child: ChildProcessByStdio<Writable, Readable, null>): void {
    if (this.#child !== child) return
    this.#child = undefined
    for (const attempt of [...this.#waiting.keys()]) this.#settle(attempt, undefined)
  }

  /** Pipes to a child are sockets; only what is read needs to keep this process alive. */
  #hold(isHeld: boolean): void {
    const socket = this.#child?.stdout as Readable & { ref?(): void; unref?(): void }
    if (isHeld) socket.ref?.()
    else socket.unref?.()
  }
}

const wrappers = new Spawner([script('./spawner.sh'), script('./wrapper.sh')])
const attached = new Spawner([script('./attached.sh')])

/** Starts the wrapper of an attempt; resolves when the wrapper is dead, or may be. */
export async function startWrapper(attempt: string): Promise<void> {
  await wrappers.run(attempt)
}

/** Runs an attempt attached to this process: its exit code when all of its processes are dead. */
export function runAttached(attempt: string): Promise<number | undefined> {
  return attached.run(attempt)
}
