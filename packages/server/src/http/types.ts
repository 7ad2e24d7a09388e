import type { Call } from '@reprise/contract'
import type { Caller } from '../context.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller
    base: string
  }
  interface FastifyContextConfig {
    call?: Call
    reads?: 'json' | 'text' | 'stream'
  }
}
