import type { Call, ErrorCode } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { findFile } from '../database/files.ts'
import type { Queries } from '../database/index.ts'
import { findProject } from '../database/projects.ts'
import { ApiError } from '../errors.ts'
import { projectId } from '../projects/ids.ts'
import { authorise, mayRead } from '../rights/authorise.ts'

/** A file or folder that the caller may use for this call. Throws ApiError 5002 or 5001. */
export async function fileFor({ database }: Context, caller: Caller, call: Call, id: string) {
  return authorise(call, await findFile(database.read, id, caller.username))
}

/** Codes for what is wrong with where something is to be looked up or made. */
export interface FolderCodes {
  /** neither project nor parent */
  neither: ErrorCode
  both: ErrorCode
  /** the project's id has a wrong form */
  malformed: ErrorCode
  /** there is no such folder */
  missing: ErrorCode
  notFolder: ErrorCode
}

/** The folder that `project` (its root) or `parent` names, and its project, when the caller may use it for this call. */
export async function folderFor(
  db: Queries,
  caller: Caller,
  call: Call,
  given: { project?: string | undefined; parent?: string | undefined },
  codes: FolderCodes,
): Promise<{ folder: string; project: string }> {
  if (given.project && given.parent) throw new ApiError(codes.both, 'give project or parent, not both.', 'parent')
  if (given.parent) {
    const folder = await findFile(db, given.parent, caller.username)
    if (!folder || !mayRead(folder)) throw new ApiError(codes.missing, 'there is no such folder.', 'parent')
    authorise(call, folder)
    if (folder.type !== 'folder') throw new ApiError(codes.notFolder, 'is not a folder.', 'parent')
    return { folder: folder.id, project: folder.project }
  }
  if (!given.project) throw new ApiError(codes.neither, 'give project or parent.', 'project')
  const id = projectId(given.project, codes.malformed)
  const project = authorise(call, await findProject(db, id, caller.username))
  return { folder: project.root_folder, project: project.id }
}
