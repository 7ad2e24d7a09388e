import { resolveUri } from '../document/fetch.ts'
import { isMap, type Tree, type TreeMap } from '../document/tree.ts'
import { readBinding, readOutputBinding } from './binding.ts'
import { fragmentOf, nearest, shortName } from './names.ts'
import type { PrimitiveName, RecordField, Type } from './process.ts'
import { asList, baseOf, entries, kindOf, prose, report, type Scope, type TypeDefinition, text } from './scope.ts'
import { inputTraits } from './traits.ts'

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

/**
 * A type in any of its written forms: a name with `?` and `[]` behind it, a list (a union), a map (record, array, enum),
 * or the name of a type from SchemaDefRequirement, which is put in its place. Spec: CWL v1.2 §4.2 (type DSL).
 */
export function readType(scope: Scope, tree: Tree | undefined, holder: TreeMap, key = 'type'): Type {
  if (typeof tree === 'string') return named(scope, tree, holder, key)
  if (Array.isArray(tree)) return { kind: 'union', of: tree.map(item => readType(scope, item, holder, key)) }
  if (isMap(tree)) return schema(scope, tree)
  report(scope, `${key} must be a type, not ${kindOf(tree)}`, holder, key)
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
    report(scope, 'a type of SchemaDefRequirement needs a name', tree)
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
  if (definition) return resolve(scope, definition)
  const near = nearest(
    name,
    [...PRIMITIVES, ...scope.types.keys()].filter(known => !known.includes(':')),
  )
  report(scope, `there is no type ${name}${near ? `; is ${near} meant?` : ''}`, holder, key)
  return { kind: 'Any' }
}

function resolve(scope: Scope, definition: TypeDefinition): Type {
  if (definition.type) return definition.type
  if (definition.reading) {
    report(scope, `the type ${String(definition.tree.name)} contains itself`, definition.tree)
    return { kind: 'Any' }
  }
  definition.reading = true
  definition.type = schema(scope, definition.tree)
  definition.reading = false
  return definition.type
}

function schema(scope: Scope, tree: TreeMap): Type {
  const name = typeof tree.name === 'string' ? shortName(tree.name) : undefined
  const inputBinding = readBinding(scope, tree, 'inputBinding')
  switch (tree.type) {
    case 'array':
      return { kind: 'array', items: readType(scope, tree.items, tree, 'items'), name, inputBinding }
    case 'record':
      return {
        kind: 'record',
        name,
        fields: entries(scope, tree, 'fields', 'name', 'type').map(f => readField(scope, f)),
        inputBinding,
      }
    case 'enum':
      return {
        kind: 'enum',
        name,
        symbols: asList(tree.symbols).map(symbol => shortName(String(symbol))),
        inputBinding,
      }
    default:
      return readType(scope, tree.type, tree)
  }
}

function readField(scope: Scope, map: TreeMap): RecordField {
  return {
    id: shortName(String(map.name ?? '')),
    type: readType(scope, map.type, map),
    label: text(scope, map, 'label'),
    doc: prose(map, 'doc'),
    outputBinding: readOutputBinding(scope, map),
    ...inputTraits(scope, map),
  }
}

/** A type with its documentation left out, for messages: `File[]?`, `record`. */
export function typeName(type: Type): string {
  switch (type.kind) {
    case 'array':
      return type.items.kind === 'union' ? `(${typeName(type.items)})[]` : `${typeName(type.items)}[]`
    case 'union': {
      const rest = type.of.filter(member => member.kind !== 'null')
      if (rest.length === 1 && type.of.length === 2) return `${typeName(rest[0]!)}?`
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
