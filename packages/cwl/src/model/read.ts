import { resolveUri, splitFragment, withoutFragment } from '../document/fetch.ts'
import { findById } from '../document/library.ts'
import { isMap, type Tree, type TreeMap } from '../document/tree.ts'
import { withCompanions } from '../upgrade/companions.ts'
import { isDraft2Label } from '../upgrade/detect.ts'
import { isDraft2, upgrade } from '../upgrade/upgrade.ts'
import { fragmentOf, shortName } from './names.ts'
import type { CwlVersion, Operation, Process, ProcessBase } from './process.ts'
import { readRequirements } from './requirement.ts'
import { baseOf, extensionsOf, kindOf, prose, report, type Scope, text } from './scope.ts'
import { readExpressionTool, readPorts, readTool } from './tool.ts'
import { readWorkflow } from './workflow.ts'

const VERSIONS: readonly string[] = ['v1.0', 'v1.1', 'v1.2'] satisfies CwlVersion[]

/** What a document's top level says for all processes in it. */
export type DocumentScope = Pick<Scope, 'library' | 'problems' | 'running'>

/**
 * The process at a URI whose document the library holds. Without a fragment it is the document's only process, or `main`
 * of a `$graph`.
 */
export function readAt(outer: DocumentScope, uri: string, holder?: TreeMap): Process | undefined {
  const [file, fragment] = splitFragment(uri)
  const document = outer.library.document(file)
  if (document === undefined || document === null) return undefined
  const scope = documentScope(outer, file, document)
  if (!scope) return undefined
  const chosen = choose(scope, document, fragment, holder)
  if (!chosen) return undefined
  const identity = `${file}#${typeof chosen.id === 'string' ? fragmentOf(chosen.id) : ''}`
  if (outer.running.includes(identity)) {
    report(scope, `${shortName(identity)} runs itself`, holder ?? chosen, holder ? 'run' : undefined)
    return undefined
  }
  return readProcess({ ...scope, running: [...outer.running, identity] }, chosen, fragment ?? file)
}

function documentScope(outer: DocumentScope, uri: string, document: Tree): Scope | undefined {
  const problem = (message: string, key?: string) => {
    const scope = { ...outer, uri, version: 'v1.2' as const, namespaces: {}, types: new Map() }
    report(scope, message, document, key)
    return undefined
  }
  if (!isMap(document)) return problem(`a CWL document must be a map, not ${kindOf(document)}`)
  const version = isDraft2(document, undefined) ? 'draft-2' : document.cwlVersion
  if (version === undefined) return problem('the document needs cwlVersion')
  if (typeof version !== 'string' || !(VERSIONS.includes(version) || version === 'draft-2')) {
    return problem(
      `cwlVersion must be one of ${VERSIONS.join(', ')} or sbg:draft-2, not ${kindOf(version)}`,
      'cwlVersion',
    )
  }
  const namespaces = isMap(document.$namespaces) ? document.$namespaces : {}
  return {
    ...outer,
    uri,
    version: version as CwlVersion,
    namespaces: Object.fromEntries(Object.entries(namespaces).map(([prefix, name]) => [prefix, String(name)])),
    types: new Map(),
  }
}

function choose(scope: Scope, document: Tree, fragment: string | undefined, holder?: TreeMap): TreeMap | undefined {
  const found = findProcess(document, fragment)
  if (!found) {
    const place = holder ? 'run' : isMap(document) && document.$graph !== undefined ? '$graph' : 'id'
    report(scope, `the document has no process ${fragment ?? 'main'}`, holder ?? document, place)
  }
  return found
}

/** The process of a document that a fragment names: without one the only process, or `main` of a `$graph`. */
export function findProcess(document: Tree, fragment: string | undefined): TreeMap | undefined {
  if (!isMap(document)) return undefined
  const { $graph: graph } = document
  if (graph === undefined) {
    const isIt = fragment === undefined || typeof document.id !== 'string' || matches(document, fragment)
    return isIt ? document : findById(document, fragment)
  }
  const processes = (Array.isArray(graph) ? graph : isMap(graph) ? Object.values(graph) : []).filter(isMap)
  const found = processes.find(process => matches(process, fragment ?? 'main'))
  return found ?? (fragment === undefined && processes.length === 1 ? processes[0] : undefined)
}

function matches(process: TreeMap, fragment: string): boolean {
  return typeof process.id === 'string' && fragmentOf(process.id) === fragment
}

function readProcess(outer: Scope, written: TreeMap, fallbackId: string): Process | undefined {
  const label = labelOf(outer, written)
  const old = isDraft2(written, label)
  const map = old ? upgrade(written, label) : written
  const version = old ? 'draft-2' : VERSIONS.includes(label) ? (label as CwlVersion) : outer.version
  // a converted process is in the form of v1.2, and means what draft-2 meant
  const scope: Scope = { ...outer, version: old ? 'v1.2' : version, types: new Map(outer.types) }
  const base: ProcessBase = {
    id: typeof map.id === 'string' ? shortName(map.id) : shortName(withoutFragment(fallbackId)),
    version,
    label: text(scope, map, 'label'),
    doc: prose(map, 'doc'),
    inputs: [],
    outputs: [],
    requirements: readRequirements(scope, map, 'requirements'),
    hints: readRequirements(scope, map, 'hints'),
    extensions: extensionsOf(map),
  }
  switch (map.class) {
    case 'CommandLineTool':
      return readTool(scope, map, base)
    case 'ExpressionTool':
      return readExpressionTool(scope, map, base)
    case 'Workflow': {
      const workflow = readWorkflow(scope, map, base, readRun)
      return old ? withCompanions(workflow) : workflow
    }
    case 'Operation': {
      const operation: Operation = { ...base, class: 'Operation', ...readPorts(scope, map) }
      return operation
    }
    default:
      report(
        scope,
        `class must be CommandLineTool, ExpressionTool, Workflow or Operation, not ${kindOf(map.class)}`,
        map,
        'class',
      )
      return undefined
  }
}

/** The version that a process is labelled with: its own, else what is around it. */
function labelOf(outer: Scope, map: TreeMap): string {
  if (typeof map.cwlVersion === 'string') return map.cwlVersion
  if (outer.version !== 'draft-2') return outer.version
  const document = outer.library.document(outer.uri)
  const label = isMap(document) ? document.cwlVersion : undefined
  return typeof label === 'string' && isDraft2Label(label) ? label : 'sbg:draft-2'
}

function readRun(scope: Scope, step: TreeMap): Process | undefined {
  const { run } = step
  if (isMap(run)) return readProcess(scope, run, `${String(step.id)}`)
  if (typeof run === 'string') return readAt(scope, resolveUri(run, baseOf(scope, step)), step)
  report(scope, 'a step needs run: a process or where to find one', step, 'run')
  return undefined
}
