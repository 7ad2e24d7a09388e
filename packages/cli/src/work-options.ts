import { readFile } from 'node:fs/promises'
import type { Limits } from '@reprise/server/limits'
import type { Prices } from '@reprise/server/prices'
import type { ServeOptions } from '@reprise/server/serve'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { withIsolation } from './isolation-options.ts'
import { limitsModule } from './lazy-modules.ts'

/** What the command line says about work, where it is not what the server takes. */
export interface WorkWords {
  /** file of a price list */
  prices?: string
  allowPath?: string[]
  allowS3Endpoint?: string[]
  /** GiB */
  volumeCache: number
  limit?: Partial<Limits>
}

/** Adds what a worker is to know, the same for every command that starts one. */
export function withWork(command: Command): Command {
  return withIsolation(command)
    .addOption(
      new Option(
        '--allow-network',
        'jobs may use the network where their tool asks and their project allows it',
      ).default(false),
    )
    .addOption(new Option('--prices <file>', 'what is asked for what was used, as JSON: core_hour, memory_gib_hour, …'))
    .addOption(
      new Option('--allow-path <folder...>', 'folders of this machine that volumes of type local may lie in').argParser(
        folders,
      ),
    )
    .addOption(
      new Option(
        '--allow-s3-endpoint <host...>',
        'hosts that volumes of type s3 may talk to (host, host:port, *.domain); any when not given',
      ).argParser(splitWords),
    )
    .addOption(
      new Option('--volume-cache <GiB>', 'room for copies of inputs from volumes in the data folder')
        .default(50)
        .argParser(size),
    )
    .addOption(
      new Option(
        '--limit <name=value...>',
        'a budget or limit that is not to be the usual, such as expression-bytes=64MiB; docs/security.md lists them all',
      ).argParser(limits),
    )
}

/** The words as the server takes them. */
export async function readWork(said: WorkWords): Promise<Pick<ServeOptions, 'volumes' | 'prices' | 'limits'>> {
  const { allowPath, allowS3Endpoint, volumeCache, prices, limit = {} } = said
  const volumes = { allowPaths: allowPath, allowS3Endpoints: allowS3Endpoint, volumeCache: volumeCache * 2 ** 30 }
  return { volumes, limits: limit, ...(prices === undefined ? {} : { prices: await readPrices(prices) }) }
}

async function readPrices(file: string): Promise<Prices> {
  const { parsePrices } = await import('@reprise/server/prices')
  try {
    return parsePrices(await readFile(file, 'utf8'))
  } catch (error) {
    throw new Error(`--prices ${file}: ${error instanceof Error ? error.message : error}`)
  }
}

/** Words of an option that may be repeated; of the environment they come in one text. */
export function splitWords(text: string, before: string[] = []): string[] {
  return [...before, ...text.split(/[\s,]+/).filter(word => word)]
}

/** As in PATH, several are separated by colons. */
function folders(text: string, before: string[] = []): string[] {
  return [...before, ...text.split(':').filter(folder => folder)]
}

/** Several are separated by blanks or commas. */
function limits(text: string, before: Partial<Limits> = {}): Partial<Limits> {
  try {
    return Object.assign({}, before, ...splitWords(text).map(limitsModule().parseLimit))
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
}

function size(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a number of GiB.')
}
