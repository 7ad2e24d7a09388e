import type { Api } from '../../api.ts'
import { printTable } from '../../listing.ts'
import { printJson } from '../../print.ts'
import type { FileEntry } from '../../shapes.ts'

interface Found {
  result_set: FileEntry[]
  cont_token?: string | null
}

const columns = [
  { title: 'ID', of: (file: FileEntry) => file.id, whole: true },
  { title: 'NAME', of: (file: FileEntry) => file.name },
  { title: 'TYPE', of: (file: FileEntry) => file.type.toLowerCase() },
  { title: 'TAGS', of: (file: FileEntry) => file.tags },
]

/** Finds files by a query in the language of the API, page by page until there are enough. */
export async function filesSearch(api: Api, query: string, flags: { limit?: number; json?: boolean }): Promise<void> {
  const limit = flags.limit ?? Number.POSITIVE_INFINITY
  const found: FileEntry[] = []
  let token: string | undefined
  do {
    const asked = { limit: Math.min(100, limit - found.length), cont_token: token }
    const page: Found = await api.post('/files/search', { query: asked, body: { query } })
    found.push(...page.result_set)
    token = page.result_set.length > 0 && page.cont_token ? page.cont_token : undefined
  } while (token !== undefined && found.length < limit)
  const shown = found.slice(0, limit)
  if (flags.json) printJson(shown)
  else printTable(shown, columns, ['file', 'files'])
}
