import { projects } from '@reprise/contract'
import { listOwn } from '../../../projects/list.ts'
import { PROJECT_SUMMARY } from '../../../projects/render.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

const SUMMARY = [...PROJECT_SUMMARY, 'description']

/** GET /projects/{owner} */
export const listProjectsByOwner = route({
  call: 'projects.listByOwner',
  answer: projects.projectList,
  query: projects.listProjects,
  handle: async ({ context, caller, path, query, base }) =>
    new Page(await listOwn(context, caller, query, base, path.owner), query, SUMMARY),
})
