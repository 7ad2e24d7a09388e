import { z } from 'zod'
import { bool, id, ids, list, object, optional, word } from '../scalars.ts'
import { failure, href, isoTime } from './answer.ts'
import { BULK } from './bulk.ts'
import { paging } from './common.ts'
import { file } from './files.ts'

export const TRANSFER_STATES = ['PENDING', 'RUNNING', 'COMPLETED', 'FAILED'] as const

const words = optional(z.string('must be a string'))

/** The document calls the volume of a source `volume_id` once. */
const importGiven = {
  source: optional(z.object({ volume: optional(id), volume_id: optional(id), location: words }, 'must be an object')),
  destination: optional(z.object({ project: optional(id), parent: optional(id), name: words }, 'must be an object')),
  overwrite: optional(bool),
  autorename: optional(bool),
  preserve_folder_structure: optional(bool),
  properties: optional(object),
}

export const startImport = z.object(importGiven)

const exportGiven = {
  source: optional(z.object({ file: optional(id) }, 'must be an object')),
  destination: optional(z.object({ volume: optional(id), location: words }, 'must be an object')),
  overwrite: optional(bool),
  properties: optional(object),
}

export const startExport = z.object(exportGiven)

export const startExportQuery = z.object({ copy_only: optional(bool), overwrite: optional(bool) })

const filter = { ...paging, volume: optional(id), state: optional(list(word(TRANSFER_STATES))) }

export const listImports = z.object({ ...filter, project: optional(id) })

export const listExports = z.object(filter)

const most = `must have at most ${BULK} items`

export const startImports = z.object({ items: list(startImport).refine(items => items.length <= BULK, most) })
export const startExports = z.object({ items: list(startExport).refine(items => items.length <= BULK, most) })
export const importIds = z.object({ import_ids: ids.refine(ids => ids.length <= BULK, most) })
export const exportIds = z.object({ export_ids: ids.refine(ids => ids.length <= BULK, most) })

const job = {
  href,
  id: z.string(),
  state: z.enum(TRANSFER_STATES),
  overwrite: z.boolean(),
  started_on: isoTime.optional(),
  finished_on: isoTime.optional(),
  error: failure.optional(),
  result: file.optional(),
}

export const importJob = z.strictObject({
  ...job,
  autorename: z.boolean(),
  preserve_folder_structure: z.boolean(),
  source: z.strictObject({ volume: z.string(), location: z.string() }),
  destination: z.strictObject({
    project: z.string().optional(),
    parent: z.string().optional(),
    name: z.string().optional(),
  }),
})

export const exportJob = z.strictObject({
  ...job,
  source: z.strictObject({ file: z.string() }),
  destination: z.strictObject({ volume: z.string(), location: z.string() }),
  properties: z.record(z.string(), z.unknown()),
})

export type StartImport = z.infer<typeof startImport>
export type StartExport = z.infer<typeof startExport>
