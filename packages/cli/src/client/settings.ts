import { ClientError } from './errors.ts'
import { isFileId } from './shapes.ts'

/**
 * The inputs that `--set INPUT=VALUE` names. VALUE is JSON when it can be read as such, else text; an input for text takes
 * numbers and words like `true` as they are typed. For an input that takes files or folders, an id stands for one.
 *
 * `ports` are the inputs of the app's document, as a list or a map.
 */
export function parseSettings(settings: readonly string[], ports: unknown): Record<string, unknown> {
  const types = typesOf(ports)
  return Object.fromEntries(
    settings.map(setting => {
      const [, name, text] = /^([^=]+)=(.*)$/s.exec(setting) ?? []
      if (name === undefined || text === undefined) {
        throw new ClientError(`"${setting}" sets nothing: write --set INPUT=VALUE.`)
      }
      if (!types.has(name)) {
        throw new ClientError(`The app has no input "${name}". Its inputs: ${[...types.keys()].join(', ')}.`)
      }
      return [name, readValue(text, namesIn(types.get(name)))]
    }),
  )
}

function readValue(text: string, types: Set<string>): unknown {
  if (types.has('File') || types.has('Directory')) return withFiles(isFileId(text) ? text : parsed(text), types)
  const value = parsed(text)
  const takesText =
    types.has('string') && !['int', 'long', 'float', 'double', 'boolean', 'Any'].some(name => types.has(name))
  return takesText && (typeof value === 'number' || typeof value === 'boolean') ? text : value
}

/** The names of the inputs that take files or folders. */
export function fileInputs(ports: unknown): Set<string> {
  const takesFiles = (type: unknown) => namesIn(type).has('File') || namesIn(type).has('Directory')
  return new Set([...typesOf(ports)].filter(([, type]) => takesFiles(type)).map(([name]) => name))
}

/** The inputs of an app's document, which may be packed as a graph whose entry is `main`. */
export function inputsOf(raw: { inputs?: unknown; $graph?: unknown }): unknown {
  if (!Array.isArray(raw.$graph)) return raw.inputs
  return raw.$graph.find(process => String(process.id).replace(/^#/, '') === 'main')?.inputs
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function withFiles(value: unknown, types: Set<string>): unknown {
  if (Array.isArray(value)) return value.map(item => withFiles(item, types))
  if (typeof value !== 'string' || !isFileId(value)) return value
  return { class: types.has('File') ? 'File' : 'Directory', path: value }
}

function typesOf(ports: unknown): Map<string, unknown> {
  if (Array.isArray(ports)) {
    return new Map(ports.map(port => [String(port.id).replace(/^.*[#/]/, ''), port.type]))
  }
  const named = Object.entries(ports ?? {})
  return new Map(named.map(([name, port]) => [name, isPlainObject(port) && 'type' in port ? port.type : port]))
}

/** The names of the primitive types in a type as CWL writes it: `File?`, `["null", "int"]`, `{type: array, items: File}`. */
function namesIn(type: unknown): Set<string> {
  if (typeof type === 'string') return new Set([type.replace(/(\[\]|\?)+$/, '')])
  if (Array.isArray(type)) return new Set(type.flatMap(member => [...namesIn(member)]))
  if (!isPlainObject(type)) return new Set()
  if (type.type === 'array') return namesIn(type.items)
  return type.type === 'enum' ? new Set(['string']) : namesIn(type.type)
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
