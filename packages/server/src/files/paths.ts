import type { Caller, Context } from '../context.ts'
import { findByName } from '../database/files.ts'
import { findProject } from '../database/projects.ts'
import { ApiError } from '../errors.ts'
import { mayRead } from '../rights/authorise.ts'

/** Paths of one call. */
const MOST = 100

/** The ids of what is at the paths, `owner/project/folder/name`, in their order; null where there is nothing. */
export async function idsOfPaths({ database }: Context, caller: Caller, paths: string[]): Promise<(string | null)[]> {
  if (paths.length === 0) throw new ApiError(10234)
  if (paths.length > MOST) throw new ApiError(10232, `at most ${MOST} paths.`)
  const ids: (string | null)[] = []
  for (const path of paths) {
    const [owner, short, ...names] = path.split('/').filter(name => name !== '')
    if (short === undefined) throw new ApiError(10233, `${JSON.stringify(path)} is no path owner/project/name.`)
    const project = await findProject(database.read, `${owner}/${short}`, caller.username)
    let at: string | null = project && mayRead(project) ? project.root_folder : null
    for (const name of names) at = at === null ? null : ((await findByName(database.read, at, name))?.id ?? null)
    ids.push(at)
  }
  return ids
}
