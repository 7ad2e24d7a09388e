import { getEventListeners, once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Channel } from '../../src/database/postgres/channel.ts'

test('a channel that connects again and again leaves no listeners behind', async () => {
  const server = createServer(socket => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const listens = vi.spyOn(AbortSignal.prototype, 'addEventListener')
  onTestFinished(() => listens.mockRestore())
  const { port } = server.address() as AddressInfo
  const nothing = () => undefined
  const channel = new Channel({ url: `postgres://kim@127.0.0.1:${port}/none`, heard: nothing, connected: nothing })
  for (let connection = 0; connection < 6; connection++) await once(server, 'connection')
  const signals = new Set(listens.mock.contexts as AbortSignal[])
  const counts = [...signals].map(signal => getEventListeners(signal, 'abort').length)
  expect(Math.max(...counts)).toBeLessThanOrEqual(2)
  await channel.close()
  expect([...signals].flatMap(signal => getEventListeners(signal, 'abort'))).toEqual([])
})
