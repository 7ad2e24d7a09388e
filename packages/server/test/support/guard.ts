/**
 * The guard: while one user does something hostile, another one's small calls go on in a loop, and what they had to wait is
 * told. Both sides run in threads of their own, so that only the server is measured, also one in the test's own process.
 *
 *     const { result, guarded, peak } = await beside({ base, token, project, task }, () => aside(kim, calls))
 *     expectUnharmed(guarded, peak)
 *
 * `base` and `token` are a Client's. Nothing here is asserted but in `expectUnharmed`.
 */

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect } from 'vitest'
import type { Aside, AsideCall, Guarded, GuardOptions } from './guard-messages.ts'

export interface Beside<T> {
  result: T
  guarded: Guarded
  /** most bytes that the process had resident meanwhile, as looked at every few milliseconds */
  peak: number
}

/** Runs `hostile` once the second user's loop is under way, and ends the loop after it. */
export async function beside<T>(options: GuardOptions, hostile: () => Promise<T>): Promise<Beside<T>> {
  const thread = new Worker(new URL('./guard-loop.ts', import.meta.url), { workerData: options })
  try {
    await once(thread, 'message')
    const memory = new Worker(new URL('./guard-memory.ts', import.meta.url), {
      workerData: options.pid ?? process.pid,
    })
    try {
      const result = await hostile()
      thread.postMessage('stop')
      const [guarded] = (await once(thread, 'message')) as [Guarded]
      memory.postMessage('stop')
      const [peak] = (await once(memory, 'message')) as [number]
      return { result, guarded, peak }
    } finally {
      await memory.terminate()
    }
  } finally {
    await thread.terminate()
  }
}

/** Milliseconds that a small call may take beside anything. */
const PATIENCE = 2000
const MEMORY = 1.5 * 2 ** 30

/**
 * Asserts that the second user was answered rightly, every call within 2 s (not counting what the server waited for a processor
 * on a busy machine), and that the process stayed under 1.5 GB; prints the figures.
 */
export function expectUnharmed({ guarded, peak }: Beside<unknown>, what: string): void {
  const { slowest, slowestJob, rounds, failures } = guarded
  const job = slowestJob > 0 ? `, slowest job ${Math.round(slowestJob)} ms` : ''
  const figures = `${what}: slowest ${Math.round(slowest.ms)} ms, ${Math.round(slowest.waited)} of them without a processor (${slowest.call}), ${rounds} rounds${job}, peak ${Math.round(peak / 2 ** 20)} MiB`
  console.info(figures)
  expect(failures, figures).toEqual([])
  expect(slowest.ms - slowest.waited, figures).toBeLessThan(PATIENCE)
  expect(peak, figures).toBeLessThan(MEMORY)
}

/** Sends calls all at once from a thread of its own, so that large bodies and answers cost the test's process nothing. */
export async function aside(user: { base: string; token: string }, calls: AsideCall[]): Promise<Aside[]> {
  const absolute = calls.map(call => ({ ...call, url: call.url.startsWith('http') ? call.url : user.base + call.url }))
  const workerData = { calls: absolute, token: user.token }
  const thread = new Worker(new URL('./guard-send.ts', import.meta.url), { workerData })
  const [answers] = (await once(thread, 'message')) as [Aside[]]
  await thread.terminate()
  return answers
}
