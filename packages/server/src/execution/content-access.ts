import type { FileAccess } from '@reprise/cwl'
import type { ResolvedRecord } from '../domain/record.ts'
import type { Contents } from '../storage/contents.ts'
import type { Folders } from './folders.ts'
import type { HeldContents } from './held-contents.ts'
import type { Updates } from './updates.ts'

/**
 * The engine's view of files: contents that the task holds, and its folders. Secondary files are in `secondaryFiles` or, when only an
 * expression names them, in the record's `beside`.
 */
export function contentAccess(
  contents: Pick<Contents, 'read' | 'size'>,
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
