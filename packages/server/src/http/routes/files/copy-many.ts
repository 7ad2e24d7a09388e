import { bulk } from '@reprise/contract'
import { copyFiles } from '../../../files/copy.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** POST /action/files/copy: a map by the id of the source, with nothing beside it, since a client takes each entry for a file. */
export const copyManyFiles = route({
  call: 'files.copyMany',
  body: bulk.copyFiles,
  answer: bulk.copyResults,
  invalid: 5033,
  handle: async ({ context, caller, body }) => new WholeBody(await copyFiles(context, caller, body)),
})
