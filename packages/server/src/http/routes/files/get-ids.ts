import { bulk } from '@reprise/contract'
import { idsOfPaths } from '../../../files/paths.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** POST /action/files/get_ids: the ids of what lies at paths. */
export const getFileIds = route({
  call: 'files.getIds',
  body: bulk.filePaths,
  answer: bulk.fileIdsAnswer,
  invalid: 10232,
  handle: async ({ context, caller, body }) => new WholeBody(await idsOfPaths(context, caller, body)),
  repeats: true,
})
