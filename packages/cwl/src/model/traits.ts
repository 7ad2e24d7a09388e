import { isMap, type Tree, type TreeMap } from '../document/tree.ts'
import { readBinding, readLoadListing } from './binding.ts'
import type { SecondaryFile } from './process.ts'
import { asList, expandName, optionalFlag, report, type Scope } from './scope.ts'

/** What inputs and the fields of records share, beside their type. */
export function inputTraits(scope: Scope, map: TreeMap) {
  const inputBinding = readBinding(scope, map, 'inputBinding')
  return {
    secondaryFiles: readSecondaryFiles(scope, map),
    format: readFormats(scope, map),
    loadContents: optionalFlag(scope, map, 'loadContents') ?? inputBinding?.loadContents ?? false,
    loadListing: readLoadListing(scope, map),
    inputBinding,
  }
}

/** Formats as URIs; an expression stays as it is. */
export function readFormats(scope: Scope, map: TreeMap): string[] {
  return asList(map.format).map(format => {
    const name = String(format)
    return name.includes('$(') || name.includes('${') ? name : expandName(scope, name)
  })
}

/** Spec: CWL v1.2 SecondaryFileSchema; before v1.1 a pattern was always a plain string and always required. */
export function readSecondaryFiles(scope: Scope, map: TreeMap): SecondaryFile[] {
  return asList(map.secondaryFiles).flatMap((item: Tree): SecondaryFile[] => {
    if (typeof item === 'string') return [fromText(scope, item)]
    if (isMap(item) && typeof item.pattern === 'string') {
      if (scope.version === 'v1.0') {
        report(scope, 'an entry of secondaryFiles must be a string; patterns in maps exist from v1.1 on', item)
      }
      const { required } = item
      const known = typeof required === 'boolean' || typeof required === 'string'
      const parsed = fromText(scope, item.pattern)
      return [known ? { pattern: parsed.pattern, required } : parsed]
    }
    report(
      scope,
      'an entry of secondaryFiles must be a pattern, an expression or a map with a pattern',
      map,
      'secondaryFiles',
    )
    return []
  })
}

/** `.bai?` is an optional `.bai`. */
function fromText(scope: Scope, pattern: string): SecondaryFile {
  const optional = scope.version !== 'v1.0' && pattern.endsWith('?') && !pattern.includes('$')
  return optional ? { pattern: pattern.slice(0, -1), required: false } : { pattern }
}
