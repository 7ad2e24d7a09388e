import type { JobSpecification } from './specification.ts'

/**
 * Whether an attempt that was started by one specification has done what the other one says. Where its inputs lie, and what it
 * may use of the machine, is no part of that.
 */
export function isSameJob(one: JobSpecification, other: JobSpecification): boolean {
  return essence(one) === essence(other)
}

function essence({ fileLimit, memoryLimit, processLimit, resources, stage, ...rest }: JobSpecification): string {
  const entries = stage.map(entry => ('source' in entry ? { ...entry, source: '' } : entry))
  return JSON.stringify(sorted({ ...rest, stage: entries }))
}

/** The same value with the keys of objects in one order. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(pairs.map(([key, inner]) => [key, sorted(inner)]))
}
