import { copyPositions, isMap, type Tree, type TreeMap } from '../document/tree.ts'
import { changed, withScripts } from './parts.ts'
import { type Dialect, upgradeType } from './ports.ts'
import { scriptText } from './script.ts'

/**
 * Requirements or hints. Files to be created became a part of the work folder, the libraries of an expression engine those
 * of InlineJavascriptRequirement (which engine it was does not matter: JavaScript is the only one there is here). Numbers of
 * cores and memory keep the classes that Seven Bridges gave them.
 */
export function upgradeRequirements(tree: Tree | undefined, dialect: Dialect): TreeMap[] {
  const list = Array.isArray(tree) ? tree : isMap(tree) ? Object.entries(tree).map(named) : []
  return list.filter(isMap).map(each => upgradeOne(each, dialect))
}

function named([name, entry]: [name: string, Tree]): Tree {
  return isMap(entry) ? changed(entry, { class: name }) : { class: name }
}

function upgradeOne(entry: TreeMap, dialect: Dialect): TreeMap {
  switch (entry.class) {
    case 'CreateFileRequirement': {
      const listing = listOf(entry.fileDef).map(file =>
        copyPositions(file, {
          entryname: scriptText(file.filename ?? null),
          entry: scriptText(file.fileContent ?? ''),
        }),
      )
      return changed(entry, { class: 'InitialWorkDirRequirement', fileDef: undefined, listing })
    }
    case 'ExpressionEngineRequirement': {
      const config = entry.engineConfig ?? []
      return copyPositions(entry, {
        class: 'InlineJavascriptRequirement',
        expressionLib: Array.isArray(config) ? config.filter(each => typeof each === 'string') : [String(config)],
      })
    }
    case 'EnvVarRequirement': {
      const envDef = listOf(entry.envDef).map(variable =>
        changed(variable, { envValue: scriptText(variable.envValue ?? '') }),
      )
      return changed(entry, { envDef })
    }
    case 'DockerRequirement':
      return changed(entry, { dockerImageId: entry.dockerImageId === '' ? undefined : entry.dockerImageId })
    case 'SchemaDefRequirement':
      return changed(entry, { types: listOf(entry.types).map(type => upgradeType(type, dialect)) })
    case 'CPURequirement':
    case 'MemRequirement':
      return changed(entry, { class: `sbg:${entry.class}`, value: withScripts(entry.value ?? null) })
    default:
      return withScripts(entry) as TreeMap
  }
}

function listOf(tree: Tree | undefined): TreeMap[] {
  return (Array.isArray(tree) ? tree : []).filter(isMap)
}
