import { uploads } from '@reprise/contract'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /upload: the directory of uploads. */
export const uploadRoot = route({
  call: 'uploads.root',
  answer: uploads.uploadRoot,
  handle: ({ base }) => new WholeBody({ multipart_upload_url: `${base}/upload/multipart` }),
})
