import { projects } from '@reprise/contract'
import { listOwn } from '../../../projects/list.ts'
import { PROJECT_SUMMARY } from '../../../projects/render.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /projects */
export const listProjects = route({
  call: 'projects.list',
  answer: projects.projectList,
  query: projects.listProjects,
  handle: async ({ context, caller, query, base }) =>
    new Page(await listOwn(context, caller, query, base), query, PROJECT_SUMMARY),
})
