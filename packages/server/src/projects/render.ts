import type { FoundProject } from '../database/projects.ts'
import { isoTime } from '../time.ts'

/** Of an item of a list, when no fields are selected. */
export const PROJECT_SUMMARY = ['href', 'id', 'name']

/** A project as the caller sees it. `billing_group` is left out when there is none. */
export function renderProject(project: FoundProject, base: string) {
  return {
    href: `${base}/projects/${project.id}`,
    id: project.id,
    name: project.name,
    type: 'v2',
    description: project.description,
    tags: JSON.parse(project.tags),
    settings: JSON.parse(project.settings),
    root_folder: project.root_folder,
    permissions: project.rights && {
      write: project.rights.write,
      read: project.rights.read,
      copy: project.rights.copy,
      execute: project.rights.execute,
      admin: project.rights.admin,
    },
    ...(project.billing_group === null ? {} : { billing_group: project.billing_group }),
    category: project.public === 1 ? 'PUBLIC' : 'PRIVATE',
    created_by: project.created_by,
    created_on: isoTime(project.created),
    modified_on: isoTime(project.modified),
  }
}
