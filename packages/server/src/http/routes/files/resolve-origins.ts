import { bulk } from '@reprise/contract'
import { filesOfOrigins } from '../../../volumes/drs/origins.ts'
import { route } from '../../route.ts'

/** POST /action/files/resolve_origin_ids: the files that have these ids where they come from. */
export const resolveOrigins = route({
  call: 'files.resolveOrigins',
  body: bulk.originIds,
  answer: bulk.originFiles,
  invalid: 10232,
  async handle({ context, caller, body, base }) {
    const files = await filesOfOrigins(
      context,
      caller,
      body.items.map(({ id }) => id),
    )
    return { items: files.map(({ id, name }) => ({ href: `${base}/files/${id}`, id, name })) }
  },
  repeats: true,
})
