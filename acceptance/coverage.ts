import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Call, type Code, type Inventory, matchCall, matchName } from './inventory.ts'
import type { Recorded } from './record.ts'

export interface CallCoverage {
  call: Call
  /** answered with success at least once; where `reason` says that there is nothing here, answered at all */
  isCovered: boolean
  /** names of the query with a `?` before them, keys of the body */
  covered: string[]
  missing: string[]
  reason: string | undefined
}

export interface CodeCoverage {
  code: Code
  isRaised: boolean
  /** statuses other than the documented one */
  others: number[]
  /** why it is not raised here */
  reason: string | undefined
  /** the test of the server that raises it */
  test: string | undefined
}

export interface Coverage {
  pages: { page: string; calls: CallCoverage[] }[]
  codes: CodeCoverage[]
}

export function readRecords(folder: string): Recorded[] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.jsonl'))
    .flatMap(name => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
}

/**
 * What of the inventory was sent and answered. A call, a name in its query and a key in its body are covered when they were
 * answered with success, or led on to another address; a code when an error had it. A call on what there is nothing of here
 * is covered when it was answered as to somebody who has nothing of it.
 */
export function coverageOf(inventory: Inventory, records: readonly Recorded[]): Coverage {
  const calls = inventory.pages.flatMap(page => page.calls)
  const sent = new Map<Call, { query: Set<string>; body: Set<string> }>()
  for (const { method, path, bare, query, body, status } of records) {
    const call =
      matchCall(calls, method, path) ?? (bare ? calls.find(one => one.call === `${method} {signed url}`) : undefined)
    if (!call || (status >= 400 && !inventory.uncovered.has(call.call))) continue
    const names = sent.get(call) ?? { query: new Set(), body: new Set() }
    for (const name of query) names.query.add(name)
    for (const key of body) names.body.add(key)
    sent.set(call, names)
  }
  const pages = inventory.pages.map(({ page, calls }) => ({ page, calls: calls.map(call => ofCall(call)) }))
  return { pages, codes: inventory.codes.map(code => ofCode(code)) }

  function ofCall(call: Call): CallCoverage {
    const names = sent.get(call)
    const query = (call.query ?? []).map(name => ({ name: `?${name}`, done: some(names?.query, name) }))
    const body = (call.body ?? []).map(name => ({ name, done: some(names?.body, name) }))
    const all = [...query, ...body]
    return {
      call,
      isCovered: names !== undefined,
      covered: all.filter(({ done }) => done).map(({ name }) => name),
      missing: all.filter(({ done }) => !done).map(({ name }) => name),
      reason: inventory.uncovered.get(call.call),
    }
  }

  function ofCode(code: Code): CodeCoverage {
    const statuses = records.flatMap(({ errors }) =>
      errors.filter(([one]) => one === code.code).map(([, status]) => status),
    )
    const others = [...new Set(statuses)].filter(status => status !== code.status)
    return { code, isRaised: statuses.length > 0, others, ...(inventory.unraised.get(code.code) ?? NOTHING) }
  }
}

const NOTHING = { reason: undefined, test: undefined }

const some = (sent: Set<string> | undefined, wanted: string) => [...(sent ?? [])].some(name => matchName(wanted, name))
