import { apps } from '@reprise/contract'
import { revisionFor } from '../../../apps/find.ts'
import { renderRawText } from '../../../apps/render.ts'
import { JsonText } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /apps/{owner}/{project}/{app}/raw: the document of the latest revision, with nothing around it. */
export const getRawApp = route({
  call: 'apps.getRaw',
  answer: apps.rawApp,
  handle: async ({ context, caller, path, room }) =>
    new JsonText(
      await renderRawText(context.database.read, await revisionFor(context, caller, 'apps.getRaw', path), room),
    ),
})

/** GET /apps/{owner}/{project}/{app}/{revision}/raw */
export const getRawAppRevision = route({
  call: 'apps.getRevisionRaw',
  answer: apps.rawApp,
  handle: async ({ context, caller, path, room }) =>
    new JsonText(
      await renderRawText(context.database.read, await revisionFor(context, caller, 'apps.getRevisionRaw', path), room),
    ),
})
