/**
 * Locations of Files and Directories inside of a task. `content:<id>` names bytes of the storage, `folder:<name>` a folder of
 * the task whose listing is known. They are made and read here only.
 */

const CONTENT = 'content:'
const FOLDER = 'folder:'

/** The location of a content, as it stands in File values. */
export function locationOf(content: string): string {
  return CONTENT + content
}

export function isContent(location: string | undefined): location is string {
  return location?.startsWith(CONTENT) ?? false
}

/** The content's id; throws for any other kind of location. Whether a task may touch it, its HeldContents know. */
export function contentOf(location: string): string {
  if (!isContent(location)) throw new Error(`${location} is not a file of the platform`)
  return location.slice(CONTENT.length)
}

/** Ids of all contents in a value, at every depth. */
export function contentsIn(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof value !== 'object' || value === null) return found
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'location' && typeof inner === 'string' && isContent(inner)) found.add(contentOf(inner))
    else contentsIn(inner, found)
  }
  return found
}

/** @param name what tells it from all other folders of the task */
export function folderLocation(name: string): string {
  return FOLDER + name
}

export function isFolder(location: string | undefined): location is string {
  return location?.startsWith(FOLDER) ?? false
}
