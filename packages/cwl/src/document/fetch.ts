import { readdir, readFile, stat } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { pathOfUri } from '../files.ts'
import { LIMITS } from '../limits.ts'

/**
 * Where documents come from. A reference that may not be followed, or leads nowhere, rejects with a message that can be
 * shown to the author of the document.
 */
export interface Fetcher {
  /** The text behind an absolute URI without fragment. */
  read(uri: string): Promise<string>
  /** Names in the folder behind a URI, sorted, those of folders with a slash behind them; undefined when it is none. */
  list?(uri: string): Promise<string[] | undefined>
  /** Refuses (by a message) a File or Directory that a document names by a reference; undefined when it may. */
  refuseDefault(uri: string): string | undefined
}

/** Reads `file:` references, as a command line does: whatever the user can name, the user may read. */
export function fileFetcher(): Fetcher {
  return {
    async read(uri) {
      if (!uri.startsWith('file:')) throw new Error(`${uri} is not fetched: only files are`)
      const path = pathOfUri(uri)
      const info = await stat(path).catch(() => undefined)
      if (!info) throw new Error(`no such file: ${path}`)
      if (info.size > LIMITS.documentText) throw new Error(`${path} is larger than ${LIMITS.documentText} bytes`)
      return readFile(path, 'utf8')
    },
    async list(uri) {
      const entries = await readdir(pathOfUri(uri), { withFileTypes: true }).catch(() => undefined)
      return entries?.map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort()
    },
    refuseDefault: () => undefined,
  }
}

/** Follows no reference at all, as a server does with what its users send. */
export const noFetcher: Fetcher = {
  read(uri) {
    return Promise.reject(new Error(`${uri} is not followed: a document here must hold everything itself`))
  },
  refuseDefault(uri) {
    return `the default names ${uri}, which is outside the document; literals with contents or listing are allowed`
  },
}

/** `reference` as an absolute URI, relative to the document at `base`; as it is when the document has no place itself. */
export function resolveUri(reference: string, base: string): string {
  if (/^[a-zA-Z][a-zA-Z0-9+.-]+:/.test(reference)) return reference
  if (reference.startsWith('/')) return base.startsWith('file:') ? pathToFileURL(reference).href : reference
  const [path, fragment] = splitFragment(reference)
  if (path !== '' && !URL.canParse(base)) return reference
  const encoded = path.split('/').map(encodeSegment).join('/')
  const target = path ? new URL(encoded, base).href : withoutFragment(base)
  return fragment === undefined ? target : `${target}#${fragment}`
}

export function splitFragment(uri: string): [string, string | undefined] {
  const hash = uri.indexOf('#')
  return hash < 0 ? [uri, undefined] : [uri.slice(0, hash), uri.slice(hash + 1)]
}

export function withoutFragment(uri: string): string {
  return splitFragment(uri)[0]
}

/** `%41` stays as it is; what a URI can't carry bare (blanks, `:` in a first segment) is escaped. */
function encodeSegment(segment: string): string {
  return segment.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=@%]/g, encodeURIComponent)
}
