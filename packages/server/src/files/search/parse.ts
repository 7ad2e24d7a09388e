import { time } from '@reprise/contract'
import type { Comparison, Condition, Operator } from '../../database/search.ts'
import { type Limits, moreThan, STANDARD } from '../../limits/limits.ts'
import { syntaxError, type Token, tokensOf } from './tokens.ts'

/** What a query says: where to search, for what, and which page. */
export interface SearchQuery {
  /** as they were written, with their positions */
  locations: Token[]
  condition: Condition | undefined
  limit: number | undefined
  token: string | undefined
}

const MOST = { length: 10_000, locations: 10, depth: 50 }

/** What the comparisons of a query may be, all together. */
type Bounds = Pick<Limits, 'search-terms' | 'search-values'>

/** Fields that are compared as they are, and by what name they are known in queries. */
const FIELDS: { [name: string]: Comparison['field'] } = {
  type: 'type',
  name: 'name',
  id: 'id',
  parent: 'parent',
  tags: 'tags',
  tag: 'tags',
  size: 'size',
  created_on: 'created',
  modified_on: 'modified',
  'origin.task': 'origin_task',
}

/** Fields with an order, and how a value of theirs is read. */
const ORDERED: { [field: string]: (token: Token) => number } = { size: readSize, created: readTime, modified: readTime }

/**
 * Reads a query:
 *
 *     IN "owner/project", … [WHERE condition] [LIMIT n] [TOKEN "token"]
 *     condition   = term OR term …
 *     term        = factor AND factor …
 *     factor      = ( condition ) | field operator value | field IN (value, …)
 *
 * Operators are = and !=, and with sizes and dates also <, <=, > and >=. Keywords may be in any case. RECURSIVE and STALE are
 * taken and change nothing: a project is always searched with all its folders, as it is now. Throws ApiError 90000 with the
 * position of the first mistake.
 */
export function parseSearch(query: string, bounds: Bounds = STANDARD): SearchQuery {
  if (query.length > MOST.length) throw syntaxError(MOST.length + 1, `a query has at most ${MOST.length} characters`)
  return new Parser(tokensOf(query), bounds).query()
}

class Parser {
  readonly #tokens: Token[]
  #at = 0
  #comparisons = 0
  #values = 0
  readonly #bounds: Bounds

  constructor(tokens: Token[], bounds: Bounds) {
    this.#tokens = tokens
    this.#bounds = bounds
  }

  query(): SearchQuery {
    const parsed: SearchQuery = { locations: [], condition: undefined, limit: undefined, token: undefined }
    this.#expect('IN')
    do {
      const location = this.#text('a project, "owner/project"')
      if (parsed.locations.length === MOST.locations) {
        throw syntaxError(location.position, `at most ${MOST.locations} projects are searched at once`)
      }
      parsed.locations.push(location)
    } while (this.#takeSign(','))
    this.#takeIdle()
    if (this.#take('WHERE')) parsed.condition = this.#either(0)
    for (;;) {
      if (this.#takeIdle()) continue
      if (parsed.limit === undefined && this.#take('LIMIT')) parsed.limit = this.#limit()
      else if (parsed.token === undefined && this.#take('TOKEN')) parsed.token = this.#text('a token').value
      else break
    }
    const last = this.#peek()
    if (last.type !== 'end') throw syntaxError(last.position, `${described(last)} was not expected`)
    return parsed
  }

  #either(depth: number): Condition {
    const any = [this.#all(depth)]
    while (this.#take('OR')) any.push(this.#all(depth))
    return any.length === 1 ? any[0]! : { any }
  }

  #all(depth: number): Condition {
    const all = [this.#factor(depth)]
    while (this.#take('AND')) all.push(this.#factor(depth))
    return all.length === 1 ? all[0]! : { all }
  }

  #factor(depth: number): Condition {
    const open = this.#peek()
    if (!this.#takeSign('(')) return this.#comparison()
    if (depth === MOST.depth) throw syntaxError(open.position, `parentheses lie deeper than ${MOST.depth}`)
    const condition = this.#either(depth + 1)
    const close = this.#next()
    if (close.type !== 'sign' || close.value !== ')') throw syntaxError(close.position, ') is missing')
    return condition
  }

  #comparison(): Comparison {
    const token = this.#next()
    if (token.type !== 'word') throw syntaxError(token.position, `a field was expected, not ${described(token)}`)
    this.#count(token, 'search-terms', ++this.#comparisons)
    const key = /^metadata\.(.+)$/is.exec(token.value)?.[1]
    const field = key === undefined ? FIELDS[token.value.toLowerCase()] : 'metadata'
    if (!field || !(key !== undefined || Object.hasOwn(FIELDS, token.value.toLowerCase()))) {
      throw syntaxError(token.position, `there is no field ${token.value}`)
    }
    const values = this.#take('IN') ? this.#list(field) : undefined
    if (values) return { field, key, operator: '=', values }
    const operator = this.#operator(field)
    return { field, key, operator, values: [this.#value(field)] }
  }

  #operator(field: string): Operator {
    const { type, value, position } = this.#next()
    const known = ['=', '!=', '<', '<=', '>', '>='] as const
    const operator = known.find(each => type === 'sign' && each === value)
    if (!operator) throw syntaxError(position, 'an operator was expected: =, !=, <, <=, >, >= or IN')
    if (operator !== '=' && operator !== '!=' && !ORDERED[field]) {
      throw syntaxError(position, `only =, != and IN compare ${field}`)
    }
    return operator
  }

  #list(field: string): (string | number)[] {
    const values: (string | number)[] = []
    const open = this.#next()
    if (open.value !== '(' || open.type !== 'sign') throw syntaxError(open.position, '( is missing')
    do {
      values.push(this.#value(field))
    } while (this.#takeSign(','))
    const close = this.#next()
    if (close.value !== ')' || close.type !== 'sign') throw syntaxError(close.position, ') is missing')
    return values
  }

  #value(field: string): string | number {
    const token = this.#next()
    this.#count(token, 'search-values', ++this.#values)
    if (token.type !== 'text' && token.type !== 'number') {
      throw syntaxError(token.position, `a value was expected, not ${described(token)}`)
    }
    const read = ORDERED[field]
    if (read) return read(token)
    return field === 'type' ? token.value.toLowerCase() : token.value
  }

  #count({ position }: Token, name: keyof Bounds, count: number): void {
    if (count > this.#bounds[name]) throw syntaxError(position, `the query has ${moreThan(name, this.#bounds[name])}`)
  }

  #limit(): number {
    const { type, value, position } = this.#next()
    if (type !== 'number' || Number(value) < 1) throw syntaxError(position, 'LIMIT wants a number, 1 or more')
    return Number(value)
  }

  #text(what: string): Token {
    const token = this.#next()
    if (token.type !== 'text') throw syntaxError(token.position, `${what} was expected, not ${described(token)}`)
    return token
  }

  #expect(keyword: string): void {
    const { position } = this.#peek()
    if (!this.#take(keyword)) throw syntaxError(position, `${keyword} was expected`)
  }

  #takeIdle(): boolean {
    return this.#take('RECURSIVE') || this.#take('STALE')
  }

  #take(keyword: string): boolean {
    const { type, value } = this.#peek()
    const taken = type === 'word' && value.toUpperCase() === keyword
    if (taken) this.#at++
    return taken
  }

  #takeSign(sign: string): boolean {
    const { type, value } = this.#peek()
    const taken = type === 'sign' && value === sign
    if (taken) this.#at++
    return taken
  }

  #peek(): Token {
    return this.#tokens[this.#at]!
  }

  #next(): Token {
    const token = this.#peek()
    if (token.type !== 'end') this.#at++
    return token
  }
}

function readSize({ value, position }: Token): number {
  if (!/^\d{1,15}$/.test(value)) throw syntaxError(position, 'a size is a number of bytes')
  return Number(value)
}

function readTime({ value, position }: Token): number {
  const { success, data } = time.safeParse(value)
  if (!success) throw syntaxError(position, 'a date is written as 2024-03-05T09:41:07Z')
  return data
}

function described(token: Token): string {
  return token.type === 'end' ? 'the end' : JSON.stringify(token.value)
}
