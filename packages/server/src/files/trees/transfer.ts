import { findByName, findFile, withVolumeLocations } from '../../database/files.ts'
import type { Write } from '../../database/index.ts'
import { hasChildren } from '../../database/pending.ts'
import type { FileRow } from '../../database/schema.ts'
import { childrenAfter, deleteFiles, findFolder, isWithin } from '../../database/trees.ts'
import { ApiError } from '../../errors.ts'
import type { Outcome } from '../../operations/kind.ts'
import { may, mayRead } from '../../rights/authorise.ts'
import { type Destination, type DestinationCodes, destinationFor } from '../destination.ts'
import { FreeNames, shorten } from '../free-names.ts'
import { fileName, folderName } from '../names.ts'
import { copyInto, fileRowOf, makeFolder, moveInto, type Named } from '../put.ts'
import { DEEPEST, ROWS, type TransferItem, type TreeResult, weightOf } from './requests.ts'

/**
 * Copies or moves a file, or a folder with all that is in it, in pieces of some hundred rows. After each piece the tree is
 * whole: what was put over is in its new place, the rest still in its old one.
 *
 * 1. A file is put into the destination; if its name is taken there, with a prefix `_1_`, `_2_`, …
 * 2. A folder gets a counterpart in the destination: the folder of that name that is there already (they merge), or a new
 *    one. The pair is pushed on a stack.
 * 3. Of the pair on top, what is in the source is taken in the order of ids: files are put over, a folder becomes the next
 *    pair. When nothing is left the pair is popped; a move then removes the source folder, unless something was put into
 *    it meanwhile. So ids of moved files survive and those of moved folders do not.
 * 4. The stack is kept between pieces. Rights on source and destination are looked at in each piece; a source folder that
 *    is gone by then is passed over, a destination that is gone ends the item.
 *
 * Folders are never put under another parent, only made and removed: so no circle can come about, whoever works at the
 * same time.
 */
export type Mode = 'copy' | 'move'

export interface TransferCursor {
  /** the counterpart of the item's folder */
  made: TreeResult
  stack: { source: string; target: string; after: string }[]
}

const CODES: DestinationCodes = {
  neither: 10228,
  malformed: 10232,
  noFolder: 10222,
  noProject: 10213,
  notFolder: 10227,
  forbidden: { folder: 10221, project: 10210 },
}

export async function transfer(
  tx: Write,
  mode: Mode,
  username: string,
  item: TransferItem,
  cursor: TransferCursor | undefined,
): Promise<Outcome<TransferCursor, TreeResult>> {
  const source = await findFile(tx, item.file, username)
  if (!source || !mayRead(source)) throw new ApiError(10225, 'there is no such file or folder.', 'file')
  const need = mode === 'copy' ? 'copy' : 'write'
  if (!may(need, source)) throw new ApiError(10226, `you have no right to it: ask for the ${need} permission.`, 'file')
  if (source.parent === null) throw new ApiError(10232, `the root folder of a project is not put elsewhere.`, 'file')
  const destination = await destinationFor(tx, username, item, CODES)
  if (cursor) return proceed(tx, mode, source, destination, cursor)

  const name = wantedName(item, source)
  if (destination.folder === source.parent && name === source.name) {
    throw new ApiError(10229, 'it is there already: take another destination, or another name.', 'parent')
  }
  if (source.type === 'file') {
    const [put] = await withVolumeLocations(tx, await putInto(tx, mode, destination, [{ file: source, name }]))
    return { result: put! }
  }
  if (await isWithin(tx, destination.folder, source.id)) throw new ApiError(10229, undefined, 'parent')
  const made = await counterpart(tx, destination, name)
  return { cursor: { made, stack: [{ source: source.id, target: made.id, after: '' }] } }
}

function wantedName(item: TransferItem, source: FileRow): string {
  if (!item.name) return source.name
  return source.type === 'file' ? fileName(item.name, 10235) : folderName(item.name, 10236)
}

async function proceed(
  tx: Write,
  mode: Mode,
  source: FileRow,
  destination: Destination,
  { made, stack }: TransferCursor,
): Promise<Outcome<TransferCursor, TreeResult>> {
  let completed = 0
  for (let left = ROWS; left > 0 && stack.length > 0; ) {
    const pair = stack.at(-1)!
    const [from, to] = [await findFolder(tx, pair.source), await findFolder(tx, pair.target)]
    if (to?.project !== destination.project) throw new ApiError(10222, 'the destination is gone.', 'parent')
    // gone meanwhile, or in another project, where the caller may have no rights
    const children = from?.project === source.project ? await childrenAfter(tx, pair.source, pair.after, 200) : []
    left -= 5
    if (children.length === 0) {
      stack.pop()
      if (mode === 'move' && from && !(await hasChildren(tx, from.id))) await deleteFiles(tx, [from.id])
      continue
    }
    const files = leading(children, left)
    const place = { folder: to.id, project: to.project }
    if (files.length > 0) {
      await putInto(
        tx,
        mode,
        place,
        files.map(file => ({ file, name: file.name })),
      )
      completed += files.length
      left -= files.reduce((sum, file) => sum + weightOf(file), 0)
      pair.after = files.at(-1)!.id
    } else {
      const folder = children[0]!
      pair.after = folder.id
      if (folder.id === made.id) continue
      if (stack.length >= DEEPEST) throw new ApiError(10232, `folders lie deeper than ${DEEPEST} levels.`, 'file')
      const target = await counterpart(tx, place, folder.name)
      stack.push({ source: folder.id, target: target.id, after: '' })
    }
  }
  return stack.length > 0 ? { cursor: { made, stack }, completed } : { result: made, completed }
}

/** The files before the first folder, as many as fit; at least one, if the first is one. */
function leading(children: FileRow[], room: number): FileRow[] {
  const files: FileRow[] = []
  let weight = 0
  for (const child of children) {
    if (child.type === 'folder') break
    weight += weightOf(child)
    if (weight > room && files.length > 0) break
    files.push(child)
  }
  return files
}

async function putInto(tx: Write, mode: Mode, place: Destination, files: Named[]): Promise<FileRow[]> {
  const names = new FreeNames(tx, place.folder)
  await names.lookUp(files.map(({ name }) => shorten(name)))
  const named: Named[] = []
  for (const { file, name } of files) named.push({ file, name: shorten((await names.freePrefix([name])) + name) })
  return mode === 'copy' ? await copyInto(tx, place, named) : await moveInto(tx, place, named)
}

/** The folder of this name in the destination, or a new one; where a file has the name, with a prefix. */
async function counterpart(tx: Write, place: Destination, name: string): Promise<FileRow> {
  const there = await findByName(tx, place.folder, name)
  if (there?.type === 'folder') return fileRowOf(there)
  const prefix = await new FreeNames(tx, place.folder).freePrefix([name])
  return await makeFolder(tx, place, shorten(prefix + name))
}
