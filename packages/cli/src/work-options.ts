import { readFile } from 'node:fs/promises'
import { type Prices, parsePrices } from '@reprise/server/prices'
import type { ServeOptions } from '@reprise/server/serve'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { withIsolation } from './isolation-options.ts'

/** What the command line says about work, where it is not what the server takes. */
export interface WorkWords {
  /** file of a price list */
  prices?: string
  allowPath?: string[]
  allowS3Endpoint?: string[]
  /** GiB */
  volumeCache: number
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
      ).argParser(words),
    )
    .addOption(
      new Option('--volume-cache <GiB>', 'room for copies of inputs from volumes in the data folder')
        .default(50)
        .argParser(size),
    )
}

/** The words as the server takes them. */
export async function readWork(said: WorkWords): Promise<Pick<ServeOptions, 'volumes' | 'prices'>> {
  const { allowPath, allowS3Endpoint, volumeCache, prices } = said
  const volumes = { allowPaths: allowPath, allowS3Endpoints: allowS3Endpoint, volumeCache: volumeCache * 2 ** 30 }
  return { volumes, ...(prices === undefined ? {} : { prices: await readPrices(prices) }) }
}

async function readPrices(file: string): Promise<Prices> {
  try {
    return parsePrices(await readFile(file, 'utf8'))
  } catch (error) {
    throw new Error(`--prices ${file}: ${error instanceof Error ? error.message : error}`)
  }
}

/** Words of an option that may be repeated; of the environment they come in one text. */
export function words(text: string, before: string[] = []): string[] {
  return [...before, ...text.split(/[\s,]+/).filter(word => word)]
}

/** As in PATH, several are separated by colons. */
function folders(text: string, before: string[] = []): string[] {
  return [...before, ...text.split(':').filter(folder => folder)]
}

function size(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a number of GiB.')
}
