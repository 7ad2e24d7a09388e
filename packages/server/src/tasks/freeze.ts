import type { Directory, File, Process, SecondaryFile, Value, Values } from '@reprise/cwl'
import { findChildren } from '../database/files.ts'
import type { Queries } from '../database/index.ts'
import type { FileRow } from '../database/schema.ts'
import type { Validated } from './validate.ts'
import { mapFiles } from './values.ts'

/** Entries of all the folders of a task's inputs, at most. */
export const MOST_ENTRIES = 10_000

/** Input objects as the engine reads them, and the contents that they need. */
export interface Frozen {
  inputs: Values
  contents: string[]
}

/** The folders of a task's inputs have more entries than it may freeze. */
export class TooManyEntries extends Error {
  override name = 'TooManyEntries'
}

/**
 * Turns the ids of files into what they are now: content, name, size, metadata, secondary files, and of a folder all that is
 * in it. Only valid inputs are frozen.
 */
export async function freeze(db: Queries, process: Process, validated: Validated): Promise<Frozen> {
  const { inputs, files, companions } = validated
  const contents: string[] = []
  const folders: FileRow[] = []
  const each = (visit: (file: FileRow, patterns: SecondaryFile[]) => Value) =>
    Object.fromEntries(
      process.inputs
        .filter(parameter => Object.hasOwn(inputs, parameter.id))
        .map(parameter => [
          parameter.id,
          mapFiles(parameter.type, inputs[parameter.id]!, parameter.secondaryFiles, (id, patterns) =>
            visit(files.get(id)!, patterns),
          ),
        ]),
    )
  each((file, patterns) => {
    folders.push(...[file, ...companions.of(file, patterns)].filter(row => row.type === 'folder'))
    return null
  })
  const children = await listDeep(db, folders)
  const plain = (row: FileRow): File | Directory => {
    if (row.type === 'folder') {
      return { class: 'Directory', basename: row.name, listing: (children.get(row.id) ?? []).map(plain) }
    }
    contents.push(row.content!)
    return {
      class: 'File',
      location: `content:${row.content}`,
      basename: row.name,
      size: row.size ?? 0,
      metadata: JSON.parse(row.metadata),
    }
  }
  const frozen = each((file, patterns) => {
    const secondaryFiles = companions.of(file, patterns).map(plain)
    return { ...plain(file), ...(secondaryFiles.length > 0 ? { secondaryFiles } : {}) } as Value
  })
  return { inputs: frozen, contents }
}

/** All that lies below the folders, by folder, each list by name. Throws TooManyEntries. */
async function listDeep(db: Queries, folders: FileRow[]): Promise<Map<string, FileRow[]>> {
  const children = new Map<string, FileRow[]>()
  let level = [...new Set(folders.map(folder => folder.id))]
  let count = 0
  while (level.length > 0) {
    const rows: FileRow[] = []
    for (let from = 0; from < level.length; from += 1000) {
      rows.push(...(await findChildren(db, level.slice(from, from + 1000), MOST_ENTRIES + 1 - count)))
    }
    count += rows.length
    if (count > MOST_ENTRIES) throw new TooManyEntries(`the folders have more than ${MOST_ENTRIES} entries`)
    for (const row of rows) children.set(row.parent!, [...(children.get(row.parent!) ?? []), row])
    level = rows.filter(row => row.type === 'folder' && !children.has(row.id)).map(row => row.id)
  }
  return children
}
