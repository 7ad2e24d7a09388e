import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import type { Api } from './api.ts'
import { ClientError } from './errors.ts'
import { fileOf } from './names.ts'
import { fileInputs, inputsOf, parseSettings } from './settings.ts'
import { type App, isFileId } from './shapes.ts'

export interface Given {
  app: string
  /** in which paths of files begin */
  project: string
  /** INPUT=VALUE */
  settings: readonly string[]
  /** a file with more inputs, JSON or YAML */
  file?: string | undefined
}

/**
 * The inputs that a user gave for an app: those of a file, then those of `--set`. Where an input takes files, text that is
 * no id is the path of a file or folder at the server.
 */
export async function settingsFor(api: Api, { app, project, settings, file }: Given): Promise<Record<string, unknown>> {
  const { raw } = await api.get<App>(`/apps/${app}`)
  const ports = inputsOf(raw)
  const given = { ...(file === undefined ? {} : await inputsIn(file)), ...parseSettings(settings, ports) }
  const places = fileInputs(ports)
  for (const [name, value] of Object.entries(given)) {
    if (places.has(name)) given[name] = await withIds(api, value, project)
  }
  return given
}

async function withIds(api: Api, value: unknown, project: string): Promise<unknown> {
  if (Array.isArray(value)) {
    const items = []
    for (const item of value) items.push(await withIds(api, item, project))
    return items
  }
  if (typeof value !== 'string' || isFileId(value)) return value
  const { id, type } = await fileOf(api, value, project)
  return { class: type === 'folder' ? 'Directory' : 'File', path: id }
}

async function inputsIn(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new ClientError(`There is no file ${file}.`)
  })
  const inputs = read(text)
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) {
    throw new ClientError(`${file} should hold the inputs as one object, in JSON or YAML.`)
  }
  return { ...inputs }
}

function read(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    throw new ClientError(`The inputs can't be read: ${error instanceof Error ? error.message : error}`)
  }
}
