import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { yamlModule } from './lazy-modules.ts'

const KINDS = ['auto', 'docker', 'podman', 'apptainer', 'sandbox', 'none']

/** Adds what decides how jobs are kept from this machine, the same for every command that runs jobs. */
export function withIsolation(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--isolation <kind>',
        'what keeps jobs from this machine: tools that name an image get a container, by docker or podman as found (auto) or ' +
          'by the engine named here; all others the sandbox; none is no isolation at all',
      )
        .choices(KINDS)
        .default('auto'),
    )
    .addOption(
      new Option(
        '--image-map <file>',
        'YAML or JSON: names of images, or their beginnings up to a /, and what to take instead',
      ).argParser(readImageMap),
    )
    .addOption(new Option('--registry-auth <file>', "credentials for registries of images, as docker's config.json"))
}

function readImageMap(file: string): { [from: string]: string } {
  const map = read(file)
  if (typeof map !== 'object' || map === null || Array.isArray(map)) {
    throw new InvalidArgumentError('It must hold a map of names to names.')
  }
  for (const [from, to] of Object.entries(map)) {
    if (typeof to !== 'string' || to === '')
      throw new InvalidArgumentError(`${from}: what to take instead must be a name.`)
    if (from.endsWith('/') !== to.endsWith('/')) {
      throw new InvalidArgumentError(`${from}: both names must end with a / or neither.`)
    }
  }
  return map as { [from: string]: string }
}

function read(file: string): unknown {
  try {
    return yamlModule().parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
}
