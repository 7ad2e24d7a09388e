import { isMap, type TreeMap } from '../document/tree.ts'
import { PREFIX_EACH } from '../upgrade/ports.ts'
import type { CommandLineBinding, OutputBinding } from './process.ts'
import { checkFields, choice, flag, kindOf, optionalFlag, report, type Scope, text, texts } from './scope.ts'

const INPUT_FIELDS = new Set([
  'position',
  'prefix',
  'separate',
  'itemSeparator',
  'valueFrom',
  'shellQuote',
  'loadContents',
])
const OUTPUT_FIELDS = new Set(['glob', 'loadContents', 'loadListing', 'outputEval'])
const LISTINGS = ['no_listing', 'shallow_listing', 'deep_listing'] as const

/** The CommandLineBinding at `key`, if there is one. */
export function readBinding(scope: Scope, holder: TreeMap, key: string): CommandLineBinding | undefined {
  const map = holder[key]
  if (map === undefined || map === null) return undefined
  if (!isMap(map)) {
    report(scope, `${key} must be a map, not ${kindOf(map)}`, holder, key)
    return undefined
  }
  return bindingOf(scope, map)
}

export function bindingOf(scope: Scope, map: TreeMap): CommandLineBinding {
  checkFields(scope, map, INPUT_FIELDS, 'an input binding')
  const { position, valueFrom } = map
  const evaluated = typeof position === 'string' && position.includes('$')
  if (position !== undefined && position !== null && typeof position !== 'number' && !evaluated) {
    report(scope, `position must be a number or an expression, not ${kindOf(position)}`, map, 'position')
  }
  if (evaluated && scope.version === 'v1.0') {
    report(scope, 'position may be an expression from v1.1 on', map, 'position')
  }
  return {
    position: typeof position === 'number' || evaluated ? position : undefined,
    prefix: text(scope, map, 'prefix'),
    separate: optionalFlag(scope, map, 'separate'),
    itemSeparator: text(scope, map, 'itemSeparator'),
    valueFrom: valueFrom === undefined || valueFrom === null ? undefined : String(valueFrom),
    shellQuote: optionalFlag(scope, map, 'shellQuote'),
    loadContents: optionalFlag(scope, map, 'loadContents'),
    ...(map[PREFIX_EACH] === true ? { prefixEach: true } : {}),
  }
}

export function readOutputBinding(scope: Scope, holder: TreeMap): OutputBinding | undefined {
  const map = holder.outputBinding
  if (map === undefined || map === null) return undefined
  if (!isMap(map)) {
    report(scope, `outputBinding must be a map, not ${kindOf(map)}`, holder, 'outputBinding')
    return undefined
  }
  checkFields(scope, map, OUTPUT_FIELDS, 'an output binding')
  return {
    glob: texts(scope, map, 'glob'),
    loadContents: flag(scope, map, 'loadContents'),
    loadListing: readLoadListing(scope, map),
    outputEval: text(scope, map, 'outputEval'),
  }
}

export function readLoadListing(scope: Scope, map: TreeMap) {
  const listing = choice(scope, map, 'loadListing', LISTINGS)
  if (listing && scope.version === 'v1.0') report(scope, 'loadListing exists from v1.1 on', map, 'loadListing')
  return listing
}
