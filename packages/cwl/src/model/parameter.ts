import { isMap, type TreeMap } from '../document/tree.ts'
import { RULES } from '../rules.ts'
import { readOutputBinding } from './binding.ts'
import { checkValue, fitsLoosely } from './check.ts'
import { readDefault } from './default.ts'
import { checkFields } from './fields.ts'
import { GRAMMAR, type Grammar } from './grammar.ts'
import { shortName } from './names.ts'
import type { InputParameter, OutputParameter, Type } from './process.ts'
import { extensionsOf, readProse, reportProblem, type Scope, text } from './scope.ts'
import { inputTraits, readFormats, readSecondaryFiles } from './traits.ts'
import { readType } from './type.ts'

export function readInput(scope: Scope, map: TreeMap): InputParameter {
  checkFields(scope, map, GRAMMAR.input)
  const type: Type = map.type === 'stdin' ? { kind: 'File' } : typeOf(scope, map, 'an input')
  const value = readDefault(scope, map)
  const fault = value === undefined || value === null ? undefined : checkValue(type, value)
  if (fault) {
    const finding =
      scope.alone && (scope.strict || !fitsLoosely(type, value!)) ? RULES.failingDefault : RULES.unfitDefault
    reportProblem(scope, finding(fault), map, 'default')
  }
  return {
    id: idOf(scope, map, 'an input'),
    type,
    default: value,
    label: text(map, 'label'),
    doc: readProse(map, 'doc'),
    extensions: extensionsOf(map),
    ...inputTraits(scope, map),
  }
}

/** The `type` of an output may be `stdout` or `stderr`; who reads a tool replaces that before. */
export function readOutput(scope: Scope, map: TreeMap, grammar: Grammar): OutputParameter {
  checkFields(scope, map, grammar)
  return {
    id: idOf(scope, map, 'an output'),
    type: typeOf(scope, map, 'an output'),
    label: text(map, 'label'),
    doc: readProse(map, 'doc'),
    secondaryFiles: readSecondaryFiles(scope, map),
    format: readFormats(scope, map)[0],
    outputBinding: readOutputBinding(scope, map),
    extensions: { ...(isMap(map.outputBinding) ? extensionsOf(map.outputBinding) : {}), ...extensionsOf(map) },
  }
}

/** v1.0 let a parameter be without a type. */
function typeOf(scope: Scope, map: TreeMap, what: string): Type {
  const missing = map.type === undefined || map.type === null
  if (!missing || scope.version !== 'v1.0') return readType(scope, map.type, map)
  reportProblem(scope, RULES.noTypeAtAll(what), map)
  return { kind: 'union', of: [{ kind: 'null' }, { kind: 'Any' }] }
}

export function idOf(scope: Scope, map: TreeMap, what: string): string {
  if (typeof map.id === 'string' && map.id !== '') return shortName(map.id)
  reportProblem(scope, RULES.noId(what), map)
  return ''
}
