import type { Api } from './api.ts'
import { settingsFor } from './app-inputs.ts'
import { ClientError } from './errors.ts'
import { appOf } from './names.ts'
import type { Task } from './shapes.ts'

/** What is to be other than in the origin. */
export interface Changes {
  set: string[]
  app?: string
  onlyFailed?: boolean
  resources?: string[]
  memoize?: boolean
}

/** The body of a clone. */
export interface Told {
  app?: string | undefined
  inputs?: Record<string, unknown> | undefined
  resources?: object | undefined
  only_failed?: boolean | undefined
  execution_settings?: object | undefined
}

/** What the rerun is told to do otherwise; undefined when it is nothing. */
export async function otherwise(api: Api, id: string, flags: Changes): Promise<Told | undefined> {
  const resources = resourcesOf(flags.resources ?? [])
  const execution_settings = flags.memoize ? { use_memoization: true } : undefined
  const told = { resources, only_failed: flags.onlyFailed, execution_settings }
  if (flags.app === undefined && flags.set.length === 0) {
    return Object.values(told).some(value => value !== undefined) ? told : undefined
  }
  const origin = await api.get<Task>(`/tasks/${id}`)
  const app = flags.app === undefined ? undefined : await appOf(api, flags.app, origin.project)
  const given = { app: app ?? origin.app, project: origin.project, settings: flags.set }
  return { app, inputs: flags.set.length > 0 ? await settingsFor(api, given) : undefined, ...told }
}

const KINDS = ['cores', 'memory_mib', 'seconds']

/** `call.memory_mib=4096` → `{call: {memory_mib: 4096}}`; without a step, of all. */
export function resourcesOf(texts: readonly string[]): Record<string, Record<string, number>> | undefined {
  const resources: Record<string, Record<string, number>> = {}
  for (const text of texts) {
    const [, step = '*', kind = '', amount = ''] = /^(?:(.+)\.)?([a-z_]+)=([0-9.]+)$/.exec(text) ?? []
    if (!KINDS.includes(kind) || !(Number(amount) > 0)) {
      throw new ClientError(
        `"${text}" gives no resources: write STEP.memory_mib=4096, with cores, memory_mib or seconds.`,
      )
    }
    resources[step] = { ...resources[step], [kind]: Number(amount) }
  }
  return texts.length === 0 ? undefined : resources
}
