import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/**
 * Makes `close()` wait for the calls in flight and for nothing else: a connection on which no call is being answered is cut
 * at once, also one that never said anything; the others when their answer is out.
 */
export function closeWhenAnswered(app: FastifyInstance): void {
  const idle = new Set<Socket>()
  let closing = false
  const settle = (socket: Socket) => {
    if (closing) socket.destroySoon()
    else if (!socket.destroyed) idle.add(socket)
  }
  app.server.on('connection', (socket: Socket) => {
    settle(socket)
    socket.once('close', () => idle.delete(socket))
  })
  app.server.on('request', ({ socket }: IncomingMessage, answer: ServerResponse) => {
    idle.delete(socket)
    answer.once('close', () => settle(socket))
  })
  app.addHook('preClose', async () => {
    closing = true
    for (const socket of idle) socket.destroy()
  })
}
