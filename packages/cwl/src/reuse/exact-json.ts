import { numberText } from '../expression/text.ts'

/** A content of the host's: its hash may come later. */
export class Content {
  readonly id: string

  constructor(id: string) {
    this.id = id
  }
}

/** Begins the place of a content, which no key that a user wrote can begin. */
const PLACE = '\0content'
const PLACES = /"\\u0000content":"([^"\\]*)"/g

/**
 * JSON in which different values have different texts: keys in their order, numbers with all their digits, those that are written
 * with a fraction of 0 with it. A Content has a place in it, to be filled when its hash is known.
 */
export function exactJson(value: unknown, fractions: ReadonlySet<number> = new Set()): string {
  const text = (value: unknown): string => {
    if (typeof value === 'number') return numeral(value, fractions)
    if (typeof value === 'bigint') return String(value)
    if (Array.isArray(value)) return `[${value.map(item => text(item ?? null)).join(',')}]`
    if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
    const fields = Object.entries(value).filter(([, item]) => item !== undefined)
    return `{${fields.map(([key, item]) => field(key, item)).join(',')}}`
  }
  const field = (key: string, item: unknown): string => {
    if (item instanceof Content) return `${JSON.stringify(PLACE)}:${JSON.stringify(item.id)}`
    return `${JSON.stringify(key.startsWith('\0') ? `\0${key}` : key)}:${text(item)}`
  }
  return text(value)
}

function numeral(value: number, fractions: ReadonlySet<number>): string {
  if (Object.is(value, -0)) return '-0'
  const text = numberText(value)
  return fractions.has(value) && /^-?\d+$/.test(text) ? `${text}.0` : text
}

/** What a content is: SHA-256 in hex, and whether it may be executed. */
export interface ContentHash {
  sha256: string
  executable: boolean
}

/** Ids of the contents that have a place in a text. */
export function contentsOf(text: string): string[] {
  return text.includes('\\u0000content') ? [...text.matchAll(PLACES)].map(([, id]) => id!) : []
}

/** The text with all its contents in place; undefined while one of them has no hash. */
export function filled(text: string, hashOf: (id: string) => ContentHash | undefined): string | undefined {
  if (!text.includes('\\u0000content')) return text
  let isWhole = true
  const whole = text.replaceAll(PLACES, (place, id: string) => {
    const hash = hashOf(id)
    if (hash) return `"sha256":"${hash.sha256}","executable":${hash.executable}`
    isWhole = false
    return place
  })
  return isWhole ? whole : undefined
}
