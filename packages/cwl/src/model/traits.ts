import { isMap, type Tree, type TreeMap } from '../document/tree.ts'
import { RULES } from '../rules.ts'
import { readBinding, readLoadListing } from './binding.ts'
import { checkExpression } from './expressions.ts'
import { checkFields } from './fields.ts'
import { GRAMMAR } from './grammar.ts'
import type { SecondaryFile } from './process.ts'
import { asList, expandName, itemPosition, kindOf, optionalFlag, reportProblem, type Scope } from './scope.ts'

/** What inputs and the fields of records share, beside their type. */
export function inputTraits(scope: Scope, map: TreeMap) {
  const inputBinding = readBinding(scope, map, 'inputBinding')
  return {
    secondaryFiles: readSecondaryFiles(scope, map),
    format: readFormats(scope, map),
    loadContents: optionalFlag(map, 'loadContents') ?? inputBinding?.loadContents ?? false,
    loadListing: readLoadListing(map),
    inputBinding,
  }
}

/** Formats as URIs; an expression stays as it is. */
export function readFormats(scope: Scope, map: TreeMap): string[] {
  return asList(map.format).flatMap(format => {
    if (typeof format !== 'string') return []
    const name = format
    return name.includes('$(') || name.includes('${') ? name : expandName(scope, name)
  })
}

/** Spec: CWL v1.2 SecondaryFileSchema; before v1.1 a pattern was always a plain string and always required. */
export function readSecondaryFiles(scope: Scope, map: TreeMap): SecondaryFile[] {
  return asList(map.secondaryFiles).flatMap((item: Tree, index): SecondaryFile[] => {
    const [node, key] = itemPosition(map, 'secondaryFiles', index)
    if (typeof item === 'string') {
      checkExpression(scope, item, 'secondaryFiles', node, key)
      return [fromText(scope, item)]
    }
    if (!isMap(item)) {
      const expected = 'a pattern, an expression or a map with a pattern'
      reportProblem(scope, RULES.wrongKind('an entry of secondaryFiles', expected, kindOf(item)), node, key)
      return []
    }
    checkFields(scope, item, GRAMMAR.secondaryFile)
    if (scope.version === 'v1.0') reportProblem(scope, RULES.tooNew('a map in secondaryFiles', 'v1.1'), item)
    if (typeof item.pattern !== 'string') return []
    const { required } = item
    const known = typeof required === 'boolean' || typeof required === 'string'
    const parsed = fromText(scope, item.pattern)
    return [known ? { pattern: parsed.pattern, required } : parsed]
  })
}

/** `.bai?` is an optional `.bai`. */
function fromText(scope: Scope, pattern: string): SecondaryFile {
  const optional = scope.version !== 'v1.0' && pattern.endsWith('?') && !pattern.includes('$')
  return optional ? { pattern: pattern.slice(0, -1), required: false } : { pattern }
}
