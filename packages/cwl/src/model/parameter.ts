import { isMap, type TreeMap } from '../document/tree.ts'
import { readOutputBinding } from './binding.ts'
import { readDefault } from './default.ts'
import { shortName } from './names.ts'
import type { InputParameter, OutputParameter } from './process.ts'
import { checkFields, extensionsOf, prose, report, type Scope, text } from './scope.ts'
import { inputTraits, readFormats, readSecondaryFiles } from './traits.ts'
import { readType } from './type.ts'

const COMMON = ['id', 'type', 'label', 'doc', 'secondaryFiles', 'streamable', 'format']
const INPUT_FIELDS = new Set([...COMMON, 'default', 'loadContents', 'loadListing', 'inputBinding'])
const OUTPUT_FIELDS = new Set([...COMMON, 'outputBinding', 'outputSource', 'linkMerge', 'pickValue'])

export function readInput(scope: Scope, map: TreeMap): InputParameter {
  checkFields(scope, map, INPUT_FIELDS, 'an input')
  return {
    id: idOf(scope, map, 'an input'),
    type: map.type === 'stdin' ? { kind: 'File' } : readType(scope, map.type, map),
    default: readDefault(scope, map),
    label: text(scope, map, 'label'),
    doc: prose(map, 'doc'),
    extensions: extensionsOf(map),
    ...inputTraits(scope, map),
  }
}

/** The `type` of an output may be `stdout` or `stderr`; who reads a tool replaces that before. */
export function readOutput(scope: Scope, map: TreeMap): OutputParameter {
  checkFields(scope, map, OUTPUT_FIELDS, 'an output')
  return {
    id: idOf(scope, map, 'an output'),
    type: readType(scope, map.type, map),
    label: text(scope, map, 'label'),
    doc: prose(map, 'doc'),
    secondaryFiles: readSecondaryFiles(scope, map),
    format: readFormats(scope, map)[0],
    outputBinding: readOutputBinding(scope, map),
    extensions: { ...(isMap(map.outputBinding) ? extensionsOf(map.outputBinding) : {}), ...extensionsOf(map) },
  }
}

export function idOf(scope: Scope, map: TreeMap, what: string): string {
  if (typeof map.id === 'string' && map.id !== '') return shortName(map.id)
  report(scope, `${what} needs an id`, map)
  return ''
}
