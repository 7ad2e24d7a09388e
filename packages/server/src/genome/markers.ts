import type { Call, genome } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { findFile } from '../database/files.ts'
import type { Queries } from '../database/index.ts'
import { deleteMarker, findMarker, insertMarker, listMarkers as listRows, updateMarker } from '../database/markers.ts'
import type { MarkerRow } from '../database/schema.ts'
import { ApiError } from '../errors.ts'
import { newFileId } from '../ids.ts'
import { authorise, may } from '../rights/authorise.ts'
import { isoTime } from '../time.ts'

/** Markers of a file: those of everybody, and the caller's private ones. */
export async function listMarkers(
  { database }: Context,
  caller: Caller,
  file: string | undefined,
  page: { limit: number; offset: number },
  base: string,
) {
  if (!file) throw new ApiError(5004, undefined, 'file')
  authorise('genome.markers.list', await findFile(database.read, file, caller.username))
  const { total, rows } = await listRows(database.read, file, caller.username, page)
  return { total, items: rows.map(row => renderMarker(row, base)) }
}

/** Marks a place of a file: for oneself whoever may read the file, for everybody whoever may write to it. */
export async function createMarker(
  { database }: Context,
  caller: Caller,
  given: genome.CreateMarker,
): Promise<MarkerRow> {
  const { file, name, chromosome, position = {} } = given
  if (!file) throw new ApiError(5004, undefined, 'file')
  if (!name) throw new ApiError(90000, 'is missing.', 'name')
  if (!chromosome) throw new ApiError(90000, 'is missing.', 'chromosome')
  const row: MarkerRow = {
    id: newFileId(),
    file,
    name,
    chromosome,
    ...positionOf(position, {}),
    private: given.private === false ? 0 : 1,
    created_by: caller.username,
    created: Date.now(),
  }
  return database.write(async tx => {
    const found = authorise('genome.markers.create', await findFile(tx, file, caller.username))
    if (found.type === 'folder') throw new ApiError(90000, 'is a folder.', 'file')
    if (row.private === 0 && !may('write', found)) throw new ApiError(5001)
    await insertMarker(tx, row)
    return row
  })
}

export async function markerFor(db: Queries, caller: Caller, call: Call, id: string): Promise<MarkerRow> {
  return authorise(call, await findMarker(db, id, caller.username))
}

/** Changes what is given; of a position, its ends one by one. */
export async function editMarker({ database }: Context, caller: Caller, id: string, given: genome.EditMarker) {
  return database.write(async tx => {
    const before = await changeable(tx, caller, 'genome.markers.edit', id, given.private === false)
    if (given.name === '') throw new ApiError(90000, 'is empty.', 'name')
    if (given.chromosome === '') throw new ApiError(90000, 'is empty.', 'chromosome')
    const fields = {
      name: given.name ?? before.name,
      chromosome: given.chromosome ?? before.chromosome,
      ...positionOf(given.position ?? {}, before),
      private: given.private === undefined ? before.private : given.private ? 1 : 0,
    }
    await updateMarker(tx, id, fields)
    return { ...before, ...fields }
  })
}

export async function removeMarker({ database }: Context, caller: Caller, id: string): Promise<void> {
  await database.write(async tx => {
    await changeable(tx, caller, 'genome.markers.delete', id, false)
    await deleteMarker(tx, id)
  })
}

/** A marker is changed by its maker, or by whoever may write to its file; to show it to everybody takes the latter. */
async function changeable(tx: Queries, caller: Caller, call: Call, id: string, shows: boolean) {
  const marker = authorise(call, await findMarker(tx, id, caller.username))
  const writes = may('write', marker)
  if (!writes && (marker.created_by !== caller.username || shows)) throw new ApiError(90002)
  return marker
}

function positionOf(given: { start?: number | undefined; end?: number | undefined }, before: Partial<MarkerRow>) {
  const start = given.start ?? before.start
  const end = given.end ?? before.end
  if (start === undefined) throw new ApiError(90000, 'is missing.', 'position.start')
  if (end === undefined) throw new ApiError(90000, 'is missing.', 'position.end')
  if (end < start) throw new ApiError(90000, 'must not lie before the start.', 'position.end')
  return { start, end }
}

export function renderMarker(marker: MarkerRow, base: string) {
  const { id, file, name, chromosome, start, end, created, created_by } = marker
  return {
    href: `${base}/genome/markers/${id}`,
    id,
    file,
    name,
    chromosome,
    position: { start, end },
    created_time: isoTime(created),
    created_by,
  }
}
