import { projects } from '@reprise/contract'
import { ApiError } from '../../../errors.ts'
import { editProject as edit } from '../../../projects/edit.ts'
import { renderProject } from '../../../projects/render.ts'
import { route } from '../../route.ts'

/** PATCH /projects/{owner}/{project} */
export const editProject = route({
  call: 'projects.edit',
  answer: projects.project,
  body: projects.editProject,
  handle: async ({ context, caller, path, body, base }) =>
    renderProject(await edit(context, caller, 'projects.edit', `${path.owner}/${path.project}`, body), base),
})

/** POST /projects/{owner}/{project}?_method=PATCH, for clients that can't send a PATCH. */
export const editProjectByPost = route({
  call: 'projects.editByPost',
  answer: projects.project,
  query: projects.methodOverride,
  body: projects.editProject,
  repeats: true,
  handle: async ({ context, caller, path, query, body, base }) => {
    if (query._method?.toUpperCase() !== 'PATCH') throw new ApiError(90006, 'Say _method=PATCH.', '_method')
    const id = `${path.owner}/${path.project}`
    return renderProject(await edit(context, caller, 'projects.editByPost', id, body), base)
  },
})
