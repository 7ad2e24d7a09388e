import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a server on a port of this machine on which everything takes a while, in either direction, in its order. */
export async function slowWay(port: number, delay: () => number): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const pipe = (from: Socket, to: Socket) => {
    let last = 0
    const later = (what: () => void) => {
      last = Math.max(last, performance.now() + delay())
      setTimeout(what, last - performance.now())
    }
    from.on('data', bytes => later(() => to.write(bytes)))
    from.on('close', () => later(() => to.destroy()))
    from.on('error', () => from.destroy()) // the other side is told by the end
    sockets.add(from)
    from.once('close', () => sockets.delete(from))
  }
  const server = createServer({ noDelay: true }, socket => {
    const there = connect({ port, host: '127.0.0.1', noDelay: true })
    pipe(socket, there)
    pipe(there, socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
