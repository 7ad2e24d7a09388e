/**
 * A resident process that starts attempts for this one, since forks of a large process are slow. It is given one a line and
 * answers in lines that end in the folder of the attempt. It is started with the first attempt, leaves with this process, and
 * keeps this one alive only while an attempt is being waited for.
 */

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { closeInherited } from './descriptors.ts'
import { LIMITS } from './limits.ts'

interface Waiting {
  /** an answer that is not the last one */
  told?(word: string, value: number): void
  ended(exitCode: number | undefined): void
}

export class Spawner {
  readonly #words: string[]
  #shell: Shell | undefined
  #starts = 0

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
    if (this.#starts++ % LIMITS.shellStarts === 0 || this.#shell?.isGone) {
      this.#shell?.release()
      this.#shell = new Shell(this.#words)
    }
    return new Promise(ended => this.#shell!.run(attempt, line, { ended, told }))
  }
}

class Shell {
  isGone = false
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #waiting = new Map<string, Waiting>()

  constructor(words: string[]) {
    closeInherited()
    const env = { PATH: process.env.PATH }
    const child = spawn('/bin/sh', words, { detached: true, stdio: ['pipe', 'pipe', 'ignore'], env })
    const gone = () => this.#abandon()
    child.unref()
    child.on('error', gone)
    child.stdin.on('error', gone)
    createInterface({ input: child.stdout })
      .on('line', line => this.#hear(line))
      .on('close', gone)
    this.#child = child
  }

  run(attempt: string, line: string, waiting: Waiting): void {
    this.#waiting.set(attempt, waiting)
    this.#hold(true)
    this.#child.stdin.write(`${line}\n`)
  }

  /** Nothing more is started; what runs is still told of. */
  release(): void {
    this.#child.stdin.end()
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

  #abandon(): void {
    this.isGone = true
    for (const attempt of [...this.#waiting.keys()]) this.#settle(attempt, undefined)
  }

  /** Pipes to a child are sockets; only what is read needs to keep this process alive. */
  #hold(isHeld: boolean): void {
    const socket = this.#child.stdout as Readable & { ref?(): void; unref?(): void }
    if (isHeld) socket.ref?.()
    else socket.unref?.()
  }
}
