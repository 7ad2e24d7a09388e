import { isMap, type TreeMap } from '../document/tree.ts'
import { isExpression } from '../expression/scan.ts'
import { RULES } from '../rules.ts'
import { PREFIX_EACH } from '../upgrade/ports.ts'
import { checkFields } from './fields.ts'
import { GRAMMAR } from './grammar.ts'
import type { CommandLineBinding, OutputBinding } from './process.ts'
import { choice, expression, optionalFlag, readFlag, reportProblem, type Scope, text, texts } from './scope.ts'

/** The CommandLineBinding at `key`, if there is one. */
export function readBinding(scope: Scope, holder: TreeMap, key: string): CommandLineBinding | undefined {
  const map = holder[key]
  return isMap(map) ? bindingOf(scope, map) : undefined
}

export function bindingOf(scope: Scope, map: TreeMap): CommandLineBinding {
  checkFields(scope, map, GRAMMAR.inputBinding)
  const { position } = map
  const evaluated = typeof position === 'string' && isExpression(position)
  if (evaluated && scope.version === 'v1.0') {
    reportProblem(scope, RULES.tooNew('an expression as position', 'v1.1'), map, 'position')
  }
  return {
    position: typeof position === 'number' || evaluated ? position : undefined,
    prefix: text(map, 'prefix'),
    separate: optionalFlag(map, 'separate'),
    itemSeparator: text(map, 'itemSeparator'),
    valueFrom: map.valueFrom === null ? null : expression(map, 'valueFrom'),
    shellQuote: optionalFlag(map, 'shellQuote'),
    loadContents: optionalFlag(map, 'loadContents'),
    ...(map[PREFIX_EACH] === true ? { prefixEach: true } : {}),
  }
}

export function readOutputBinding(scope: Scope, holder: TreeMap): OutputBinding | undefined {
  const map = holder.outputBinding
  if (!isMap(map)) return undefined
  checkFields(scope, map, GRAMMAR.outputBinding)
  return {
    glob: texts(map, 'glob'),
    loadContents: readFlag(map, 'loadContents'),
    loadListing: readLoadListing(map),
    outputEval: text(map, 'outputEval'),
  }
}

export function readLoadListing(map: TreeMap) {
  return choice(map, 'loadListing', ['no_listing', 'shallow_listing', 'deep_listing'] as const)
}
