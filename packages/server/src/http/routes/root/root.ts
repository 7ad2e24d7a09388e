import { root as schema } from '@reprise/contract'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /: the directory. */
export const root = route({
  call: 'root',
  answer: schema.root,
  handle: ({ base }) =>
    new WholeBody({
      rate_limit_url: `${base}/rate_limit`,
      user_url: `${base}/user`,
      users_url: `${base}/users`,
      billing_url: `${base}/billing`,
      projects_url: `${base}/projects`,
      files_url: `${base}/files`,
      tasks_url: `${base}/tasks`,
      apps_url: `${base}/apps`,
      action_url: `${base}/action`,
      upload_url: `${base}/upload`,
      storage_url: `${base}/storage`,
      markers_url: `${base}/genome/markers`,
    }),
})
