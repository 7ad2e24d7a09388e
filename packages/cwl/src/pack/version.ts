/**
 * One version for a packed document. Other readers take no process of another version inside of one: cwltool refuses a newer
 * version in an older document, and reads an older one as what is around it. So all become the newest there is, and what an
 * older version meant without saying so is said:
 *
 *   v1.0 → v1.1   folders come with their whole listing, a tool has 1024 MiB, a port may have no type
 *   v1.1 → v1.2   two backslashes in a text with expressions are two, not one
 *
 * What can't be said is told: from v1.2 on a file of more than 64 KiB is refused where its contents are loaded. Draft-2 can't be
 * written as a later version beside tools that are of one; there each process keeps its version.
 */
import { isMap, type Tree, type TreeMap } from '../document/tree.ts'
import { isExpression, scan } from '../expression/scan.ts'
import { isDraft2 } from '../upgrade/upgrade.ts'

const ORDER = ['v1.0', 'v1.1', 'v1.2']

/** A packed document, all in lists, in one version; `tell` is told in words what that changes, or why it can't be. */
export function inOneVersion(document: TreeMap, tell: (note: string) => void): TreeMap {
  const all = [...processesIn(document, document.cwlVersion)]
  const old = all.filter(([process, version]) => isDraft2(process, version))
  if (old.length > 0) {
    if (old.length < all.length) {
      tell(
        "processes of draft-2 and of later versions can't be brought to one: each keeps its own, which few readers take",
      )
    }
    return document
  }
  const versions = [...new Set(all.map(([, version]) => String(version)))]
  if (versions.some(version => !ORDER.includes(version))) return document
  const newest = versions.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)).at(-1)!
  if (versions.length > 1) {
    tell(
      `the documents are of ${versions.toSorted().join(' and ')}: packed, all are of ${newest}, and say what the older version meant`,
    )
  }
  const raised = withProcesses(document, document.cwlVersion, (process, version, around) =>
    raise(process, String(version), newest, around, tell),
  )
  return { cwlVersion: newest, ...without(raised, 'cwlVersion') }
}

/** True for a packed document with processes of several versions that can be brought to one. */
export function isMixed(document: TreeMap): boolean {
  const all = [...processesIn(document, document.cwlVersion)]
  return (
    new Set(all.map(([, version]) => version)).size > 1 && !all.some(([process, version]) => isDraft2(process, version))
  )
}

/** Every process of the document and its version, its own or that of what is around it. */
function* processesIn(
  holder: TreeMap,
  outer: Tree | undefined,
): Generator<[process: TreeMap, version: Tree | undefined]> {
  const version = holder.cwlVersion ?? outer
  if (holder.class !== undefined) yield [holder, version]
  for (const each of Array.isArray(holder.$graph) ? holder.$graph : [])
    if (isMap(each)) yield* processesIn(each, version)
  for (const step of Array.isArray(holder.steps) ? holder.steps : []) {
    if (isMap(step) && isMap(step.run)) yield* processesIn(step.run, version)
  }
}

/** @param around processes and steps around the process, which it has requirements of */
type Change = (process: TreeMap, version: Tree | undefined, around: TreeMap[]) => TreeMap

function withProcesses(holder: TreeMap, outer: Tree | undefined, change: Change, around: TreeMap[] = []): TreeMap {
  const version = holder.cwlVersion ?? outer
  const copy = { ...holder }
  if (Array.isArray(holder.$graph)) {
    copy.$graph = holder.$graph.map(each => (isMap(each) ? withProcesses(each, version, change, around) : each))
  }
  if (Array.isArray(holder.steps)) {
    copy.steps = holder.steps.map(step =>
      isMap(step) && isMap(step.run)
        ? { ...step, run: withProcesses(step.run, version, change, [...around, holder, step]) }
        : step,
    )
  }
  return holder.class === undefined ? copy : without(change(copy, version, around), 'cwlVersion')
}

function raise(process: TreeMap, from: string, to: string, around: TreeMap[], tell: (note: string) => void): TreeMap {
  if (from === to) return process
  const worded = to === 'v1.2' ? (withEscapes(process) as TreeMap) : process
  if (to === 'v1.2' && loadsContents(process)) {
    tell(
      `${nameOf(process)} is of ${from}, which cuts the contents of a file at 64 KiB; from v1.2 on a larger file is refused`,
    )
  }
  return from === 'v1.0' ? fromFirst(worded, around) : worded
}

function fromFirst(process: TreeMap, around: TreeMap[]): TreeMap {
  const changes: TreeMap = {}
  for (const key of ['inputs', 'outputs']) {
    const ports = process[key]
    if (Array.isArray(ports))
      changes[key] = ports.map(port => (isMap(port) && !port.type ? { ...port, type: 'Any?' } : port))
  }
  if (process.class === 'Workflow') return { ...process, ...changes }
  const isTool = process.class === 'CommandLineTool'
  const hints = isTool ? withMemory(process.hints) : [...listOf(process.hints)]
  if (isTool && process.requirements !== undefined) changes.requirements = withMemory(process.requirements)
  if (!has(process, 'LoadListingRequirement'))
    hints.push({ class: 'LoadListingRequirement', loadListing: 'deep_listing' })
  const isSaid = [process, ...around].some(level => has(level, 'ResourceRequirement'))
  if (isTool && !isSaid) hints.push({ class: 'ResourceRequirement', ramMin: 1024 })
  return { ...process, ...changes, hints }
}

/** A tool that asks for cores only has the memory that it would have had. */
function withMemory(tree: Tree | undefined): Tree[] {
  return listOf(tree).map(each => {
    const asks = isMap(each) && (each.ramMin !== undefined || each.ramMax !== undefined)
    return isMap(each) && each.class === 'ResourceRequirement' && !asks ? { ...each, ramMin: 1024 } : each
  })
}

function has(level: TreeMap, name: string): boolean {
  return [...listOf(level.requirements), ...listOf(level.hints)].some(each => isMap(each) && each.class === name)
}

function listOf(tree: Tree | undefined): Tree[] {
  return Array.isArray(tree) ? tree : []
}

const PLAIN = new Set(['contents', 'default', 'doc', 'label', 'id', 'run', '$namespaces', '$schemas'])

function withEscapes(tree: Tree): Tree {
  if (typeof tree === 'string') return tree.includes('\\\\') && isExpression(tree) ? escaped(tree) : tree
  if (Array.isArray(tree)) return tree.map(withEscapes)
  if (!isMap(tree)) return tree
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [key, PLAIN.has(key) || key.includes(':') ? value : withEscapes(value)]),
  )
}

function escaped(text: string): string {
  try {
    return scan(text, 'reference')
      .map(part => {
        if (part.kind === 'reference') return `$(${part.code})`
        if (part.kind === 'body') return `\${${part.code}}`
        return part.text.replaceAll('\\\\', '\\\\\\\\').replace(/\$(?=[({])/g, '\\$')
      })
      .join('')
  } catch {
    return text
  }
}

function loadsContents(tree: Tree): boolean {
  if (Array.isArray(tree)) return tree.some(loadsContents)
  if (!isMap(tree)) return false
  return Object.entries(tree).some(([key, value]) =>
    key === 'loadContents' ? value === true : key !== 'run' && key !== 'default' && loadsContents(value),
  )
}

function nameOf({ id, class: name }: TreeMap): string {
  return typeof id === 'string' ? id : `a ${String(name)}`
}

function without(map: TreeMap, key: string): TreeMap {
  const { [key]: _, ...rest } = map
  return rest
}
