import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Client, Json } from './api.ts'
import { databaseOf } from './database.ts'

const PROGRAM = fileURLToPath(new URL('../volumes/program.ts', import.meta.url))

/** Runs what waits in a process of its own that may die at a failpoint; gives the signal that killed it. */
export async function runTransfers(options: {
  folder: string
  allowed: string
  failpoint: string
  accepted?: object
  drsHost?: string
}): Promise<string | null> {
  const { folder, allowed, failpoint, accepted = {}, drsHost = '' } = options
  const url = (await databaseOf(folder)) ?? ''
  const words = [...process.execArgv, PROGRAM, folder, allowed, url, JSON.stringify(accepted)]
  const child = spawn(process.execPath, words, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, REPRISE_FAILPOINT: failpoint, DRS_HOST: drsHost },
  })
  const [, signal] = await once(child, 'exit')
  return signal
}

/** The job at its end. */
export async function ended(client: Client, href: string): Promise<Json> {
  for (;;) {
    const { body } = await client.get(href)
    if (body.state === 'COMPLETED' || body.state === 'FAILED') return body
  }
}

/** Starts an import, and waits for its end. */
export async function imported(client: Client, body: object): Promise<Json> {
  const answer = await client.post('/storage/imports', body)
  if (answer.status !== 201) throw new Error(answer.text)
  return await ended(client, answer.body.href)
}

/** Starts an export, and waits for its end. */
export async function exported(client: Client, body: object, query = ''): Promise<Json> {
  const answer = await client.post(`/storage/exports${query}`, body)
  if (answer.status !== 201) throw new Error(answer.text)
  return await ended(client, answer.body.href)
}
