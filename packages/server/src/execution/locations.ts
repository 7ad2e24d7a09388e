import type { FileAccess } from '@reprise/cwl'
import type { Contents } from '../storage/contents.ts'
import type { Folders } from './folders.ts'
import type { HeldContents } from './held-contents.ts'
import type { ResolvedRecord } from './record.ts'
import type { Updates } from './updates.ts'

const SCHEME = 'content:'

/** The location of a content, as it stands in File values. */
export function locationOf(content: string): string {
  return SCHEME + content
}

export function isContent(location: string | undefined): location is string {
  return location?.startsWith(SCHEME) ?? false
}

/** The content's id; throws for any other kind of location. Whether a task may touch it, `Held` knows. */
export function contentOf(location: string): string {
  if (!isContent(location)) throw new Error(`${location} is not a file of the platform`)
  return location.slice(SCHEME.length)
}

/**
 * The engine's view of files: contents that the task holds, and its folders. Secondary files are in `secondaryFiles` or, when only an
 * expression names them, in the record's `beside`.
 */
export function contentAccess(
  contents: Contents,
  { folders, held, updates }: { folders: Folders; held: HeldContents; updates: Updates },
  beside: ResolvedRecord['beside'] = {},
): FileAccess {
  return {
    read: (location, limit) => contents.read(held.contentOf(updates.latest(location)), limit),
    size: location => contents.size(held.contentOf(updates.latest(location))),
    list: async location => {
      const entries = folders.list(location)
      if (!entries) throw new Error(`${location} is no folder of this task`)
      return entries
    },
    sibling: async (file, basename) => {
      const found = beside[file.location ?? '']?.find(other => other.basename === basename)
      return found && (folders.named({ found }).found as typeof found)
    },
  }
}
