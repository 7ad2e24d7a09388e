/**
 * A resident process that starts attempts for this one, since forks of a large process are slow. It is given one a line and
 * answers in lines that end in the folder of the attempt. It is started with the first attempt, leaves with this process, and
 * keeps this one alive only while an attempt is being waited for.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

interface Waiting {
  /** a word of an answer that is not the last one */
  told?(word: string, value: number): void
  ended(exitCode: number | undefined): void
}

export class Spawner {
  readonly #words: string[]
  #child: ChildProcessByStdio<Writable, Readable, null> | undefined
  readonly #waiting = new Map<string, Waiting>()

  /** @param script beside this module, for `sh`; `words` are its arguments, scripts too */
  constructor(script: string, ...words: string[]) {
    this.#words = [script, ...words].map(name => fileURLToPath(new URL(name, import.meta.url)))
  }

  /**
   * Exit code when what was started has ended; undefined when the spawner is gone, and nothing is known.
   * @param line what the spawner reads; the attempt's folder is in it
   * @param told is given what is answered before the end
   */
  run(attempt: string, line: string, told?: Waiting['told']): Promise<number | undefined> {
    if (/[\n\r\t]/.test(attempt)) throw new Error('the folder of an attempt has a line break or tab in its name')
    return new Promise(ended => {
      this.#child ??= this.#start()
      this.#waiting.set(attempt, { ended, told })
      this.#hold(true)
      this.#child.stdin.write(`${line}\n`)
    })
  }

  #start(): ChildProcessByStdio<Writable, Readable, null> {
    const env = { PATH: process.env.PATH }
    const child = spawn('/bin/sh', this.#words, { detached: true, stdio: ['pipe', 'pipe', 'ignore'], env })
    const abandon = () => this.#abandon(child)
    child.unref()
    child.on('error', abandon)
    child.stdin.on('error', abandon)
    createInterface({ input: child.stdout })
      .on('line', line => this.#hear(line))
      .on('close', abandon)
    return child
  }

  #hear(line: string): void {
    const [word = '', value] = line.split(' ', 2)
    const attempt = line.slice(word.length + String(value).length + 2)
    if (word === 'ended') this.#settle(attempt, Number(value))
    else this.#waiting.get(attempt)?.told?.(word, Number(value))
    if (this.#waiting.size === 0) this.#hold(false)
  }

  #settle(attempt: string, exitCode: number | undefined): void {
    this.#waiting.get(attempt)?.ended(exitCode)
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
