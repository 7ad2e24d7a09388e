import { type ServeOptions, startServer } from '@reprise/server/serve'
import { describe, openEnds } from '../describe-means.ts'
import { readWork, type WorkWords } from '../work-options.ts'
import { untilTold } from './until-told.ts'

type Options = Omit<ServeOptions, keyof WorkWords> & WorkWords & { allowDrsHost?: string[] }

/**
 * Serves until SIGTERM or SIGINT: then takes no more calls, finishes those in flight and exits. A second signal exits at
 * once. Jobs run on either way and are adopted by the next start.
 */
export async function serve(options: Options): Promise<void> {
  const {
    allowPath: _,
    allowS3Endpoint: __,
    volumeCache: ___,
    prices: ____,
    limit: _____,
    allowDrsHost,
    ...others
  } = options
  const server = await startServer({ ...others, ...(await readWork(options)), allowDrsHosts: allowDrsHost })
  untilTold(() => server.close())
  console.log(`Reprise serves ${server.url}`)
  console.log(server.means ? `Jobs run in ${describe(server.means)}` : 'Jobs run where a worker does')
  if (server.means) for (const line of openEnds(server.means, options.allowNetwork)) console.log(line)
  if (server.adminToken) console.log(`The user admin was made; their token is in ${server.adminToken}`)
}
