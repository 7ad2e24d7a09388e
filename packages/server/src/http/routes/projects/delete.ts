import { removeProject } from '../../../projects/edit.ts'
import { route } from '../../route.ts'

/** DELETE /projects/{owner}/{project} */
export const deleteProject = route({
  call: 'projects.delete',
  handle: ({ context, caller, path }) => removeProject(context, caller, `${path.owner}/${path.project}`),
})
