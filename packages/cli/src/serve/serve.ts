import { readFile } from 'node:fs/promises'
import { type Prices, parsePrices } from '@reprise/server/prices'
import { type ServeOptions, startServer } from '@reprise/server/serve'
import { describe } from '../describe-means.ts'
import { untilTold } from './until-told.ts'

/** What the command line says. */
interface Options extends Omit<ServeOptions, 'prices'> {
  /** file of a price list */
  prices?: string
  allowPath?: string[]
  allowS3Endpoint?: string[]
  /** GiB */
  volumeCache: number
}

/**
 * Serves until SIGTERM or SIGINT: then takes no more calls, finishes those in flight and exits. A second signal exits at
 * once. Jobs run on either way and are adopted by the next start.
 */
export async function serve({ allowPath, allowS3Endpoint, volumeCache, prices, ...options }: Options): Promise<void> {
  const volumes = { allowPaths: allowPath, allowS3Endpoints: allowS3Endpoint, volumeCache: volumeCache * 2 ** 30 }
  const server = await startServer({
    ...options,
    volumes,
    ...(prices === undefined ? {} : { prices: await readPrices(prices) }),
  })
  untilTold(() => server.close())
  console.log(`Reprise serves ${server.url}`)
  console.log(server.means ? `Jobs run in ${describe(server.means)}` : 'Jobs run where a worker does')
  if (server.adminToken) console.log(`The user admin was made; their token is in ${server.adminToken}`)
}

async function readPrices(file: string): Promise<Prices> {
  try {
    return parsePrices(await readFile(file, 'utf8'))
  } catch (error) {
    throw new Error(`--prices ${file}: ${error instanceof Error ? error.message : error}`)
  }
}
