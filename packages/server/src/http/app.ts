import Fastify, { type FastifyBaseLogger, type FastifyInstance, type HTTPMethods, LogController } from 'fastify'
import { createContext, type Parts } from '../create-context.ts'
import { UserLanes } from '../pacing/user-lanes.ts'
import { baseAddress, PREFIX } from './address.ts'
import { Idempotency } from './idempotency.ts'
import { createMetrics } from './monitoring/metrics.ts'
import { addMonitoring } from './monitoring/routes.ts'
import { type ApiDescription, describeApi } from './openapi/document.ts'
import { authenticate } from './plugins/authentication.ts'
import { passBodies, readBodies } from './plugins/body.ts'
import { renderErrors } from './plugins/errors.ts'
import { requestId, setSecurityHeaders } from './plugins/headers.ts'
import { queueLargeBodies } from './plugins/large.ts'
import { guardBodies, PATIENCE } from './plugins/limits.ts'
import { logSlowCalls } from './plugins/log.ts'
import { allowOrigins } from './plugins/origins.ts'
import { rateLimit } from './rate-limit.ts'
import type { RegisteredRoute } from './route.ts'
import { routes } from './routes/index.ts'
import { Servers } from './servers.ts'
import './types.ts'

/** Bytes of a body, where its route says no other limit. */
const BODY_LIMIT = 8 * 2 ** 20

/**
 * The API as an application; `app.servers` listens. A call goes through: address → origin → caller and rate limit → body →
 * the route's schemas → its handler → fields, paging or error body. `close()` lets calls in flight finish.
 */
export async function createApp(parts: Parts): Promise<FastifyInstance> {
  const metrics = createMetrics()
  const database = metrics.measured(parts.database)
  const context = await createContext({ ...parts, database })
  const { settings } = parts
  const patience = { ...PATIENCE, ...settings.patience }
  const idempotency = new Idempotency(context.database)
  const loggerInstance: FastifyBaseLogger = parts.log
  const base = baseAddress(settings)
  const servers = new Servers(patience)
  const strict = settings.strictTransport ?? true
  const app: FastifyInstance = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    serverFactory: handler => servers.main(handler),
    return503OnClosing: false,
    genReqId: requestId,
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 1000 },
    frameworkErrors(error, request, reply) {
      setSecurityHeaders(request, reply, base(request.raw), strict)
      return app.errorHandler(error, request, reply)
    },
    // each server has its own
    clientErrorHandler: () => undefined,
  })
  app.decorate('servers', servers)
  app.decorateRequest('base')
  app.addHook('onRequest', async (request, reply) => {
    setSecurityHeaders(request, reply, base(request.raw), strict)
  })
  let description: ApiDescription | undefined
  app.decorate('describe', () => {
    description ??= describeApi(routes)
    return description
  })
  renderErrors(app)
  allowOrigins(app, settings.corsOrigins ?? [])
  authenticate(app, database, rateLimit(settings.rateLimit))
  guardBodies(app, patience)
  readBodies(app, context.limits['body-values'])
  queueLargeBodies(app, new UserLanes('waiting-calls', context.limits['waiting-calls']))
  logSlowCalls(app)
  metrics.watch(app)
  metrics.count(database)
  metrics.sweep(context.sweeper.swept)
  const vitals = { database, folder: settings.uploadsFolder, workerAlive: parts.worker.alive }
  addMonitoring(app, { vitals, metrics, settings })
  const add = (scope: FastifyInstance, { route, reads, bodyLimit, handler }: RegisteredRoute) =>
    scope.route({
      method: route.method satisfies HTTPMethods,
      url: PREFIX + (route.path === '/' ? '' : route.path),
      config: { call: route.call, reads },
      ...(bodyLimit === undefined ? {} : { bodyLimit }),
      handler: handler(context, idempotency),
    })
  for (const known of routes) if (known.reads !== 'stream') add(app, known)
  app.register(async scope => {
    passBodies(scope)
    for (const known of routes) if (known.reads === 'stream') add(scope, known)
  })
  app.addHook('preClose', () => servers.close())
  app.addHook('onClose', async () => {
    await context.operations.stop()
    await context.sweeper.close()
    await context.meter.close()
    await context.comparers.close()
    await context.apps.close()
  })
  return app
}
