import { root } from '@reprise/contract'
import { Bare } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /openapi.json: the API's description. */
export const getOpenApi = route({
  call: 'openapi.get',
  answer: root.openApi,
  handle: ({ http, base }) => new Bare({ ...http.server.describe(), servers: [{ url: base }] }),
})
