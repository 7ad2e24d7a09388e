import type { ErrorCode } from '@reprise/contract'
import { findFile } from '../database/files.ts'
import type { Queries } from '../database/index.ts'
import { findProject } from '../database/projects.ts'
import { ApiError } from '../errors.ts'
import { may, mayRead } from '../rights/authorise.ts'

/** A folder to put something into, and the project that it is in. */
export interface Destination {
  folder: string
  project: string
}

/** Codes for what is wrong with a destination. */
export interface DestinationCodes {
  /** neither project nor parent */
  neither: ErrorCode
  /** the project's id has a wrong form */
  malformed: ErrorCode
  noFolder: ErrorCode
  noProject: ErrorCode
  notFolder: ErrorCode
  /** the user may not write there: in the folder, in the project */
  forbidden: { folder: ErrorCode; project: ErrorCode }
}

/** The folder `parent`, or else the root of `project`, if the user may write there. */
export async function destinationFor(
  db: Queries,
  username: string,
  given: { project?: string | undefined; parent?: string | undefined },
  codes: DestinationCodes,
): Promise<Destination> {
  if (given.parent) {
    const folder = await findFile(db, given.parent, username)
    if (!folder || !mayRead(folder)) throw new ApiError(codes.noFolder, 'there is no such folder.', 'parent')
    if (folder.type !== 'folder') throw new ApiError(codes.notFolder, 'is not a folder.', 'parent')
    if (!may('write', folder)) throw new ApiError(codes.forbidden.folder, 'you have no right to write there.', 'parent')
    return { folder: folder.id, project: folder.project }
  }
  if (!given.project) throw new ApiError(codes.neither, 'give project or parent.', 'project')
  if (!/^[^/\s]+\/[^/\s]+$/.test(given.project)) throw new ApiError(codes.malformed, undefined, 'project')
  const project = await findProject(db, given.project, username)
  if (!project || !mayRead(project)) throw new ApiError(codes.noProject, 'there is no such project.', 'project')
  if (!may('write', project))
    throw new ApiError(codes.forbidden.project, 'you have no right to write there.', 'project')
  return { folder: project.root_folder, project: project.id }
}
