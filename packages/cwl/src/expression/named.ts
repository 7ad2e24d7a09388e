import type { Context } from './reference.ts'

/**
 * The part of the context that code names, as JSON texts: everything handed over costs time, and most code names one
 * input of many. `inputs` used as a whole brings all of them.
 */
export function namedContext(code: string[], context: Context): { [name: string]: string } {
  const text = code.join('\n')
  const named: { [name: string]: string } = {}
  if (/\binputs\b/.test(text)) named.inputs = JSON.stringify(namedInputs(text, context.inputs))
  if (/\bself\b/.test(text)) named.self = JSON.stringify(context.self ?? null)
  if (/\bruntime\b/.test(text)) named.runtime = JSON.stringify(context.runtime ?? null)
  return named
}

function namedInputs(text: string, inputs: Context['inputs']): Context['inputs'] {
  const uses = text.matchAll(
    /\binputs\b(?:\s*\.\s*([\p{L}_$][\p{L}\p{N}_$]*)|\s*\[\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*\])?/gu,
  )
  const ids = new Set<string>()
  for (const [, dotted, single, double] of uses) {
    const id = dotted ?? single ?? double
    if (id === undefined) return inputs
    ids.add(id)
  }
  return Object.fromEntries([...ids].filter(id => Object.hasOwn(inputs, id)).map(id => [id, inputs[id]!]))
}
