import { copyPositions, isMap, type Tree, type TreeMap } from '../document/tree.ts'
import { bareId, changed, described, scriptOrNone, withScripts } from './parts.ts'
import { scriptText } from './script.ts'

/** Seven Bridges' dialect of draft-2, or the plain one: they differ in a list with a prefix and no separator. */
export type Dialect = 'sbg' | 'plain'

/** Key of a converted binding whose prefix stands before each item. */
export const PREFIX_EACH = 'draft-2:prefixEach'

/** An input of a tool or workflow. What its binding says about files belongs to the input itself from v1.0 on. */
export function upgradeInput(input: TreeMap, dialect: Dialect): TreeMap {
  return changed(input, {
    ...described(input),
    id: bareId(input.id),
    required: undefined,
    ...upgradeInputTraits(input, dialect),
  })
}

function upgradeInputTraits(input: TreeMap, dialect: Dialect): { [key: string]: Tree | undefined } {
  const binding = isMap(input.inputBinding) ? input.inputBinding : undefined
  const bound = binding && binding['sbg:cmdInclude'] !== false
  return {
    type: optional(upgradeType(input.type ?? null, dialect), input.required === false),
    inputBinding: bound ? upgradeBinding(binding, dialect) : undefined,
    loadContents: binding?.loadContents ?? input.loadContents,
    secondaryFiles: secondaryFiles(binding?.secondaryFiles ?? input.secondaryFiles),
    format: input.format === undefined ? undefined : withScripts(input.format),
  }
}

export function upgradeOutput(output: TreeMap, dialect: Dialect): TreeMap {
  const binding = isMap(output.outputBinding) ? output.outputBinding : undefined
  const { 'sbg:inheritMetadataFrom': from, 'sbg:metadata': metadata, ...plain } = binding ?? {}
  const inherit = from ?? output['sbg:inheritMetadataFrom']
  const set = metadata ?? output['sbg:metadata']
  return changed(output, {
    ...described(output),
    id: bareId(output.id),
    required: undefined,
    type: optional(upgradeType(output.type ?? null, dialect), output.required === false),
    secondaryFiles: secondaryFiles(binding?.secondaryFiles ?? output.secondaryFiles),
    outputBinding:
      binding &&
      changed(copyPositions(binding, plain), {
        glob:
          binding.glob === undefined || binding.glob === null || binding.glob === '' ? undefined : glob(binding.glob),
        outputEval: scriptOrNone(binding.outputEval),
        secondaryFiles: undefined,
      }),
    'sbg:inheritMetadataFrom': inherit === undefined ? undefined : bareId(inherit),
    'sbg:metadata': set === undefined ? undefined : withScripts(set),
  })
}

/** One pattern or more; `./` before a pattern means nothing. */
function glob(tree: Tree): Tree {
  if (Array.isArray(tree)) return copyPositions(tree, tree.map(glob))
  return typeof tree === 'string' ? scriptText(tree.replace(/^(\.\/)+(?=.)/, '')) : scriptText(tree)
}

/** What lies beside a file came along when it was there; nobody missed it else. */
function secondaryFiles(tree: Tree | undefined): Tree | undefined {
  if (tree === undefined || tree === null) return undefined
  return (Array.isArray(tree) ? tree : [tree]).map(item => {
    const pattern = scriptText(item)
    const entry: TreeMap = { pattern, required: false }
    return typeof item === 'object' && item !== null ? copyPositions(item, entry) : copyPositions(tree as Tree[], entry)
  })
}

/** A type; of an array, record or enum with the bindings inside of it. */
export function upgradeType(type: Tree, dialect: Dialect): Tree {
  if (Array.isArray(type)) {
    const members = type.map(item => upgradeType(item, dialect))
    // every type was written as a list, most of them of one
    return members.length === 1 ? members[0]! : copyPositions(type, members)
  }
  if (!isMap(type)) return type
  return changed(type, {
    type: upgradeType(type.type ?? null, dialect),
    description: undefined,
    ...(type.items === undefined ? {} : { items: upgradeType(type.items, dialect) }),
    ...(Array.isArray(type.fields) ? { fields: type.fields.map(field => upgradeField(field, dialect)) } : {}),
    inputBinding: isMap(type.inputBinding) ? upgradeBinding(type.inputBinding, dialect) : undefined,
  })
}

function upgradeField(field: Tree, dialect: Dialect): Tree {
  if (!isMap(field)) return field
  const name = bareId(field.name ?? field.id)
  return changed(field, {
    ...described(field),
    name,
    id: undefined,
    required: undefined,
    ...upgradeInputTraits(field, dialect),
  })
}

function optional(type: Tree, isOptional: boolean): Tree {
  if (!isOptional || type === 'null') return type
  const members = Array.isArray(type) ? type : [type]
  return members.includes('null') ? type : ['null', ...members]
}

/** A binding of an input or an argument. */
export function upgradeBinding(binding: TreeMap, dialect: Dialect): TreeMap {
  const { prefix, itemSeparator, position, valueFrom } = binding
  const each = itemSeparator === null || (itemSeparator === undefined && dialect === 'sbg')
  const hasPrefix = prefix !== undefined && prefix !== null && prefix !== ''
  return changed(binding, {
    id: undefined,
    secondaryFiles: undefined,
    prefix: hasPrefix ? prefix : undefined,
    itemSeparator: itemSeparator ?? undefined,
    position:
      typeof position === 'string' && Number.isInteger(Number(position)) ? Number(position) : (position ?? undefined),
    valueFrom: valueFrom === undefined || valueFrom === null ? undefined : scriptText(valueFrom),
    separate: binding.separate ?? undefined,
    loadContents: binding.loadContents ?? undefined,
    [PREFIX_EACH]: hasPrefix && each ? true : undefined,
  })
}
