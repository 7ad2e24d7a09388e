import type { Call } from '@reprise/contract'
import type { Caller } from '../context.ts'
import type { ApiDescription } from './openapi/document.ts'
import type { Servers } from './servers.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller
    /** who calls after all, where `caller` is only remembered; undefined when the token is good no longer */
    confirmed: Promise<Caller | undefined> | undefined
    base: string
  }
  interface FastifyInstance {
    describe(): ApiDescription
    servers: Servers
  }
  interface FastifyContextConfig {
    call?: Call
    reads?: 'json' | 'text' | 'stream'
  }
}
