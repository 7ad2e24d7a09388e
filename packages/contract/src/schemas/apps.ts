import { z } from 'zod'
import { id, ids, optional, text, texts, word } from '../scalars.ts'
import { href, listOf } from './answer.ts'
import { paging } from './common.ts'

export const listApps = z.object({
  ...paging,
  visibility: optional(text),
  project: optional(id),
  project_owner: optional(id),
  q: optional(texts),
  id: optional(ids),
})

/** Which revisions come over, and from where later ones do: from the original of all copies, or from the source. */
export const COPY_STRATEGIES = ['clone', 'direct', 'clone_direct', 'transient'] as const

export const copyApp = z.object({
  project: optional(id),
  name: optional(z.string('must be a string')),
  strategy: optional(word(COPY_STRATEGIES)),
})

/** Some projects' apps, or some apps by their ids. */
export const appContainers = z.object({ projects: optional(ids), apps: optional(ids) })

export type ListApps = z.infer<typeof listApps>
export type CopyApp = z.infer<typeof copyApp>
export type AppContainers = z.infer<typeof appContainers>

const revisionInfo = z.strictObject({
  'sbg:revision': z.int(),
  'sbg:modifiedBy': z.string(),
  'sbg:modifiedOn': z.int(),
  'sbg:revisionNotes': z.string().nullable(),
})

/** A document as it was posted, with what the platform knows of it; times in epoch seconds. Any other key is its author's. */
export const rawApp = z.looseObject({
  id: z.string(),
  'sbg:id': z.string(),
  'sbg:revision': z.int(),
  'sbg:latestRevision': z.int(),
  'sbg:revisionNotes': z.string().nullable(),
  'sbg:revisionsInfo': z.array(revisionInfo),
  'sbg:createdBy': z.string(),
  'sbg:createdOn': z.int(),
  'sbg:modifiedBy': z.string(),
  'sbg:modifiedOn': z.int(),
  'sbg:project': z.string(),
  'sbg:projectName': z.string(),
  'sbg:contributors': z.array(z.string()),
  'sbg:validationErrors': z.array(z.string()),
  'sbg:sbgMaintained': z.boolean(),
  'sbg:publisher': z.string(),
  'sbg:content_hash': z.string().regex(/^a[0-9a-f]{64}$/),
  'sbg:workflowLanguage': z.literal('CWL'),
  'sbg:appVersion': z.array(z.string()),
  'sbg:image_url': z.string().nullable(),
  'sbg:copyOf': z.string().optional(),
})

/** The id ends in the revision, always. */
export const app = z.strictObject({
  href,
  id: z.string(),
  project: z.string(),
  name: z.string(),
  revision: z.int(),
  raw: rawApp,
})

export const appList = listOf(app)

/** The older form of an item: its id is without revision. */
export const shortAppList = listOf(z.strictObject({ href, id: z.string(), name: z.string() }))

export const appContainerList = listOf(app.extend({ label: z.string(), class: z.string() }))
