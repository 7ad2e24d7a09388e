import { readFile } from 'node:fs/promises'
import type { Means } from '@reprise/runner'
import { type Prices, parsePrices } from '@reprise/server/prices'
import { type ServeOptions, startServer } from '@reprise/server/serve'

/** What the command line says. */
interface Options extends Omit<ServeOptions, 'prices'> {
  /** file of a price list */
  prices?: string
  allowPath?: string[]
  allowS3Endpoint?: string[]
  allowDrsHost?: string[]
  /** GiB */
  volumeCache: number
}

function describe({ base, engine }: Means): string {
  const others = base === 'none' ? 'no isolation at all' : 'the sandbox'
  return engine ? `containers of ${engine} where their tool names an image, else in ${others}` : others
}

/**
 * Serves until SIGTERM or SIGINT: then takes no more calls, finishes those in flight and exits. A second signal exits at
 * once. Jobs run on either way and are adopted by the next start.
 */
export async function serve(given: Options): Promise<void> {
  const { allowPath, allowS3Endpoint, allowDrsHost, volumeCache, prices, ...options } = given
  const volumes = { allowPaths: allowPath, allowS3Endpoints: allowS3Endpoint, volumeCache: volumeCache * 2 ** 30 }
  const server = await startServer({
    ...options,
    volumes,
    allowDrsHosts: allowDrsHost,
    ...(prices === undefined ? {} : { prices: await readPrices(prices) }),
  })
  const stop = () => {
    process.once('SIGTERM', () => process.exit(1))
    process.once('SIGINT', () => process.exit(1))
    server.close().then(
      () => process.exit(0),
      error => {
        console.error(`reprise: ${error instanceof Error ? error.message : error}`)
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  console.log(`Reprise serves ${server.url}`)
  console.log(`Jobs run in ${describe(server.means)}`)
  if (server.adminToken) console.log(`The user admin was made; their token is in ${server.adminToken}`)
}

async function readPrices(file: string): Promise<Prices> {
  try {
    return parsePrices(await readFile(file, 'utf8'))
  } catch (error) {
    throw new Error(`--prices ${file}: ${error instanceof Error ? error.message : error}`)
  }
}
