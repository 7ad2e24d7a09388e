/**
 * The resident process that starts this process's wrappers (`spawner.sh`). It is started with the first attempt, leaves with
 * this process, and keeps this one alive only while an attempt is being waited for. When it is gone, `ended` resolves for
 * all that it had started: they run on, and whoever waits looks at the attempt itself.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const scripts = ['./spawner.sh', './wrapper.sh'].map(name => fileURLToPath(new URL(name, import.meta.url)))

type Spawner = ChildProcessByStdio<Writable, Readable, null>

let spawner: Spawner | undefined
const waiting = new Map<string, () => void>()

/** Starts the wrapper of an attempt; resolves when the wrapper is dead, or may be. */
export function startWrapper(attempt: string): Promise<void> {
  if (/[\n\r]/.test(attempt)) throw new Error('the folder of an attempt has a line break in its name')
  return new Promise(resolve => {
    spawner ??= startSpawner()
    waiting.set(attempt, resolve)
    hold(spawner, true)
    spawner.stdin.write(`${attempt}\n`)
  })
}

function startSpawner(): Spawner {
  const child = spawn('/bin/sh', scripts, { detached: true, stdio: ['pipe', 'pipe', 'ignore'] })
  child.unref()
  child.on('error', () => abandon(child))
  child.stdin.on('error', () => abandon(child))
  createInterface({ input: child.stdout })
    .on('line', attempt => {
      settle(attempt)
      if (waiting.size === 0) hold(child, false)
    })
    .on('close', () => abandon(child))
  return child
}

function settle(attempt: string): void {
  waiting.get(attempt)?.()
  waiting.delete(attempt)
}

function abandon(child: Spawner): void {
  if (spawner !== child) return
  spawner = undefined
  for (const attempt of [...waiting.keys()]) settle(attempt)
}

/** Pipes to a child are sockets; only what is read needs to keep this process alive. */
function hold({ stdout }: Spawner, isHeld: boolean): void {
  const socket = stdout as Readable & { ref?(): void; unref?(): void }
  if (isHeld) socket.ref?.()
  else socket.unref?.()
}
