import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const program = join(import.meta.dirname, 'program.ts')

type Answer = [status: number, body: unknown, headers?: Record<string, string>]

/** A server of answers that were written down before, and the command run against it. */
export interface Scripted {
  /** by `METHOD path?query` below the base URL; a list is used up one by one, its last answer stays */
  script: Record<string, Answer[]>
  /** what was asked, in order */
  calls: { call: string; body: unknown }[]
  /** tells of each answer by the event `answered` */
  http: Server
  url: string
  /** answers a call with a page of a list */
  page(call: string, items: unknown[], more?: { next?: string; total?: number }): void
  start(...args: string[]): ChildProcess
  finish(child: ChildProcess): Promise<Finished>
  run(...args: string[]): Promise<Finished>
  close(): void
}

export interface Finished {
  stdout: string
  stderr: string
  code: number | null
  signal: string | null
}

export async function startScripted(): Promise<Scripted> {
  const script: Scripted['script'] = {}
  const calls: Scripted['calls'] = []
  const http = createServer(async (request, response) => {
    const call = `${request.method} ${decodeURIComponent((request.url ?? '').replace('/v2', '').replaceAll('+', ' '))}`
    const body = await text(request)
    calls.push({ call, body: body === '' ? undefined : JSON.parse(body) })
    const answers = script[call] ?? [[404, { status: 404, code: 7002, message: `Nothing at ${call}.` }]]
    const [status, answer, headers] = answers.length > 1 ? answers.shift()! : answers[0]!
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(status === 204 ? '' : JSON.stringify(answer))
    http.emit('answered', call)
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/v2`

  function page(
    call: string,
    items: unknown[],
    { next, total = items.length }: { next?: string; total?: number } = {},
  ) {
    const links = next === undefined ? [] : [{ rel: 'next', method: 'GET', href: `http://elsewhere/v2${next}` }]
    script[call] = [[200, { href: url, items, links }, { 'x-total-matching-query': String(total) }]]
  }

  function start(...args: string[]): ChildProcess {
    const env = { ...process.env, SB_API_ENDPOINT: url, SB_AUTH_TOKEN: 'a-token' }
    return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], { env, stdio: 'pipe' })
  }

  async function finish(child: ChildProcess): Promise<Finished> {
    const exit = once(child, 'exit')
    const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!)])
    const [code, signal] = await exit
    return { stdout, stderr, code, signal }
  }

  const close = () => {
    http.closeAllConnections()
    http.close()
  }
  return { script, calls, http, url, page, start, finish, run: (...args) => finish(start(...args)), close }
}
