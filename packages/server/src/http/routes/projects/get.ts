import { projects } from '@reprise/contract'
import { projectFor } from '../../../projects/edit.ts'
import { renderProject } from '../../../projects/render.ts'
import { route } from '../../route.ts'

/** GET /projects/{owner}/{project} */
export const getProject = route({
  call: 'projects.get',
  answer: projects.project,
  handle: async ({ context, caller, path, base }) =>
    renderProject(await projectFor(context, caller, 'projects.get', `${path.owner}/${path.project}`), base),
})
