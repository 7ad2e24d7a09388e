import { apps } from '@reprise/contract'
import { copyApp as copy } from '../../../apps/copy.ts'
import { revisionFor } from '../../../apps/find.ts'
import { route } from '../../route.ts'
import { showApp } from './show.ts'

const shared = { body: apps.copyApp, answer: apps.app }

/** POST /apps/{owner}/{project}/{app}/actions/copy */
export const copyApp = route({
  call: 'apps.copy',
  ...shared,
  handle: async request => showApp(request, await copy(request.context, request.caller, request.path, request.body)),
  again: showAgain,
})

/** POST /apps/{owner}/{project}/{app}/{revision}/actions/copy */
export const copyAppRevision = route({
  call: 'apps.copyRevision',
  ...shared,
  handle: async request => showApp(request, await copy(request.context, request.caller, request.path, request.body)),
  again: showAgain,
})

async function showAgain(request: Parameters<typeof showApp>[0], id: string | null) {
  if (id === null) return undefined
  const [owner = '', project = '', app = '', revision = ''] = id.split('/')
  const path = { owner, project, app, revision }
  return showApp(request, await revisionFor(request.context, request.caller, 'apps.getRevision', path))
}
