import type { Page, Scroll } from './answers.ts'
import { type Fields, select } from './fields.ts'

/** A query as it came: a repeated key has a list. */
export type Query = { [key: string]: string | string[] | undefined }

/**
 * The body of a list. `href` and the links repeat the whole query with `limit` and `offset`, which clients read out of
 * them; `next` is missing on the last page, `prev` on the first. `url` is the list's absolute address without query.
 */
export function collection(page: Page, items: unknown[], url: string, query: Query) {
  const { limit, offset, total, shown } = page
  const at = (start: number) => `${url}?${queryText({ ...query, limit: String(limit), offset: String(start) })}`
  const link = (rel: 'next' | 'prev', start: number) => ({ href: at(start), rel, method: 'GET' })
  const links = []
  if (offset + shown < total) links.push(link('next', offset + shown))
  if (offset > 0) links.push(link('prev', Math.max(0, offset - limit)))
  return { href: at(offset), items, links }
}

/** The body of a list that is read with tokens: the same, but that a link leads forwards only. */
export function scrollPage(page: Scroll, url: string, { offset: _, ...query }: Query, fields: Fields) {
  const at = (token: string) => `${url}?${queryText({ ...query, limit: String(page.limit), token })}`
  const { token = 'init' } = query
  return {
    href: at(String(Array.isArray(token) ? token.at(-1) : token)),
    items: page.items.map(item => select(fields, item, page.defaults)),
    links: page.next === undefined ? [] : [{ href: at(page.next), rel: 'next', method: 'GET' }],
  }
}

/** A query as text; slashes, commas and colons stay readable. */
export function queryText(query: Query): string {
  return Object.entries(query)
    .flatMap(([key, value]) => (Array.isArray(value) ? value : [value ?? '']).map(v => `${encode(key)}=${encode(v)}`))
    .join('&')
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%2F', '/').replaceAll('%2C', ',').replaceAll('%3A', ':')
}
