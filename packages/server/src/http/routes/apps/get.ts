import { apps, type Call } from '@reprise/contract'
import { revisionFor } from '../../../apps/find.ts'
import { renderApp, renderRaw } from '../../../apps/render.ts'
import { wants } from '../../fields.ts'
import { type Request, route } from '../../route.ts'

type Path = { owner: string; project: string; app: string; revision?: string }

async function show(call: Call, path: Path, { context, caller, fields, base }: Omit<Request, 'path'>) {
  const found = await revisionFor(context, caller, call, path)
  const raw = wants(fields, 'raw') ? { raw: await renderRaw(context.database.read, found) } : {}
  return { ...renderApp(found, base), ...raw }
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
