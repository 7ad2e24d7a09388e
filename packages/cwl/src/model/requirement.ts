import type { TreeMap } from '../document/tree.ts'
import type { Value } from '../values.ts'
import { readDefault } from './default.ts'
import type { Requirement } from './process.ts'
import { entries, kindOf, report, type Scope, warn } from './scope.ts'
import { defineTypes } from './type.ts'

/** Everything that may stand in `requirements` and that this engine knows. CWL v1.2 §4.3, §5.4 */
export const KNOWN_REQUIREMENTS: ReadonlySet<string> = new Set([
  'InlineJavascriptRequirement',
  'SchemaDefRequirement',
  'LoadListingRequirement',
  'DockerRequirement',
  'SoftwareRequirement',
  'InitialWorkDirRequirement',
  'EnvVarRequirement',
  'ShellCommandRequirement',
  'ResourceRequirement',
  'WorkReuse',
  'NetworkAccess',
  'InplaceUpdateRequirement',
  'ToolTimeLimit',
  'SubworkflowFeatureRequirement',
  'ScatterFeatureRequirement',
  'MultipleInputFeatureRequirement',
  'StepInputExpressionRequirement',
])

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
  return entries(scope, holder, key, 'class').flatMap(map => {
    if (typeof map.class !== 'string') {
      report(scope, `an entry of ${key} needs a class`, map)
      return []
    }
    if (!KNOWN_REQUIREMENTS.has(map.class) && !PLATFORM_HINTS.has(map.class)) {
      const effect = key === 'hints' ? 'and is ignored' : 'so what it is required for can not be run'
      warn(scope, `${map.class} is not known here, ${effect}`, map)
    }
    if (key === 'requirements') check(scope, map)
    if (map.class === 'SchemaDefRequirement') defineTypes(scope, map.types)
    return [normalise(scope, map)]
  })
}

function check(scope: Scope, map: TreeMap): void {
  if (map.class === 'ResourceRequirement' && scope.version !== 'v1.2') {
    for (const [key, value] of Object.entries(map)) {
      if (typeof value === 'number' && !Number.isInteger(value)) {
        report(scope, `${key} must be a whole number or an expression before v1.2, not ${kindOf(value)}`, map, key)
      }
    }
  }
  if (map.class === 'ToolTimeLimit' && typeof map.timelimit === 'number' && map.timelimit < 0) {
    report(scope, 'timelimit must not be negative', map, 'timelimit')
  }
}

function normalise(scope: Scope, map: TreeMap): Requirement {
  const requirement = { ...map, class: String(map.class) }
  if (map.class === 'EnvVarRequirement') {
    return { ...requirement, envDef: entries(scope, map, 'envDef', 'envName', 'envValue').map(entry => ({ ...entry })) }
  }
  if (map.class === 'InitialWorkDirRequirement') return { ...requirement, listing: readListing(scope, map) }
  if (map.class === 'InlineJavascriptRequirement') {
    const library = Array.isArray(map.expressionLib) ? map.expressionLib.map(String) : []
    return { class: requirement.class, expressionLib: library }
  }
  return requirement
}

/** Files written into a listing are relative to the document. */
function readListing(scope: Scope, map: TreeMap): Value {
  return Array.isArray(map.listing) ? (readDefault(scope, map, 'listing') ?? []) : ((map.listing as Value) ?? [])
}
