import { insertHolders } from '../../src/database/contents.ts'
import type { Database, Write } from '../../src/database/index.ts'
import { insertFiles, insertMetadata } from '../../src/database/outputs.ts'
import type { FileRow } from '../../src/database/schema.ts'

/** Files with what they are found by and who holds their contents, in transactions of some hundred rows each. */
export async function plantFiles(database: Database, files: FileRow[], hold = true): Promise<void> {
  await inParts(database, files, insertFiles)
  const metadata = files.flatMap(({ id, parent, metadata }) =>
    Object.entries(JSON.parse(metadata) as { [key: string]: string }).map(([key, value]) => ({
      folder: parent ?? '',
      key,
      value,
      file: id,
    })),
  )
  await inParts(database, metadata, insertMetadata)
  if (!hold) return
  const holders = files.flatMap(({ id, content }) => (content ? [{ content, holder: `file:${id}`, until: null }] : []))
  await inParts(database, holders, insertHolders)
}

async function inParts<R>(database: Database, rows: R[], write: (tx: Write, rows: R[]) => Promise<void>) {
  for (let from = 0; from < rows.length; from += 1000) {
    await database.write(tx => write(tx, rows.slice(from, from + 1000)))
  }
}
