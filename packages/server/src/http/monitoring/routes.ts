import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../../database/index.ts'
import { ApiError } from '../../errors.ts'
import type { ServerSettings } from '../../settings.ts'
import { callerOf } from '../../users/callers.ts'
import { tokenOf } from '../plugins/authentication.ts'
import { examine, type Vitals } from './health.ts'
import type { Metrics } from './metrics.ts'

/**
 * For whoever runs the server, beside the API: `/healthz` (the process answers), `/readyz` (it can serve: 503 when a part
 * that calls need is not well) and `/metrics`. The first two say nothing that is secret. The metrics are for an
 * administrator's token; without one only for this machine itself, and only where no proxy is known of, behind which everybody would
 * come from this machine.
 */
export function addMonitoring(
  app: FastifyInstance,
  { vitals, metrics, settings }: { vitals: Vitals; metrics: Metrics; settings: ServerSettings },
): void {
  app.get('/healthz', (_request, reply) => plain(reply).send({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const parts = await examine(vitals)
    const ready = Object.values(parts).every(part => part === 'ok')
    return plain(reply.code(ready ? 200 : 503)).send({ status: ready ? 'ok' : 'unavailable', ...parts })
  })
  app.get('/metrics', async (request, reply) => {
    if (!isLocal(request, settings) && !(await isAdministrator(request, vitals.database))) throw new ApiError(90002)
    return plain(reply)
      .type(metrics.registry.contentType)
      .send(await metrics.registry.metrics())
  })
}

function plain(reply: FastifyReply): FastifyReply {
  return reply.header('Cache-Control', 'no-store')
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/

function isLocal({ raw, headers }: FastifyRequest, { publicUrl, trustProxy }: ServerSettings): boolean {
  if (publicUrl !== undefined || (trustProxy ?? []).length > 0) return false
  const forwarded = Object.keys(headers).some(
    name => name === 'forwarded' || name === 'via' || name.startsWith('x-forwarded'),
  )
  return !forwarded && LOOPBACK.test(raw.socket.remoteAddress ?? '')
}

async function isAdministrator(request: FastifyRequest, database: Database): Promise<boolean> {
  return (await callerOf(database.read, tokenOf(request)))?.admin === true
}
