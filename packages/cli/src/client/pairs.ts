import { parseJson } from '@reprise/cwl/json'
import { ClientError } from './errors.ts'

/** What `KEY=VALUE`s name, the values of one key together in their order. */
export function pairsOf(texts: readonly string[], option: string): Map<string, string[]> {
  const pairs = new Map<string, string[]>()
  for (const text of texts) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
    if (key === undefined || value === undefined)
      throw new ClientError(`"${text}" is no pair: write ${option} KEY=VALUE.`)
    pairs.set(key, [...(pairs.get(key) ?? []), value])
  }
  return pairs
}

/** The same with one value for each key, the last one; a value is JSON where it can be read as such. */
export function valuesOf(texts: readonly string[], option: string): Record<string, unknown> {
  return Object.fromEntries([...pairsOf(texts, option)].map(([key, values]) => [key, jsonOr(values.at(-1)!)]))
}

function jsonOr(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return text
  }
}
