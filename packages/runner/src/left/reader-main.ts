/** The reader's process (reader.ts): answers what it is asked of folders below `/attempts`, and leaves with who asks. */
import { join } from 'node:path'
import { LeftFile } from './file.ts'
import { LeftError } from './folder.ts'
import { manifestOf } from './manifest.ts'
import type { ReaderAnswer, ReaderRequest } from './messages.ts'

export const ATTEMPTS = '/attempts'

process.on('message', (request: ReaderRequest) => {
  answer(request).then(
    value => process.send?.(value),
    (error: unknown) => {
      const message = error instanceof LeftError ? error.message : `it can't be read (${(error as Error)?.name})`
      process.send?.({ id: request.id, type: 'error', message } satisfies ReaderAnswer)
    },
  )
})
process.on('disconnect', () => process.exit(0))

async function answer(request: ReaderRequest): Promise<ReaderAnswer> {
  const { id } = request
  const work = join(ATTEMPTS, request.work)
  if (request.type === 'manifest') return { id, type: 'manifest', entries: await manifestOf(work, request.options) }
  const { path, limit, from } = request.file
  using file = LeftFile.open(work, path)
  return { id, type: 'read', piece: file.piece(limit, from) }
}
