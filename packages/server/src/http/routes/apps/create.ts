import { apps } from '@reprise/contract'
import { createRevision } from '../../../apps/create.ts'
import { revisionFor } from '../../../apps/find.ts'
import { renderRawText } from '../../../apps/render.ts'
import { JsonText } from '../../answers.ts'
import { type Request, route } from '../../route.ts'

/** Bytes of a document. */
const LARGEST = 16 * 2 ** 20

/** POST /apps/{owner}/{project}/{app}/raw: a new app. */
export const createApp = route({
  call: 'apps.create',
  answer: apps.rawApp,
  reads: 'text',
  bodyLimit: LARGEST,
  handle: async ({ context, caller, path, body, room }) => {
    const found = await createRevision(context, caller, path, body as string | undefined)
    return new JsonText(await renderRawText(context.database.read, found, room))
  },
  again: showAgain,
})

/** POST /apps/{owner}/{project}/{app}/{revision}/raw: the next revision. */
export const createAppRevision = route({
  call: 'apps.createRevision',
  answer: apps.rawApp,
  reads: 'text',
  bodyLimit: LARGEST,
  handle: async ({ context, caller, path, body, room }) => {
    const found = await createRevision(context, caller, path, body as string | undefined)
    return new JsonText(await renderRawText(context.database.read, found, room))
  },
  again: showAgain,
})

/** `id` ends in the revision. */
async function showAgain({ context, caller, room }: Pick<Request, 'context' | 'caller' | 'room'>, id: string | null) {
  if (id === null) return undefined
  const [owner = '', project = '', app = '', revision = ''] = id.split('/')
  const found = await revisionFor(context, caller, 'apps.getRevisionRaw', { owner, project, app, revision })
  return new JsonText(await renderRawText(context.database.read, found, room))
}
