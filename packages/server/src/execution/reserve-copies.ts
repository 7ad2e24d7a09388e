import { stat } from 'node:fs/promises'
import { JobFailure } from '@reprise/cwl'
import type { JobSpecification } from '@reprise/runner'
import { type DiskSpace, type Grant, NoDiskSpace } from '../storage/disk-space.ts'

/**
 * Room for what is copied into a job's folder before it starts: inputs that it may change, and texts. To be given back when
 * they are there. Rejects with JobFailure.
 */
export async function reserveCopies(room: DiskSpace, path: string, { stage }: JobSpecification): Promise<Grant> {
  let bytes = 0
  for (const entry of stage) {
    if (entry.type === 'text') bytes += Buffer.byteLength(entry.text)
    else if (entry.type === 'file' && entry.writable) bytes += (await stat(entry.source)).size
  }
  try {
    return await room.grant(bytes)
  } catch (error) {
    if (!(error instanceof NoDiskSpace)) throw error
    throw new JobFailure(
      path,
      `Step ${path} was not started: some of its inputs are copied for it, and ${error.message}.`,
    )
  }
}
