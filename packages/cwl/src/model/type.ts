import { resolveUri } from '../document/fetch.ts'
import { isMap, type Tree, type TreeMap } from '../document/tree.ts'
import { isFull } from '../problem.ts'
import { RULES } from '../rules.ts'
import { readBinding, readOutputBinding } from './binding.ts'
import { checkFields } from './fields.ts'
import { GRAMMAR } from './grammar.ts'
import { fragmentOf, nearest, shortName } from './names.ts'
import type { PrimitiveName, RecordField, Type } from './process.ts'
import {
  asList,
  baseOf,
  chargeSize,
  checkUnique,
  embed,
  entries,
  kindOf,
  readProse,
  reportProblem,
  type Scope,
  type TypeDefinition,
  text,
  texts,
} from './scope.ts'
import { inputTraits } from './traits.ts'

const ANYTHING: Type = { kind: 'Any' }

const PRIMITIVES: readonly string[] = [
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'string',
  'File',
  'Directory',
  'Any',
] satisfies PrimitiveName[]

/** What types are called in other languages. */
const ELSEWHERE: { [name: string]: string } = {
  integer: 'int',
  number: 'double',
  bool: 'boolean',
  str: 'string',
  text: 'string',
  path: 'File',
  dir: 'Directory',
  folder: 'Directory',
  object: 'record',
}

/**
 * A type in any of its written forms: a name with `?` and `[]` behind it, a list (a union), a map (record, array, enum),
 * or the name of a type from SchemaDefRequirement, which is put in its place. Spec: CWL v1.2 §4.2 (type DSL).
 */
export function readType(scope: Scope, tree: Tree | undefined, holder: TreeMap, key = 'type'): Type {
  if (typeof tree === 'string') return named(scope, tree, holder, key)
  if (Array.isArray(tree)) return { kind: 'union', of: tree.map(item => readType(scope, item, holder, key)) }
  if (isMap(tree)) return schema(scope, tree)
  reportProblem(scope, RULES.noType(key, kindOf(tree)), holder, key)
  return { kind: 'Any' }
}

/** Makes the types of a SchemaDefRequirement known; a later one of the same name wins. */
export function defineTypes(scope: Scope, types: Tree | undefined): void {
  for (const item of asList(types)) {
    if (Array.isArray(item)) defineTypes(scope, item)
    else if (isMap(item)) define(scope, item)
  }
}

function define(scope: Scope, tree: TreeMap): void {
  if (typeof tree.name !== 'string') {
    reportProblem(scope, RULES.noTypeName(), tree)
    return
  }
  const definition: TypeDefinition = { tree, reading: false }
  scope.types.set(resolveUri(tree.name.includes('#') ? tree.name : `#${tree.name}`, baseOf(scope, tree)), definition)
  scope.types.set(fragmentOf(tree.name), definition)
  scope.types.set(shortName(tree.name), definition)
}

function named(scope: Scope, name: string, holder: TreeMap, key: string): Type {
  if (name.endsWith('?')) return { kind: 'union', of: [{ kind: 'null' }, named(scope, name.slice(0, -1), holder, key)] }
  if (name.endsWith('[]')) return { kind: 'array', items: named(scope, name.slice(0, -2), holder, key) }
  if (PRIMITIVES.includes(name)) return { kind: name as PrimitiveName }
  const definition =
    scope.types.get(resolveUri(name.includes('#') ? name : `#${name}`, baseOf(scope, holder))) ??
    scope.types.get(fragmentOf(name)) ??
    scope.types.get(shortName(name))
  if (definition) return resolve(scope, definition, holder, key)
  const near = isFull(scope.problems) ? undefined : nearType(scope, name)
  reportProblem(scope, RULES.unknownType(name, near), holder, key)
  return { kind: 'Any' }
}

function nearType(scope: Scope, name: string): string | undefined {
  const known = [...PRIMITIVES, ...scope.types.keys()].filter(type => !type.includes(':'))
  return ELSEWHERE[name.toLowerCase()] ?? nearest(name, known)
}

/** A type is as large as all types that it names, each as often as it is named: types of types grow beyond all bounds. */
function resolve(scope: Scope, definition: TypeDefinition, holder: TreeMap, key: string): Type {
  const { type, size } = definition
  if (type) return size && !chargeSize(scope, size, holder, key) ? ANYTHING : type
  if (definition.reading) {
    reportProblem(scope, RULES.ownType(String(definition.tree.name)), definition.tree)
    return ANYTHING
  }
  definition.reading = true
  const before = { ...scope.work }
  definition.type = embed(scope, definition.tree, holder, key) ? schema(scope, definition.tree) : ANYTHING
  const { values, bytes } = scope.work
  definition.size = { values: values - before.values, bytes: bytes - before.bytes }
  definition.reading = false
  return definition.type
}

function schema(scope: Scope, tree: TreeMap): Type {
  if (tree.type === 'array' || tree.type === 'record' || tree.type === 'enum') {
    checkFields(scope, tree, GRAMMAR[tree.type])
  }
  const name = typeof tree.name === 'string' ? shortName(tree.name) : undefined
  const inputBinding = readBinding(scope, tree, 'inputBinding')
  switch (tree.type) {
    case 'array':
      return { kind: 'array', items: itemsOf(scope, tree), name, inputBinding }
    case 'record':
      return {
        kind: 'record',
        name,
        fields: readFields(scope, tree),
        inputBinding,
      }
    case 'enum':
      return {
        kind: 'enum',
        name,
        symbols: texts(tree, 'symbols').map(shortName),
        inputBinding,
      }
    default:
      return readType(scope, tree.type, tree)
  }
}

function itemsOf(scope: Scope, tree: TreeMap): Type {
  return tree.items === undefined || tree.items === null ? { kind: 'Any' } : readType(scope, tree.items, tree, 'items')
}

function readFields(scope: Scope, tree: TreeMap): RecordField[] {
  const fields = entries(scope, tree, 'fields', 'name', 'type')
  checkUnique(scope, 'fields', fields, 'name')
  return fields.map(field => readField(scope, field))
}

function readField(scope: Scope, map: TreeMap): RecordField {
  checkFields(scope, map, GRAMMAR.recordField)
  if (typeof map.name !== 'string') reportProblem(scope, RULES.missingField('a field of a record', 'name'), map)
  return {
    id: shortName(String(map.name ?? '')),
    type: map.type === undefined || map.type === null ? { kind: 'Any' } : readType(scope, map.type, map),
    label: text(map, 'label'),
    doc: readProse(map, 'doc'),
    outputBinding: readOutputBinding(scope, map),
    ...inputTraits(scope, map),
  }
}

function bracketed(type: Type): string {
  return type.kind === 'union' || type.kind === 'enum' ? `(${typeName(type)})` : typeName(type)
}

const typeNames = new WeakMap<Type, string>()

/** A type with its documentation left out, for messages: `File[]?`, `record`. */
export function typeName(type: Type): string {
  const known = typeNames.get(type)
  if (known !== undefined) return known
  const name = newName(type)
  typeNames.set(type, name)
  return name
}

function newName(type: Type): string {
  switch (type.kind) {
    case 'array':
      return `${bracketed(type.items)}[]`
    case 'union': {
      const rest = type.of.filter(member => member.kind !== 'null')
      if (rest.length === 1 && type.of.length === 2) return `${bracketed(rest[0]!)}?`
      return type.of.map(typeName).join(' or ')
    }
    case 'enum':
      return `one of ${type.symbols.join(', ')}`
    case 'record':
      return type.name ? `record ${type.name}` : 'record'
    default:
      return type.kind
  }
}
