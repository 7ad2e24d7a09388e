import { ROUTES } from '@reprise/contract'
import { PREFIX } from './address.ts'

const PATTERNS = ROUTES.map(({ method, path }) => ({
  method,
  pattern: new RegExp(`^${PREFIX}${path === '/' ? '' : path.replace('.', '\\.').replace(/:\w+/g, '[^/]+')}/?$`),
}))

const SHOWN = ['GET', 'HEAD', 'PATCH', 'PUT', 'POST', 'DELETE']

/** The header Allow for the path of a URL; undefined when nothing is there. */
export function allowHeader(url: string): string | undefined {
  const path = url.split('?', 1)[0]!.replace(/\/{2,}/g, '/')
  const methods = new Set<string>(PATTERNS.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))
  if (methods.size === 0) return undefined
  return SHOWN.filter(method => methods.has(method === 'HEAD' ? 'GET' : method)).join(', ')
}
