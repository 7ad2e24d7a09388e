import { apps } from '@reprise/contract'
import { syncApp as sync } from '../../../apps/sync.ts'
import { route } from '../../route.ts'
import { showApp } from './show.ts'

/** POST /apps/{owner}/{project}/{app}/actions/sync */
export const syncApp = route({
  call: 'apps.sync',
  answer: apps.app,
  handle: async request => {
    const { owner, project, app } = request.path
    return showApp(request, await sync(request.context, request.caller, `${owner}/${project}/${app}`))
  },
  repeats: true,
})
