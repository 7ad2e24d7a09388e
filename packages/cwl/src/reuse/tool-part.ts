import { isRecord } from '../files.ts'
import type { Requirements } from '../job/effective-requirements.ts'
import type { CommandLineTool } from '../model/process.ts'

/** Requirements of which something reaches a result other than by command, environment or staged files. */
const MEANT = ['InlineJavascriptRequirement', 'LoadListingRequirement'] as const

/** Keys, at any depth of a tool's document, that change no result: labels, names of types, notes of other programs. */
const UNMEANT = new Set(['label', 'doc', 'extensions', 'name'])

/**
 * A tool's document as far as it has a meaning of its own: without labels, docs and what identifies it, without resources, limits of
 * time, reuse and hints about machines; with what it inherits from the steps and workflows around it.
 */
export function toolPart(tool: CommandLineTool, requirements: Requirements): unknown {
  const { id: _, label: _label, doc, requirements: own, hints, extensions, ...meant } = tool
  const inherited = MEANT.map(name => requirements.get(name)).filter(found => found !== undefined)
  const logs = requirements.all('sbg:SaveLogs')
  return { ...(without(meant) as object), requirements: [...inherited, ...logs] }
}

function without(value: unknown, isDefault = false): unknown {
  if (Array.isArray(value)) return value.map(item => without(item, isDefault))
  if (!isRecord(value)) return value
  const fields = Object.entries(value).filter(([key]) => isDefault || !UNMEANT.has(key))
  // a default is a value of the user's, whatever its keys are called
  return Object.fromEntries(fields.map(([key, item]) => [key, without(item, isDefault || key === 'default')]))
}
