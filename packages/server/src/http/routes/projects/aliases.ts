import { apps, files, tasks } from '@reprise/contract'
import { listApps } from '../../../apps/list.ts'
import { APP_SUMMARY } from '../../../apps/render.ts'
import { listFilesByQuery } from '../../../files/list.ts'
import { FILE_SUMMARY } from '../../../files/render.ts'
import { listTasks } from '../../../tasks/list.ts'
import { TASK_SUMMARY } from '../../../tasks/render.ts'
import { Page } from '../../answers.ts'
import { wants } from '../../fields.ts'
import { route } from '../../route.ts'

/** GET /projects/{owner}/{project}/files: as GET /files?project= */
export const listProjectFiles = route({
  call: 'projects.files',
  answer: files.fileList,
  query: files.listFiles,
  handle: async ({ context, caller, path, query, base }) => {
    const place = { ...query, project: `${path.owner}/${path.project}`, parent: undefined }
    return new Page(await listFilesByQuery(context, caller, place, base), query, FILE_SUMMARY)
  },
})

/** GET /projects/{owner}/{project}/tasks: as GET /tasks?project= */
export const listProjectTasks = route({
  call: 'projects.tasks',
  answer: tasks.taskList,
  query: tasks.listTasks,
  handle: async ({ context, caller, path, query, fields, base, room }) => {
    const filter = { ...query, project: `${path.owner}/${path.project}` }
    return new Page(
      await listTasks(context, caller, filter, base, key => wants(fields, key, TASK_SUMMARY), room),
      query,
      TASK_SUMMARY,
    )
  },
})

/** GET /projects/{owner}/{project}/apps: as GET /apps?project= */
export const listProjectApps = route({
  call: 'projects.apps',
  answer: apps.appList,
  query: apps.listApps,
  handle: async ({ context, caller, path, query, fields, base, room }) => {
    const filter = { ...query, project: `${path.owner}/${path.project}` }
    return new Page(
      await listApps(context, caller, filter, base, wants(fields, 'raw', APP_SUMMARY), room),
      query,
      APP_SUMMARY,
    )
  },
})
