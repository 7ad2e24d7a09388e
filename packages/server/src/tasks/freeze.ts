import type { Directory, File, Process, SecondaryFile, Value, Values } from '@reprise/cwl'
import { findByStart, findChildren } from '../database/files.ts'
import type { Queries } from '../database/index.ts'
import type { FileRow } from '../database/schema.ts'
import { folderLocation, locationOf } from '../domain/locations.ts'
import { formatOf } from '../files/format.ts'
import { isExpression } from './companions.ts'
import { portType, type Validated } from './validate.ts'
import { mapFiles } from './values.ts'

/** Entries of all the folders of a task's inputs, and levels of folders, at most. */
export const MOST_ENTRIES = 10_000
const DEEPEST = 100
/** Entries beside one file that an expression may name. */
const MOST_NEIGHBOURS = 100

/** Input objects as the engine reads them, and the contents that they need. */
export interface Frozen {
  inputs: Values
  contents: string[]
  /** as the record has it */
  beside: { [location: string]: (File | Directory)[] }
}

/** The folders of a task's inputs hold more than it may freeze. */
export class TooManyEntries extends Error {
  override name = 'TooManyEntries'
}

/**
 * Turns the ids of files into what they are now: content, name, size, metadata, secondary files, and of a folder all that is
 * in it. Only valid inputs are frozen. Throws TooManyEntries.
 */
export async function freeze(
  db: Queries,
  process: Process,
  validated: Validated,
  batchInput: string | null = null,
): Promise<Frozen> {
  const { inputs, files, companions } = validated
  const each = (visit: (file: FileRow, patterns: SecondaryFile[]) => Value) =>
    Object.fromEntries(
      process.inputs
        .filter(parameter => Object.hasOwn(inputs, parameter.id))
        .map(parameter => [
          parameter.id,
          mapFiles(portType(parameter, batchInput), inputs[parameter.id]!, parameter.secondaryFiles, (id, patterns) =>
            visit(files.get(id)!, patterns),
          ),
        ]),
    )
  const folders: string[] = []
  const searched: FileRow[] = []
  each((file, patterns) => {
    for (const row of [file, ...companions.of(file, patterns)]) if (row.type === 'folder') folders.push(row.id)
    if (patterns.some(({ pattern }) => isExpression(pattern))) searched.push(file)
    return null
  })
  const neighbours = await findNeighbours(db, searched)
  for (const rows of neighbours.values()) for (const row of rows) if (row.type === 'folder') folders.push(row.id)
  const freezer = new Freezer(await listDeep(db, folders))
  const frozen = each((file, patterns) => {
    const secondaryFiles = companions.of(file, patterns).map(row => freezer.freeze(row))
    return { ...freezer.freeze(file), ...(secondaryFiles.length > 0 ? { secondaryFiles } : {}) } as Value
  })
  const beside = Object.fromEntries(
    [...neighbours].map(([location, rows]) => [location, rows.map(row => freezer.freeze(row))]),
  )
  return { inputs: frozen, contents: freezer.contents, beside }
}

/** Entries beside each file whose names begin as its own up to the first dot, by the file's location. */
async function findNeighbours(db: Queries, files: FileRow[]): Promise<Map<string, FileRow[]>> {
  const found = new Map<string, FileRow[]>()
  for (const { id, parent, name, content, type } of files) {
    if (type === 'folder' || parent === null || found.has(locationOf(content!))) continue
    const rows = await findByStart(db, parent, name.split('.', 1)[0]!, MOST_NEIGHBOURS)
    found.set(
      locationOf(content!),
      rows.filter(row => row.id !== id),
    )
  }
  return found
}

class Freezer {
  readonly contents: string[] = []
  readonly #children: Map<string, FileRow[]>
  /** of listings, also of a folder that is named twice */
  #entries = 0

  constructor(children: Map<string, FileRow[]>) {
    this.#children = children
  }

  freeze(row: FileRow): File | Directory {
    if (row.type === 'folder') {
      const children = this.#children.get(row.id) ?? []
      this.#entries += children.length
      if (this.#entries > MOST_ENTRIES) throw tooMany()
      const listing = children.map(child => this.freeze(child))
      return { class: 'Directory', location: folderLocation(row.id), basename: row.name, listing }
    }
    this.contents.push(row.content!)
    const metadata = JSON.parse(row.metadata)
    const format = formatOf(metadata)
    return {
      class: 'File',
      location: locationOf(row.content!),
      basename: row.name,
      size: row.size ?? 0,
      metadata,
      ...(format === undefined ? {} : { format }),
    }
  }
}

/** All that lies below the folders, by folder, each list by name. */
async function listDeep(db: Queries, folders: string[]): Promise<Map<string, FileRow[]>> {
  const children = new Map<string, FileRow[]>()
  let count = 0
  let level = [...new Set(folders)]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) throw new TooManyEntries(`The folders are nested deeper than ${DEEPEST} levels.`)
    for (const folder of level) children.set(folder, [])
    const rows: FileRow[] = []
    for (let from = 0; from < level.length; from += 1000) {
      rows.push(...(await findChildren(db, level.slice(from, from + 1000), MOST_ENTRIES + 1 - count)))
    }
    count += rows.length
    if (count > MOST_ENTRIES) throw tooMany()
    for (const row of rows) children.get(row.parent!)?.push(row)
    level = rows.filter(row => row.type === 'folder' && !children.has(row.id)).map(row => row.id)
  }
  return children
}

function tooMany(): TooManyEntries {
  return new TooManyEntries(`The folders of the inputs hold more than ${MOST_ENTRIES} entries.`)
}
