import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type Entry,
  fractionsIn,
  isEntry,
  isRecord,
  type Problem,
  parseTree,
  type Value,
  type Values,
} from '@reprise/cwl'

/** What stands for a prefix in a format (`edam:…`). */
export type Prefixes = { [prefix: string]: Value }

export interface JobOrder {
  inputs: Values
  /** numbers that are written with a fraction of 0 */
  fractions: Set<number>
  /** `cwl:requirements` as they are written */
  requirements: Value
}

/**
 * Reads an input object. Files and Directories in it may be named by `location` or `path`, relative to the document that
 * they stand in; they get an absolute `location`. Formats are written with the prefixes of the tool's document or its own.
 */
export async function loadJobOrder(
  file: string | undefined,
  prefixes: Prefixes,
  warn?: (problem: Problem) => void,
): Promise<JobOrder> {
  if (file === undefined) return { inputs: {}, requirements: null, fractions: new Set() }
  const path = resolve(file)
  const base = pathToFileURL(path).href
  const text = await readFile(path, 'utf8')
  const document = parseTree(text, base, warn) as Value
  if (document === null) return { inputs: {}, requirements: null, fractions: new Set() }
  if (!isRecord(document)) throw new Error(`${file}: the inputs must be a map`)
  const { 'cwl:requirements': requirements, 'cwl:tool': _tool, $namespaces, $schemas: _schemas, ...inputs } = document
  const namespaces = { ...prefixes, ...(isRecord($namespaces) ? $namespaces : {}) }
  return {
    inputs: Object.fromEntries(Object.entries(inputs).map(([id, value]) => [id, locate(value, base, namespaces)])),
    requirements: requirements ?? null,
    fractions: fractionsIn(text),
  }
}

function locate(value: Value, base: string, namespaces: Prefixes): Value {
  if (Array.isArray(value)) return value.map(item => locate(item, base, namespaces))
  if (!isRecord(value)) return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, locate(item, base, namespaces)]))
  return isEntry(copy) ? locateEntry(copy, base, namespaces) : copy
}

function locateEntry(entry: Entry, base: string, namespaces: Prefixes): Entry {
  const { path, ...rest } = entry
  const reference =
    entry.location ?? (path === undefined ? undefined : encodeURI(path).replace(/[?#]/g, encodeURIComponent))
  const located: Entry =
    reference === undefined ? rest : { ...rest, location: new URL(escapeColon(reference), base).href }
  if (located.class !== 'File' || located.format === undefined) return located
  const colon = located.format.indexOf(':')
  const namespace = namespaces[located.format.slice(0, colon)]
  return typeof namespace === 'string' ? { ...located, format: namespace + located.format.slice(colon + 1) } : located
}

/** A colon in a relative reference is part of a name, not of a scheme. */
function escapeColon(reference: string): string {
  return /^[a-z][a-z0-9+.-]*:\//i.test(reference) ? reference : reference.replaceAll(':', '%3A').replaceAll('#', '%23')
}
