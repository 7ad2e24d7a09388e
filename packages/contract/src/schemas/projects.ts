import { z } from 'zod'
import { bool, id, int, optional, small, text, texts, word } from '../scalars.ts'
import { href, isoTime, listOf, permissions } from './answer.ts'
import { paging } from './common.ts'

const intermediateFiles = z.object({
  retention: optional(z.string()),
  duration: optional(int.pipe(z.number().min(1, 'must be 1 to 120').max(120, 'must be 1 to 120'))),
})

/** Settings as given in a create or an edit: only the keys that are there count. */
export const projectSettings = z.object({
  locked: optional(bool),
  controlled: optional(bool),
  location: optional(z.string()),
  use_interruptible_instances: optional(bool),
  use_memoization: optional(bool),
  use_elastic_disk: optional(bool),
  allow_network_access: optional(bool),
  intermediate_files: optional(intermediateFiles),
})

const editable = {
  name: optional(z.string().max(255, 'must have at most 255 characters')),
  description: optional(small(z.string())),
  tags: optional(small(texts)),
  billing_group: optional(id),
  settings: optional(projectSettings),
  use_memoization: optional(bool),
  intermediate_files: optional(intermediateFiles),
  category: optional(word(['PRIVATE', 'PUBLIC'])),
}

export const createProject = z.object({ ...editable, type: optional(z.string()) })

export const editProject = z.object(editable)

export const listProjects = z.object({
  ...paging,
  name: optional(text),
  category: optional(word(['PRIVATE', 'PUBLIC'])),
  tags: optional(texts),
})

/** The bodies of an edit that comes as a POST. */
export const methodOverride = z.object({ _method: optional(text) })

export type ProjectSettingsGiven = z.infer<typeof projectSettings>
export type CreateProject = z.infer<typeof createProject>
export type EditProject = z.infer<typeof editProject>
export type ListProjects = z.infer<typeof listProjects>

const settings = z.strictObject({
  locked: z.boolean(),
  controlled: z.boolean(),
  location: z.string(),
  use_interruptible_instances: z.boolean(),
  use_memoization: z.boolean(),
  use_elastic_disk: z.boolean(),
  allow_network_access: z.boolean(),
  intermediate_files: z.strictObject({ retention: z.string(), duration: z.int() }),
})

/** `permissions` are the caller's; `billing_group` is left out when there is none. */
export const project = z.strictObject({
  href,
  id: z.string(),
  name: z.string(),
  type: z.literal('v2'),
  description: z.string(),
  tags: z.array(z.string()),
  settings,
  root_folder: z.string(),
  permissions,
  billing_group: z.uuid().optional(),
  category: z.enum(['PRIVATE', 'PUBLIC']),
  created_by: z.string(),
  created_on: isoTime,
  modified_on: isoTime,
})

export const projectList = listOf(project)
