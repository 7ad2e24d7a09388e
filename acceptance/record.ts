import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Answer, Sent } from './exchange.ts'

/** What coverage is counted from: one call that was sent, and what came back. */
export interface Recorded {
  method: string
  /** below /v2, without the slash at its end */
  path: string
  /** sent without a token */
  bare: boolean
  /** the names in the query */
  query: string[]
  /** the keys of a JSON body at every depth, as in `items[].file`; `[]` for a bare list */
  body: string[]
  status: number
  /** the codes of errors, the answer's own or those of items in it, each with its status */
  errors: [code: number, status: number][]
}

/** Adds a call to the records of this process, in the folder that REPRISE_COVERAGE names; without it nothing is kept. */
export function record(url: string, sent: Sent, answer: Answer): void {
  const folder = process.env.REPRISE_COVERAGE
  if (folder) appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify(recordOf(url, sent, answer))}\n`)
}

export function recordOf(url: string, { method = 'GET', headers = {}, raw }: Sent, answer: Answer): Recorded {
  const { pathname, searchParams } = new URL(url)
  const path = pathname.replace(/^.*?\/v2(?=\/|$)/, '').replace(/\/+$/, '') || '/'
  return {
    method,
    path,
    bare: !Object.keys(headers).some(name => /^(x-sbg-auth-token|authorization)$/i.test(name)),
    query: [...new Set(searchParams.keys())],
    body: path.endsWith('/raw') || Buffer.isBuffer(raw) ? [] : keysOf(parsed(raw)),
    status: answer.status,
    errors: errorsIn(answer.body),
  }
}

function parsed(raw: string | Buffer | undefined): unknown {
  try {
    return JSON.parse(String(raw))
  } catch {
    return undefined
  }
}

/** A scatter of inputs has no end of keys; those of the inventory lie higher. */
const deepest = 5

function keysOf(value: unknown, before = '', depth = 0): string[] {
  if (typeof value !== 'object' || value === null || depth > deepest) return []
  if (!Array.isArray(value)) {
    const keys = Object.entries(value).flatMap(([key, one]) => {
      const name = before === '' ? key : `${before}.${key}`
      return [name, ...keysOf(one, name, depth + 1)]
    })
    return [...new Set(keys)]
  }
  const name = `${before}[]`
  return [...new Set([name, ...value.slice(0, 100).flatMap(one => keysOf(one, name, depth + 1))])]
}

function errorsIn(value: unknown): [number, number][] {
  if (typeof value !== 'object' || value === null) return []
  const { code, status, message, ...rest } = value as { [key: string]: unknown }
  if (typeof code === 'number' && typeof status === 'number' && typeof message === 'string') return [[code, status]]
  return Object.values(rest).flatMap(errorsIn)
}
