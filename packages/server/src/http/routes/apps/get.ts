import { apps, type Call } from '@reprise/contract'
import { revisionFor } from '../../../apps/find.ts'
import { type Request, route } from '../../route.ts'
import { showApp } from './show.ts'

type Path = { owner: string; project: string; app: string; revision?: string }

async function show(call: Call, path: Path, request: Omit<Request, 'path'>) {
  return showApp(request, await revisionFor(request.context, request.caller, call, path))
}

/** GET /apps/{owner}/{project}/{app}: the latest revision. */
export const getApp = route({
  call: 'apps.get',
  answer: apps.app,
  handle: ({ path, ...rest }) => show('apps.get', path, rest),
})

/** GET /apps/{owner}/{project}/{app}/{revision} */
export const getAppRevision = route({
  call: 'apps.getRevision',
  answer: apps.app,
  handle: ({ path, ...rest }) => show('apps.getRevision', path, rest),
})
