import { locationsOf } from './locations.ts'
import type { Context } from './reference.ts'

/**
 * The part of the context that code names, as JSON texts: everything handed over costs time, and most code names one
 * input of many. `inputs` used as a whole brings all of them.
 */
export function namedContext(code: string[], context: Context): { [name: string]: string } {
  const text = code.join('\n')
  const named: { [name: string]: string } = {}
  const locations = locationsOf(context.inputs)
  if (/\binputs\b/.test(text)) named.inputs = JSON.stringify(locations.inputs(namedInputs(text)))
  if (/\bself\b/.test(text)) named.self = JSON.stringify(locations.show(context.self ?? null))
  if (/\bruntime\b/.test(text)) named.runtime = JSON.stringify(context.runtime ?? null)
  return named
}

/** Undefined is all of them. */
function namedInputs(text: string): Set<string> | undefined {
  const uses = text.matchAll(
    /\binputs\b(?:\s*\.\s*([\p{L}_$][\p{L}\p{N}_$]*)|\s*\[\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*\])?/gu,
  )
  const ids = new Set<string>()
  for (const [, dotted, single, double] of uses) {
    const id = dotted ?? single ?? double
    if (id === undefined) return undefined
    ids.add(id)
  }
  return ids
}
