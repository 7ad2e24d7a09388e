/** What must not be there any more when all is done: processes, folders of attempts and uploads, files that no row wants. */
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../../src/database/index.ts'
import { STANDARD } from '../../src/limits/limits.ts'
import { LIMITS } from '../../src/limits/table.ts'
import { StreamSlots } from '../../src/pacing/stream-slots.ts'
import { LateKeys } from '../../src/reuse/late-keys.ts'
import { Contents } from '../../src/storage/contents.ts'
import { Sweeper } from '../../src/sweep/sweeper.ts'
import { uploadFolders } from '../../src/uploads/folders.ts'

/**
 * Sweeps as one does who may wait for nothing: what has no holder goes, and so does what a crash left.
 * @param days after which uploads end that got no part
 */
export async function sweep(database: Database, data: string, volume: string, days?: number): Promise<void> {
  const contents = new Contents({ database, folder: data, volumes: { allowPaths: [volume] } })
  const uploads = join(data, 'uploads')
  for (const name of await fs.readdir(uploads)) await fs.utimes(join(uploads, name), 0, 0)
  const sweeper = new Sweeper({
    database,
    contents,
    uploads: uploadFolders(uploads, contents.room, new StreamSlots(LIMITS.transfers.standard)),
    limits: { 'removal-minutes': -1, 'upload-days': days ?? STANDARD['upload-days'] },
    untouched: -1000,
    patience: 0,
    trouble: error => {
      throw error
    },
  })
  await sweeper.sweep()
  await sweeper.close()
  await contents.close()
}

/** Hashes, and the keys of jobs that have waited for them: what a server fills in beside its work, as far as it came with that. */
export async function fillHashes(database: Database, data: string, volume: string): Promise<void> {
  const contents = new Contents({ database, folder: data, volumes: { allowPaths: [volume] } })
  for (const { id } of await database.read.selectFrom('contents').select('id').where('gone', 'is', null).execute()) {
    await contents.sha256(id)
  }
  await new LateKeys(database, contents).fillAll()
  await contents.close()
}

/** What is wrong with the files and processes of a data folder whose server has ended; nothing when all is well. */
export async function leftIn(database: Database, data: string): Promise<string[]> {
  const wrong: string[] = []
  for (const process of await processesIn(data)) wrong.push(`a process is left: ${process}`)
  const work = await fs.readdir(join(data, 'work'), { recursive: true }).catch(() => [])
  // with PostgreSQL each boot has a folder, which stays
  for (const path of work.filter(path => !/^[0-9a-f-]{36}$/.test(path))) wrong.push(`left in work: ${path}`)
  for (const path of await fs.readdir(join(data, 'uploads'))) wrong.push(`left in uploads: ${path}`)
  const rows = await database.read
    .selectFrom('contents')
    .select(['id', 'size'])
    .where('bytes', 'is', null)
    .where('volume', 'is', null)
    .where('gone', 'is', null)
    .execute()
  const sizes = new Map(rows.map(({ id, size }) => [id, size]))
  for (const path of await fs.readdir(join(data, 'store'), { recursive: true }).catch(() => [])) {
    const stats = await fs.stat(join(data, 'store', path))
    if (stats.isDirectory()) continue
    const id = path.split('/')[1]!
    if (sizes.get(id) !== stats.size) wrong.push(`${path} is of ${stats.size} bytes, its row says ${sizes.get(id)}`)
    sizes.delete(id)
  }
  for (const id of sizes.keys()) wrong.push(`the content ${id} has no file`)
  return wrong
}

/** Processes that work in a folder or have it in their command line; those that are ending get some time for it. */
async function processesIn(folder: string): Promise<string[]> {
  for (let tries = 40; ; tries--) {
    const found: string[] = []
    for (const pid of (await fs.readdir('/proc')).filter(name => /^\d+$/.test(name))) {
      const place = await fs.readlink(`/proc/${pid}/cwd`).catch(() => '')
      const words = (await fs.readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')
      if (place.startsWith(folder) || words.includes(folder)) found.push(`${pid} ${words}`)
    }
    if (found.length === 0 || tries === 0) return found
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
