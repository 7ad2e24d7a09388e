import { root } from '@reprise/contract'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /openapi.json: the API's description. */
export const getOpenApi = route({
  call: 'openapi.get',
  answer: root.openApi,
  handle: ({ http, base }) => new WholeBody({ ...http.server.describe(), servers: [{ url: base }] }),
})
