/** Keys of a process that change no result: what people read, and what the platform keeps beside it. */
const LABELS = new Set(['label', 'doc', 'id', 'extensions'])

/** Requirements that say with what a tool runs, not what it does. */
const RESOURCES = new Set(['ResourceRequirement', 'ToolTimeLimit', 'WorkReuse'])

/** A tool as far as it can change a result. Ids of inputs and outputs stay: they are its names for things. */
export function toolShape(tool: unknown): unknown {
  if (typeof tool !== 'object' || tool === null) return tool ?? null
  const { id: _, ...rest } = tool as { id?: unknown }
  return strip(rest)
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter(isMeaning).map(strip)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key]) => !LABELS.has(key) || (key === 'id' && 'type' in value))
  return Object.fromEntries(entries.map(([key, item]) => [key, strip(item)]))
}

function isMeaning(item: unknown): boolean {
  const name = (item as { class?: unknown } | null)?.class
  return typeof name !== 'string' || !(RESOURCES.has(name) || name.startsWith('sbg:'))
}
