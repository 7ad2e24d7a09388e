import { files } from '@reprise/contract'
import { downloadAddress } from '../../../files/download.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /files/{id}/download_info */
export const getDownloadInfo = route({
  call: 'files.downloadInfo',
  answer: files.downloadInfo,
  handle: async ({ context, caller, path, base }) =>
    new WholeBody({ url: await downloadAddress(context, caller, path.file, base) }),
})
