import { apps } from '@reprise/contract'
import { createRevision } from '../../../apps/create.ts'
import { revisionFor } from '../../../apps/find.ts'
import { renderRaw } from '../../../apps/render.ts'
import { Bare } from '../../answers.ts'
import { type Request, route } from '../../route.ts'

/** Bytes of a document. */
const LARGEST = 16 * 2 ** 20

/** POST /apps/{owner}/{project}/{app}/raw: a new app. */
export const createApp = route({
  call: 'apps.create',
  answer: apps.rawApp,
  reads: 'text',
  bodyLimit: LARGEST,
  handle: async ({ context, caller, path, body }) => {
    const found = await createRevision(context, caller, path, body as string | undefined)
    return new Bare(await renderRaw(context.database.read, found))
  },
  again: showAgain,
})

/** POST /apps/{owner}/{project}/{app}/{revision}/raw: the next revision. */
export const createAppRevision = route({
  call: 'apps.createRevision',
  answer: apps.rawApp,
  reads: 'text',
  bodyLimit: LARGEST,
  handle: async ({ context, caller, path, body }) => {
    const found = await createRevision(context, caller, path, body as string | undefined)
    return new Bare(await renderRaw(context.database.read, found))
  },
  again: showAgain,
})

/** `id` ends in the revision. */
async function showAgain({ context, caller }: Pick<Request, 'context' | 'caller'>, id: string | null) {
  if (id === null) return undefined
  const [owner = '', project = '', app = '', revision = ''] = id.split('/')
  const found = await revisionFor(context, caller, 'apps.getRevisionRaw', { owner, project, app, revision })
  return new Bare(await renderRaw(context.database.read, found))
}
