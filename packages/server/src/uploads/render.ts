import type { UploadPartRow, UploadRow } from '../database/schema.ts'
import { isoTime } from '../time.ts'

/** An upload as it is answered at its start, and in lists without the part size. */
export function renderUpload(upload: UploadRow, base: string) {
  return {
    ...renderItem(upload, base),
    part_size: upload.part_size,
    parallel_uploads: true,
  }
}

export function renderItem(upload: UploadRow, base: string) {
  return {
    href: `${base}/upload/multipart/${upload.id}`,
    upload_id: upload.id,
    project: upload.project,
    parent: upload.parent,
    name: upload.name,
    initiated: isoTime(upload.initiated),
  }
}

/** A part as its client has reported it. */
export function renderPart(part: UploadPartRow) {
  return { part_number: part.number, response: { headers: { ETag: part.etag } } }
}
