import type { VolumeLocation } from '../database/files.ts'
import type { FileRow } from '../database/schema.ts'
import { isoTime } from '../time.ts'

/** Of an item of a list, when no fields are selected. */
export const FILE_SUMMARY = ['href', 'id', 'name', 'project', 'parent', 'type']

/** @param file without where it lies, when that is known to be no volume */
export function renderFile(file: FileRow & Partial<VolumeLocation>, base: string) {
  const isFile = file.type === 'file'
  return {
    href: `${base}/files/${file.id}`,
    id: file.id,
    name: file.name,
    project: file.project,
    ...(file.parent === null ? {} : { parent: file.parent }),
    type: file.type,
    ...(isFile ? { size: file.size ?? 0 } : {}),
    created_on: isoTime(file.created),
    modified_on: isoTime(file.modified),
    ...(isFile ? { storage: storageOf(file) } : {}),
    origin: file.origin_task === null ? {} : { task: file.origin_task },
    tags: JSON.parse(file.tags),
    metadata: JSON.parse(file.metadata),
  }
}

function storageOf({ volume, location }: Partial<VolumeLocation>) {
  return volume
    ? { type: 'VOLUME', volume, location: location ?? '' }
    : { type: 'PLATFORM', hosted_on_locations: ['local'] }
}
