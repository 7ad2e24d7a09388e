import type { projects } from '@reprise/contract'

export interface ProjectSettings {
  locked: boolean
  controlled: boolean
  location: string
  use_interruptible_instances: boolean
  use_memoization: boolean
  use_elastic_disk: boolean
  allow_network_access: boolean
  intermediate_files: { retention: string; duration: number }
}

const DEFAULTS: ProjectSettings = {
  locked: false,
  controlled: false,
  location: 'aws:us-east-1',
  use_interruptible_instances: true,
  use_memoization: false,
  use_elastic_disk: false,
  allow_network_access: true,
  intermediate_files: { retention: 'LIMITED', duration: 24 },
}

/** What a create or an edit says of the settings, inside `settings` or beside it. */
type Given = Pick<projects.EditProject, 'settings' | 'use_memoization' | 'intermediate_files'>

export function newSettings(given: Given): ProjectSettings {
  return merged(DEFAULTS, given, true)
}

/** Merged key by key: only what is given changes. A project stays where it is. */
export function editedSettings(settings: ProjectSettings, given: Given): ProjectSettings {
  return merged(settings, given, false)
}

function merged(before: ProjectSettings, given: Given, moves: boolean): ProjectSettings {
  const { intermediate_files: inner, location, ...flags } = given.settings ?? {}
  const files = { ...present(given.intermediate_files ?? {}), ...present(inner ?? {}) }
  return {
    ...before,
    ...present({ use_memoization: given.use_memoization }),
    ...present(flags),
    ...(moves && location !== undefined ? { location } : {}),
    intermediate_files: { ...before.intermediate_files, ...files },
  }
}

/** Without the keys that are absent. */
function present<T extends object>(given: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: NonNullable<T[K]>
  }
}
