import { volumes } from '@reprise/contract'
import { browseVolume as browse } from '../../../volumes/browse.ts'
import { WholeBody } from '../../answers.ts'
import { select } from '../../fields.ts'
import { queryText } from '../../paging.ts'
import { route } from '../../route.ts'

/** Of an object, when no fields are selected. */
const SUMMARY = ['href', 'location', 'volume', 'type']

/** GET /storage/volumes/{owner}/{volume}/list: not as other lists, see the answer's schema. */
export const browseVolume = route({
  call: 'volumes.browse',
  query: volumes.browse,
  answer: volumes.browsed,
  handle: async ({ context, caller, path, query, fields, base, http }) => {
    const id = `${path.owner}/${path.volume}`
    const { items, prefixes, next } = await browse(context, caller, id, query, base)
    const given = http.query as { [key: string]: string | string[] | undefined }
    const at = (more: object) => `${base}/storage/volumes/${id}/list?${queryText({ ...given, ...more })}`
    return new WholeBody({
      href: at({ limit: String(query.limit) }),
      items: items.map(item => select(fields, item, SUMMARY)),
      prefixes,
      links: next === undefined ? [] : [{ next: at({ limit: String(query.limit), continuation_token: next }) }],
    })
  },
})
