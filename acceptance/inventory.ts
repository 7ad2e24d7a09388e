import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A call of the reference, by its page and section there. Names in braces stand for anything. */
export interface Call {
  /** METHOD /path, below /v2 */
  call: string
  section: number
  query?: string[]
  /** keys at every depth, as in `items[].file` */
  body?: string[]
}

export interface Code {
  code: number
  status: number
  section: string
  meaning: string
}

export interface Inventory {
  pages: { page: string; calls: Call[] }[]
  codes: Code[]
  /** why a code is not raised here, and the test of the server that raises it, if it can arise at all */
  unraised: Map<number, { reason: string; test: string | undefined }>
  /** why there is nothing here that a call could give */
  uncovered: Map<string, string>
}

const folder = join(import.meta.dirname, 'inventory')
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))

export function readInventory(): Inventory {
  const apart = ['status-codes.json', 'unraised.json', 'uncovered.json']
  const names = readdirSync(folder).filter(name => name.endsWith('.json') && !apart.includes(name))
  const reasons: { codes: number[]; reason: string; test?: string }[] = read('unraised.json')
  const uncovered: { calls: string[]; reason: string }[] = read('uncovered.json')
  return {
    pages: names.sort().map(read),
    codes: read('status-codes.json').codes,
    unraised: new Map(reasons.flatMap(({ codes, reason, test }) => codes.map(code => [code, { reason, test }]))),
    uncovered: new Map(uncovered.flatMap(({ calls, reason }) => calls.map(call => [call, reason]))),
  }
}

/** The call of the inventory that a path belongs to: of several that fit, the one with the most words of its own. */
export function matchCall(calls: readonly Call[], method: string, path: string): Call | undefined {
  const fitting = calls.filter(
    ({ call }) => call.startsWith(`${method} /`) && fits(call.slice(method.length + 1), path),
  )
  return fitting.sort((a, b) => words(b) - words(a))[0]
}

const words = ({ call }: Call) => call.split('/').filter(segment => segment !== '' && !segment.startsWith('{')).length

function fits(template: string, path: string): boolean {
  const [wanted, given] = [template.split('/'), path.split('/')]
  if (wanted.length !== given.length) return false
  return wanted.every((segment, n) => (segment.startsWith('{') ? given[n] !== '' : segment === given[n]))
}

/** Whether something sent is what the inventory names, where `{…}` at the end of a name stands for anything. */
export const matchName = (wanted: string, sent: string): boolean =>
  wanted.endsWith('}') ? sent.startsWith(wanted.replace(/\{[^}]*\}$/, '')) && !sent.endsWith('[]') : wanted === sent
