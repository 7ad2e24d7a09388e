import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'ini'
import { ClientError } from './errors.ts'

/** Where the API is and who is calling. `url` ends without a slash, as in `http://127.0.0.1:8080/v2`. */
export interface Connection {
  url: string
  token: string
}

export interface ConnectionOptions {
  url?: string
  token?: string
  profile?: string
}

type Environment = Record<string, string | undefined>

export const credentialsFile = (home = homedir()) => join(home, '.sevenbridges', 'credentials')

/**
 * Address and token, each from the first place that has it:
 * 1. the options `--url` and `--token`;
 * 2. the profile named by `--profile`, which must then exist;
 * 3. the variables `SB_API_ENDPOINT` and `SB_AUTH_TOKEN`;
 * 4. the profile `default`.
 *
 * Profiles are sections of `~/.sevenbridges/credentials` with the keys `api_endpoint` and `auth_token`.
 */
export function resolveConnection(
  options: ConnectionOptions,
  environment: Environment = process.env,
  file = credentialsFile(),
): Connection {
  const named = options.profile === undefined ? undefined : readProfile(file, options.profile)
  if (options.profile !== undefined && named === undefined) {
    throw new ClientError(`There is no profile [${options.profile}] in ${file}.`)
  }
  const pick = (option: string | undefined, key: 'api_endpoint' | 'auth_token', variable: string, flag: string) => {
    const value = named ? option || named[key] : option || environment[variable] || readProfile(file, 'default')?.[key]
    if (value) return value
    const place = named
      ? `${key} to the profile [${options.profile}]`
      : `${variable}, or ${key} to the profile [default]`
    throw new ClientError(
      `No ${key === 'api_endpoint' ? 'server' : 'token'} given: set ${flag}, or add ${place} in ${file}.`,
    )
  }
  const url = pick(options.url, 'api_endpoint', 'SB_API_ENDPOINT', '--url')
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new ClientError(`"${url}" is no address of a server: it should look like http://127.0.0.1:8080/v2.`)
  }
  return { url: url.replace(/\/+$/, ''), token: pick(options.token, 'auth_token', 'SB_AUTH_TOKEN', '--token') }
}

function readProfile(file: string, name: string): Record<string, string> | undefined {
  let section: unknown = {}
  try {
    section = parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  // the parser nests a section whose name has dots
  for (const part of name.split('.')) {
    section = typeof section === 'object' && section !== null ? Reflect.get(section, part) : undefined
  }
  if (typeof section !== 'object' || section === null) return undefined
  return Object.fromEntries(Object.entries(section).filter(([, value]) => typeof value === 'string'))
}
