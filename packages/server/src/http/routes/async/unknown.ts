import { ApiError } from '../../../errors.ts'
import { route } from '../../route.ts'

/** POST /async/files/{action} for an action that there is not. */
export const unknownFileJob = route({
  call: 'async.files.unknown',
  answer: 'refusal',
  handle: () => {
    throw new ApiError(90010)
  },
})
