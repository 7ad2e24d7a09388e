import { projects } from '@reprise/contract'
import { createProject as create } from '../../../projects/create.ts'
import { projectFor } from '../../../projects/edit.ts'
import { renderProject } from '../../../projects/render.ts'
import { route } from '../../route.ts'

/** POST /projects */
export const createProject = route({
  call: 'projects.create',
  answer: projects.project,
  body: projects.createProject,
  handle: async ({ context, caller, body, base }) => renderProject(await create(context, caller, body), base),
  again: async ({ context, caller, base }, id) =>
    id === null ? undefined : renderProject(await projectFor(context, caller, 'projects.get', id), base),
})
