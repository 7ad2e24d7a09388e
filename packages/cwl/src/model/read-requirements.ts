import { copyPositions, isMap, type Tree, type TreeMap } from '../document/tree.ts'
import { isExpression } from '../expression/scan.ts'
import { RULES } from '../rules.ts'
import type { Value } from '../values.ts'
import { readDefault } from './default.ts'
import { checkExpression } from './expressions.ts'
import { checkFields } from './fields.ts'
import { GRAMMAR, REQUIREMENTS } from './grammar.ts'
import { nearest } from './names.ts'
import type { Requirement } from './process.ts'
import { asList, asWarnings, checkUnique, entries, kindOf, reportProblem, type Scope } from './scope.ts'
import { defineTypes } from './type.ts'
import { hasSince } from './version.ts'

export const KNOWN_REQUIREMENTS: ReadonlySet<string> = new Set(Object.keys(REQUIREMENTS))

/** Hints of Seven Bridges that are heeded, by the prefix as it is written whatever namespace it is declared with. */
export const PLATFORM_HINTS: ReadonlySet<string> = new Set([
  'sbg:CPURequirement',
  'sbg:MemRequirement',
  'sbg:AWSInstanceType',
  'sbg:GoogleInstanceType',
  'sbg:maxNumberOfParallelInstances',
  'sbg:SaveLogs',
])

/**
 * The requirements or hints of a process or step, as a list; environment variables and software packages as lists too.
 * The types of a SchemaDefRequirement become known to the scope.
 */
export function readRequirements(scope: Scope, holder: TreeMap, key: 'requirements' | 'hints'): Requirement[] {
  const written = entries(scope, holder, key, 'class').map(map => respelled(scope, map))
  return written.flatMap(map => {
    if (typeof map.class !== 'string') {
      reportProblem(scope, RULES.noClass(key), map)
      return []
    }
    if (!KNOWN_REQUIREMENTS.has(map.class) && !PLATFORM_HINTS.has(map.class)) {
      const finding = key === 'hints' ? RULES.unknownHint : RULES.unsupported
      reportProblem(scope, finding(map.class, nearest(map.class, KNOWN_REQUIREMENTS)), map)
    }
    if (map.class === 'SchemaDefRequirement') defineTypes(scope, map.types)
    return [key === 'hints' ? asWarnings(scope, inner => readOne(inner, map)) : readOne(scope, map)]
  })
}

/** The platform takes names of its own hints in any case. */
function respelled(scope: Scope, map: TreeMap): TreeMap {
  const { class: written } = map
  if (scope.strict || typeof written !== 'string' || PLATFORM_HINTS.has(written)) return map
  const name = [...PLATFORM_HINTS].find(hint => hint.toLowerCase() === written.toLowerCase())
  if (name === undefined) return map
  reportProblem(scope, RULES.hintSpelling(written, name), map)
  return copyPositions(map, { ...map, class: name })
}

/** Classes of all requirements and hints of a process or step, before they are read. */
export function classesIn(holder: TreeMap): string[] {
  return [holder.requirements, holder.hints].flatMap(written => {
    if (isMap(written)) return Object.keys(written)
    return asList(written).flatMap(item => (isMap(item) && typeof item.class === 'string' ? [item.class] : []))
  })
}

function readOne(scope: Scope, map: TreeMap): Requirement {
  const name = String(map.class)
  const grammar = Object.hasOwn(REQUIREMENTS, name) ? REQUIREMENTS[name] : undefined
  if (grammar) {
    checkFields(scope, map, { what: name, fields: { class: { kind: 'any' }, ...grammar.fields } })
    if (grammar.since && !hasSince(scope.version, grammar.since)) {
      reportProblem(scope, RULES.newer(name, grammar.since, scope.version), map)
    }
  }
  const requirement = { ...map, class: name }
  switch (name) {
    case 'EnvVarRequirement':
      return { ...requirement, envDef: readVariables(scope, map) }
    case 'SoftwareRequirement':
      for (const entry of entries(scope, map, 'packages', 'package', 'specs'))
        checkFields(scope, entry, GRAMMAR.package)
      return requirement
    case 'InitialWorkDirRequirement':
      checkListing(scope, map)
      return { ...requirement, listing: readListing(scope, map) }
    case 'InlineJavascriptRequirement':
      return {
        class: name,
        expressionLib: Array.isArray(map.expressionLib) ? map.expressionLib.map(String) : [],
      }
    case 'DockerRequirement': {
      const images = ['dockerPull', 'dockerLoad', 'dockerFile', 'dockerImport', 'dockerImageId']
      if (!images.some(image => image in map)) reportProblem(scope, RULES.noImage(), map)
      return requirement
    }
    case 'ResourceRequirement':
      checkResources(scope, map)
      return requirement
    case 'ToolTimeLimit':
      if (Number(map.timelimit) < 0) reportProblem(scope, RULES.negative('timelimit'), map, 'timelimit')
      return requirement
    default:
      return requirement
  }
}

function readVariables(scope: Scope, map: TreeMap): TreeMap[] {
  const variables = entries(scope, map, 'envDef', 'envName', 'envValue')
  checkUnique(scope, 'variables', variables, 'envName')
  return variables.map(entry => {
    checkFields(scope, entry, GRAMMAR.environment)
    return { ...entry }
  })
}

/** Only numbers can be compared before the run; expressions are checked when they have been evaluated. */
function checkResources(scope: Scope, map: TreeMap): void {
  for (const [key, value] of Object.entries(map)) {
    if (typeof value !== 'number') continue
    if (!Number.isInteger(value) && !hasSince(scope.version, 'v1.2')) {
      reportProblem(scope, RULES.notWhole(key, kindOf(value)), map, key)
    }
    if (value < 0) reportProblem(scope, RULES.negative(key), map, key)
  }
  for (const name of ['cores', 'ram', 'tmpdir', 'outdir']) {
    const [least, most] = [map[`${name}Min`], map[`${name}Max`]]
    if (typeof least === 'number' && typeof most === 'number' && least > most) {
      reportProblem(scope, RULES.minAboveMax(name, least, most), map, `${name}Min`)
    }
  }
}

function checkListing(scope: Scope, map: TreeMap): void {
  const check = (item: Tree, holder: TreeMap | Tree[], key: string | number) => {
    if (item === null || Array.isArray(item)) return
    if (typeof item === 'string' && isExpression(item)) checkExpression(scope, item, 'listing', holder, key)
    else if (!isMap(item)) {
      const expected = 'an expression, a File, a Directory or a map with entry'
      reportProblem(scope, RULES.wrongKind('an entry of listing', expected, kindOf(item)), holder, key)
    } else if (item.class !== 'File' && item.class !== 'Directory') checkDirent(scope, item)
  }
  const { listing } = map
  if (Array.isArray(listing)) for (const [index, item] of listing.entries()) check(item, listing, index)
  else if (listing !== undefined) check(listing, map, 'listing')
}

function checkDirent(scope: Scope, map: TreeMap): void {
  checkFields(scope, map, GRAMMAR.dirent)
  if (typeof map.entry !== 'string') return
  checkExpression(scope, map.entry, 'entry', map)
  const isNamed = map.entryname !== undefined && map.entryname !== null
  if (!isNamed && !isExpression(map.entry)) reportProblem(scope, RULES.noEntryName(), map)
}

/** Files written into a listing are relative to the document. */
function readListing(scope: Scope, map: TreeMap): Value {
  return readDefault(scope, map, 'listing') ?? []
}
