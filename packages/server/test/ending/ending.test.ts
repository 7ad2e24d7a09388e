import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { checkIsolation } from '@reprise/runner'
import { expect, test } from 'vitest'
import { startWorker } from '../../src/execution/start-worker.ts'
import { PATIENCE } from '../../src/http/plugins/limits.ts'
import { Servers } from '../../src/http/servers.ts'
import { Shutdown } from '../../src/shutdown.ts'
import { openTestDatabase } from '../support/database.ts'

test('phases end one after the other, the last first, whatever becomes of each, and once', async () => {
  const ending = new Shutdown()
  const ended: string[] = []
  const add = (name: string, end: () => unknown, limit?: number) =>
    ending.add(
      name,
      () => {
        ended.push(name)
        return end()
      },
      limit,
    )
  add('lock', () => undefined)
  add('database', async () => {
    throw new Error('the database is away')
  })
  add('worker', () => new Promise(() => undefined), 20)
  add('calls', () => {
    throw new Error('the socket is gone')
  })
  const first = ending.run()
  await expect(first).rejects.toThrow('the socket is gone; worker did not end within 0.02 s; the database is away')
  expect(ending.run()).toBe(first)
  expect(ended).toEqual(['calls', 'worker', 'database', 'lock'])
})

test('a call that is still in flight after the limit is cut, one that ends before is answered', async () => {
  const servers = new Servers(PATIENCE)
  const arrived: string[] = []
  const { promise: both, resolve } = Promise.withResolvers<void>()
  const { promise: gate, resolve: letGo } = Promise.withResolvers<void>()
  servers.main(async (call, answer) => {
    arrived.push(call.url!)
    if (arrived.length === 2) resolve()
    answer.write('begun')
    if (call.url === '/quick') {
      await gate
      answer.end()
    }
  })
  const port = await servers.listen({ host: '127.0.0.1', port: 0 })
  const ask = async (path: string) => {
    const call = request({ port, path, agent: false }).end()
    const [answer] = await once(call, 'response')
    let text = ''
    try {
      for await (const chunk of answer) text += chunk
      return text
    } catch (error) {
      return (error as NodeJS.ErrnoException).code
    }
  }
  const [quick, endless] = [ask('/quick'), ask('/endless')]
  await both
  const closing = servers.close(1000)
  letGo()
  expect(await quick).toBe('begun')
  expect(await endless).toBe('ECONNRESET')
  await closing
})

test.each(['waits to be replaced', 'is being replaced'])(
  'a server that is told to end while its worker %s leaves no thread',
  async when => {
    const folder = await mkdtemp(join(tmpdir(), 'reprise-ending-'))
    const threads: Worker[] = []
    const count = (thread: Worker) => threads.push(thread)
    const opened = await openTestDatabase(folder)
    process.on('worker', count)
    const [died, replaced] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let links = 0
    const connect = () => {
      if (++links === 2) replaced.resolve()
      return opened.connect()
    }
    try {
      const worker = await startWorker({
        dataFolder: folder,
        database: Promise.resolve({ ...opened, connect }),
        means: checkIsolation('none'),
        images: {},
        allowNetwork: false,
        trouble: message => {
          if (message.includes('has died')) died.resolve()
        },
      })
      // the thread ends, as one that dies does: nobody asked the server to
      worker.send({ type: 'stop' })
      await (when === 'is being replaced' ? replaced : died).promise
      await worker.stop()
      expect(threads.map(({ threadId }) => threadId)).toEqual(Array(when === 'is being replaced' ? 2 : 1).fill(-1))
    } finally {
      process.off('worker', count)
      await opened.close()
      await rm(folder, { recursive: true, force: true })
    }
  },
)
