import { ERRORS, root } from '@reprise/contract'
import { ApiError } from '../../../errors.ts'
import { route } from '../../route.ts'

/** GET /errors/{code}: where `more_info` of an error leads. */
export const explainError = route({
  call: 'errors.get',
  answer: root.errorExplained,
  handle({ path, base }) {
    const code = Number(path.code)
    const entry = ERRORS.get(code)
    if (!entry) throw new ApiError(90003, 'There is no such code.', 'code')
    return { href: `${base}/errors/${code}`, code, ...entry }
  },
})
