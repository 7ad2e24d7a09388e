import { isMap, type Tree, type TreeMap } from '../document/tree.ts'
import { isScript } from './script.ts'

/** Labels of draft-2: Seven Bridges' own, the plain one, and how documents write it. */
export function isDraft2Label(version: Tree | undefined): boolean {
  return typeof version === 'string' && /^(sbg:|cwl:|https:\/\/w3id\.org\/cwl\/)?draft-2(\.dev\d+)?$/.test(version)
}

/**
 * True for a process that has draft-2's shape whatever version it claims: a script in a map, a requirement that only draft-2
 * has, steps with `inputs`, or ports whose ids are `#name` and that are described by `description`. What a step of it runs,
 * and values, are not looked into.
 */
export function hasDraft2Shape(process: TreeMap): boolean {
  const requirements = [...listOf(process.requirements), ...listOf(process.hints)]
  if (requirements.some(each => isMap(each) && OLD_REQUIREMENTS.has(String(each.class)))) return true
  const steps = listOf(process.steps)
  if (steps.some(step => isMap(step) && step.in === undefined && Array.isArray(step.inputs))) return true
  const ports = [...listOf(process.inputs), ...listOf(process.outputs)]
  if (hasOldIds(process) && [process, ...ports].some(each => isMap(each) && each.description !== undefined)) return true
  return holdsScript(process)
}

const OLD_REQUIREMENTS = new Set(['ExpressionEngineRequirement', 'CreateFileRequirement'])
const PASSED_OVER = new Set(['steps', 'default', 'doc', 'description', '$graph'])

/** All ports have ids like `#name`; with packed documents of later versions there is a path before the name. */
export function hasOldIds(process: TreeMap): boolean {
  const ports = [...listOf(process.inputs), ...listOf(process.outputs)]
  return ports.length > 0 && ports.every(hasOldId)
}

function hasOldId(port: Tree): boolean {
  return isMap(port) && typeof port.id === 'string' && /^#[^#/]+$/.test(port.id)
}

function holdsScript(tree: Tree): boolean {
  if (Array.isArray(tree)) return tree.some(holdsScript)
  if (!isMap(tree)) return false
  const entries = Object.entries(tree)
  if (isScript(tree)) return true
  return entries.some(([key, value]) => !PASSED_OVER.has(key) && !key.includes(':') && holdsScript(value))
}

function listOf(tree: Tree | undefined): Tree[] {
  return Array.isArray(tree) ? tree : []
}
