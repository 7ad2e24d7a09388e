import { apps, common } from '@reprise/contract'
import { z } from 'zod'
import { listContainers } from '../../../apps/list.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** POST /action/internal/app_containers: a list that an editor of apps asks for. */
export const listAppContainers = route({
  call: 'apps.containers',
  query: z.object(common.paging),
  body: apps.appContainers,
  answer: apps.appContainerList,
  handle: async ({ context, caller, query, body, base, room }) =>
    new Page(await listContainers(context, caller, body, query, base, room), query),
  repeats: true,
})
