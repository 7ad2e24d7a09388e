import { onTestFinished } from 'vitest'
import { type Server, start } from './start.ts'

export { root, type Server } from './start.ts'

/**
 * The server that a file of tests talks to: one that is there, where the environment names it, or one that is started. A
 * second and a third user of one that is there are those of its other tokens. `options` are those of `reprise serve`.
 */
export async function serve(...options: string[]): Promise<Server> {
  const { REPRISE_ACCEPTANCE_URL: url, REPRISE_ACCEPTANCE_TOKENS: tokens = '' } = process.env
  if (url === undefined) return start(options)
  const [token = '', ...others] = tokens.split(',')
  const addUser = async (name: string) => {
    const next = others.shift()
    if (next === undefined) throw new Error(`Another token is needed, for the user that these tests call ${name}.`)
    return next
  }
  const command = async () => {
    throw new Error('These tests need a server that they start.')
  }
  return { url: url.replace(/\/+$/, ''), home: '', token, addUser, command, close: async () => {} }
}

/** A server of its own, started by the command, that ends with the test. */
export async function startServer(): Promise<Server> {
  const server = await start()
  onTestFinished(server.close)
  return server
}
