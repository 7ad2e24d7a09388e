import { apps } from './apps.ts'
import { async } from './async.ts'
import { automations } from './automations.ts'
import { billing } from './billing.ts'
import { bulk } from './bulk.ts'
import type { Entry, Kind, Method, Need, Rule } from './call.ts'
import { datasets } from './datasets.ts'
import { divisions } from './divisions.ts'
import { exports } from './exports.ts'
import { files } from './files.ts'
import { general } from './general.ts'
import { genome } from './genome.ts'
import { imports } from './imports.ts'
import { notifications } from './notifications.ts'
import { projects } from './projects.ts'
import { tasks } from './tasks.ts'
import { teams } from './teams.ts'
import { uploads } from './uploads.ts'
import { users } from './users.ts'
import { volumes } from './volumes.ts'

/**
 * The registry: every call of the API, by its noun. The router, the check of rights and the API's description are made of it.
 *
 * A new call is an entry in its noun's file, a file in packages/server/src/http/routes, and a row in
 * packages/server/test/rights/matrix.tsv; the build names what is missing.
 */
const NOUNS = {
  general,
  users,
  divisions,
  teams,
  billing,
  projects,
  files,
  bulk,
  async,
  uploads,
  apps,
  tasks,
  volumes,
  imports,
  exports,
  genome,
  datasets,
  automations,
  notifications,
}

/** Every call by its name. */
export const CALLS = {
  ...general,
  ...users,
  ...divisions,
  ...teams,
  ...billing,
  ...projects,
  ...files,
  ...bulk,
  ...async,
  ...uploads,
  ...apps,
  ...tasks,
  ...volumes,
  ...imports,
  ...exports,
  ...genome,
  ...datasets,
  ...automations,
  ...notifications,
}

/** The name of a call. */
export type Call = keyof typeof CALLS

/** A call with its name and its noun. */
export interface Route extends Entry {
  call: Call
  noun: keyof typeof NOUNS
}

/** All calls: noun by noun, each in the order of its file. */
export const ROUTES: readonly Route[] = Object.entries(NOUNS).flatMap(([noun, calls]) =>
  Object.entries<Entry>(calls).map(([call, entry]) => ({ call: call as Call, noun: noun as Route['noun'], ...entry })),
)

const BY_CALL = new Map(ROUTES.map(route => [route.call, route]))

export function routeOf(call: Call): Route {
  return BY_CALL.get(call)!
}

/** Who may make a call. */
export function ruleOf(call: Call): Rule {
  return CALLS[call]
}

type Names<P extends string> = P extends `${infer Head}/${infer Rest}`
  ? Names<Head> | Names<Rest>
  : P extends `:${infer Name}`
    ? Name
    : never

/** The parameters in the path of a call. */
export type PathOf<C extends Call> = { [Name in Names<(typeof CALLS)[C]['path']>]: string }

/** The status of a call's success. */
export type StatusOf<C extends Call> = (typeof CALLS)[C]['status']

export type { Kind, Method, Need, Rule }
