import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Milliseconds from which on a call is worth a line; transfers take as long as they take. */
const SLOW = 5000

/** Transfers, and calls that wait for what is being made when they are asked to. */
const MAY_LAST = new Set<unknown>(['files.download', 'uploads.putPart', 'tasks.comparison'])

/** What the log says of a call. Its query is not among it: that of a signed address is as good as a token. */
export function described({ id, method, url, caller, routeOptions }: FastifyRequest) {
  return { id, method, path: url.split('?', 1)[0], call: routeOptions.config.call, user: caller?.username || undefined }
}

/** A line for each slow call; failures have theirs where they are rendered. */
export function logSlowCalls(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const { call } = request.routeOptions.config
    if (reply.elapsedTime < SLOW || MAY_LAST.has(call)) return
    const ms = Math.round(reply.elapsedTime)
    request.log.warn({ ...described(request), status: reply.statusCode, ms }, 'slow call')
  })
}
