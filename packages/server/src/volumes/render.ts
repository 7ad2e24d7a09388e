import type { VolumeRow } from '../database/schema.ts'
import type { Service } from '../storage/volumes/service.ts'
import { isoTime } from '../time.ts'

export function renderVolume(volume: VolumeRow, base: string) {
  const service: Service = JSON.parse(volume.service)
  return {
    href: `${base}/storage/volumes/${volume.id}`,
    id: volume.id,
    name: volume.name,
    description: volume.description,
    access_mode: volume.access_mode,
    active: volume.active === 1,
    created_on: isoTime(volume.created),
    modified_on: isoTime(volume.modified),
    service: { ...service, export_enabled: volume.access_mode === 'RW', direct_export_enabled: false },
  }
}
