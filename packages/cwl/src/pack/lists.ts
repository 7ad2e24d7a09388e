import { copyPositions, isMap, type Tree, type TreeMap } from '../document/tree.ts'

/**
 * A process whose inputs, outputs, steps, requirements and hints are lists, and those in its steps, however they were
 * written: so the platform keeps them, and scripts read `raw['inputs'][0]['id']`. SALAD v1.2, identifier maps
 */
export function withLists(process: TreeMap): TreeMap {
  const changes: TreeMap = {}
  for (const key of ['inputs', 'outputs']) change(changes, process, key, tree => entries(tree, 'id', 'type'))
  for (const key of ['requirements', 'hints']) change(changes, process, key, requirements)
  change(changes, process, 'steps', steps)
  return copyPositions(process, { ...process, ...changes })
}

/** The fields of a record as a list. */
export function withFieldList(type: TreeMap): TreeMap {
  if (type.type !== 'record' || !isMap(type.fields)) return type
  return copyPositions(type, { ...type, fields: entries(type.fields, 'name', 'type') })
}

function change(changes: TreeMap, holder: TreeMap, key: string, list: (tree: Tree) => Tree): void {
  if (Object.hasOwn(holder, key)) changes[key] = list(holder[key]!)
}

function steps(tree: Tree): Tree {
  return eachMap(entries(tree, 'id'), step => {
    const changes: TreeMap = {}
    change(changes, step, 'in', ports => entries(ports, 'id', 'source'))
    for (const key of ['requirements', 'hints']) change(changes, step, key, requirements)
    return copyPositions(step, { ...step, ...changes })
  })
}

function requirements(tree: Tree): Tree {
  return eachMap(entries(tree, 'class'), each => {
    if (each.class === 'EnvVarRequirement' && isMap(each.envDef)) {
      return copyPositions(each, { ...each, envDef: entries(each.envDef, 'envName', 'envValue') })
    }
    if (each.class === 'SoftwareRequirement' && isMap(each.packages)) {
      return copyPositions(each, { ...each, packages: entries(each.packages, 'package', 'specs') })
    }
    return each
  })
}

/** Nothing is an empty list, and a map a list of its entries, each with its name; anything else stays as it is. */
function entries(tree: Tree, idKey: string, valueKey?: string): Tree {
  if (tree === null) return []
  if (!isMap(tree)) return tree
  const list = Object.entries(tree).map(([id, item]): Tree => {
    if (isMap(item)) return copyPositions(item, { [idKey]: id, ...item, ...{ [idKey]: id } })
    return copyPositions(
      tree,
      { [idKey]: id, ...(valueKey === undefined || item === null ? {} : { [valueKey]: item }) },
      id,
    )
  })
  return copyPositions(tree, list)
}

function eachMap(tree: Tree, change: (map: TreeMap) => Tree): Tree {
  return Array.isArray(tree)
    ? copyPositions(
        tree,
        tree.map(item => (isMap(item) ? change(item) : item)),
      )
    : tree
}
