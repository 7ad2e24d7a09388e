import { apps, common } from '@reprise/contract'
import { z } from 'zod'
import { listShortApps } from '../../../apps/list.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

const query = z.object(common.paging)

/** GET /apps/{owner}: an older form. */
export const listAppsByOwner = route({
  call: 'apps.listByOwner',
  query,
  answer: apps.shortAppList,
  handle: async ({ context, caller, path, query, base }) =>
    new Page(await listShortApps(context, caller, path, query, base), query),
})

/** GET /apps/{owner}/{project}: an older form. */
export const listAppsByProject = route({
  call: 'apps.listByProject',
  query,
  answer: apps.shortAppList,
  handle: async ({ context, caller, path, query, base }) =>
    new Page(await listShortApps(context, caller, path, query, base), query),
})
