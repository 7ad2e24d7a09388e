import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

type Map = { [key: string]: unknown }

/**
 * Undefined when the outputs are what the suite expects, else the first difference. Files are compared by name and by size
 * and SHA-1 of the bytes on disk, whatever the runner says of them; listings hold at least what is expected. `Any` in an
 * expectation fits everything.
 */
export async function compareOutputs(expected: unknown, actual: unknown): Promise<string | undefined> {
  return compare(expected ?? {}, actual ?? {}, 'outputs')
}

async function compare(expected: unknown, actual: unknown, path: string): Promise<string | undefined> {
  if (expected === 'Any') return undefined
  if (isMap(expected) && (expected.class === 'File' || expected.class === 'Directory')) {
    if (!isMap(actual) || actual.class !== expected.class)
      return `${path}: a ${expected.class} is expected, not ${show(actual)}`
    return expected.class === 'File' ? compareFile(expected, actual, path) : compareDirectory(expected, actual, path)
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return `${path}: a list is expected, not ${show(actual)}`
    if (expected.length !== actual.length) return `${path}: ${expected.length} items are expected, not ${actual.length}`
    for (const [index, item] of expected.entries()) {
      const difference = await compare(item, actual[index], `${path}[${index}]`)
      if (difference) return difference
    }
    return undefined
  }
  if (isMap(expected)) return compareMap(expected, actual, path)
  return expected === actual || (expected === null && actual === undefined)
    ? undefined
    : `${path}: ${show(expected)} is expected, not ${show(actual)}`
}

async function compareMap(expected: Map, actual: unknown, path: string): Promise<string | undefined> {
  if (!isMap(actual)) return `${path}: a map is expected, not ${show(actual)}`
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const difference = await compare(expected[key] ?? null, actual[key] ?? null, `${path}.${key}`)
    if (difference) return difference
  }
  return undefined
}

async function compareFile(expected: Map, actual: Map, path: string): Promise<string | undefined> {
  const wanted = nameIn(expected)
  const file = pathOf(actual)
  if (wanted !== undefined && basename(file) !== wanted)
    return `${path}: the name ${wanted} is expected, not ${basename(file)}`
  const size = (await stat(file)).size
  if (typeof expected.size === 'number' && size !== expected.size) {
    return `${path}: ${expected.size} bytes are expected, not ${size}`
  }
  if (typeof expected.checksum === 'string') {
    const sum = `sha1$${createHash('sha1')
      .update(await readFile(file))
      .digest('hex')}`
    if (sum !== expected.checksum) return `${path}: ${expected.checksum} is expected, not ${sum}`
  }
  for (const key of ['format', 'contents', 'nameroot', 'nameext']) {
    if (key in expected && expected[key] !== actual[key]) {
      return `${path}.${key}: ${show(expected[key])} is expected, not ${show(actual[key])}`
    }
  }
  return 'secondaryFiles' in expected
    ? subset(expected.secondaryFiles, actual.secondaryFiles, `${path}.secondaryFiles`)
    : undefined
}

async function compareDirectory(expected: Map, actual: Map, path: string): Promise<string | undefined> {
  const wanted = nameIn(expected)
  const folder = pathOf(actual)
  if (wanted !== undefined && basename(folder) !== wanted)
    return `${path}: the name ${wanted} is expected, not ${basename(folder)}`
  if (!(await stat(folder)).isDirectory()) return `${path}: ${folder} is no folder`
  return 'listing' in expected ? subset(expected.listing, actual.listing, `${path}.listing`) : undefined
}

/** Every expected entry is there, in any order. */
async function subset(expected: unknown, actual: unknown, path: string): Promise<string | undefined> {
  if (!Array.isArray(expected) || !Array.isArray(actual)) return `${path}: a list is expected, not ${show(actual)}`
  for (const item of expected) {
    const differences = await Promise.all(actual.map(candidate => compare(item, candidate, path)))
    if (!differences.includes(undefined)) return `${path}: ${show(item)} is missing`
  }
  return undefined
}

function nameIn(expected: Map): string | undefined {
  if (typeof expected.basename === 'string') return expected.basename
  const place = expected.location ?? expected.path
  return typeof place === 'string' && place !== 'Any' ? decodeURIComponent(basename(place)) : undefined
}

function pathOf(actual: Map): string {
  if (typeof actual.location === 'string') return fileURLToPath(actual.location)
  return String(actual.path)
}

function isMap(value: unknown): value is Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
