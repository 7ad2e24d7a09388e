import { apps } from '@reprise/contract'
import { listApps as list } from '../../../apps/list.ts'
import { APP_SUMMARY } from '../../../apps/render.ts'
import { Page } from '../../answers.ts'
import { wants } from '../../fields.ts'
import { route } from '../../route.ts'

/** GET /apps */
export const listApps = route({
  call: 'apps.list',
  answer: apps.appList,
  query: apps.listApps,
  handle: async ({ context, caller, query, fields, base, room }) =>
    new Page(await list(context, caller, query, base, wants(fields, 'raw', APP_SUMMARY), room), query, APP_SUMMARY),
})
