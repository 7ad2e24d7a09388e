import { resolveUri } from '../document/fetch.ts'
import { isMap, type Tree, type TreeMap } from '../document/tree.ts'
import { RULES } from '../rules.ts'
import type { Value } from '../values.ts'
import { baseOf, expandName, reportProblem, type Scope } from './scope.ts'

/**
 * A default value of a document. Files and Directories in it get an absolute `location`; `path` is another way to write
 * one. Where the fetcher allows no reference, one that names something outside is a problem.
 */
export function readDefault(scope: Scope, map: TreeMap, key = 'default'): Value | undefined {
  const value = map[key]
  return value === undefined ? undefined : locate(scope, value, map, key)
}

function locate(scope: Scope, value: Tree, holder: TreeMap | Tree[], key: string | number): Value {
  if (Array.isArray(value)) return value.map((item, index) => locate(scope, item, value, index))
  if (!isMap(value)) return value
  const copy: TreeMap = {}
  for (const [name, item] of Object.entries(value)) copy[name] = locate(scope, item, value, name) as Tree
  if (value.class !== 'File' && value.class !== 'Directory') return copy as Value
  const reference = value.location ?? value.path
  if (typeof reference === 'string') {
    const uri = resolveUri(reference, baseOf(scope, value))
    const refusal = scope.library.fetcher.refuseDefault(uri)
    delete copy.path
    delete copy.location
    // what is refused is not there either: among hints a problem is no more than a warning
    if (refusal) reportProblem(scope, RULES.outsideDefault(refusal), holder, key)
    else copy.location = uri
  }
  if (typeof copy.format === 'string') copy.format = expandName(scope, copy.format)
  return copy as Value
}
