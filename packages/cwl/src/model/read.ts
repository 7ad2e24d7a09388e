import { resolveUri, splitFragment, withoutFragment } from '../document/fetch.ts'
import { findById } from '../document/library.ts'
import { isMap, type Tree, type TreeMap } from '../document/tree.ts'
import { isFull } from '../problem.ts'
import { RULES } from '../rules.ts'
import { withCompanions } from '../upgrade/companions.ts'
import { isDraft2Label } from '../upgrade/detect.ts'
import { isDraft2, upgrade } from '../upgrade/upgrade.ts'
import { checkFields } from './fields.ts'
import { GRAMMAR } from './grammar.ts'
import { fragmentOf, nearest, shortName } from './names.ts'
import type { CwlVersion, Operation, Process, ProcessBase } from './process.ts'
import { classesIn, readRequirements } from './read-requirements.ts'
import {
  baseOf,
  checkUnique,
  embed,
  extensionsOf,
  idsIn,
  kindOf,
  readProse,
  reportProblem,
  type Scope,
  text,
} from './scope.ts'
import { readExpressionTool, readPorts, readTool } from './tool.ts'
import { hasSince, MEANING } from './version.ts'
import { readWorkflow } from './workflow.ts'

const VERSIONS: readonly string[] = ['v1.0', 'v1.1', 'v1.2'] satisfies CwlVersion[]
const CLASSES = ['CommandLineTool', 'ExpressionTool', 'Workflow', 'Operation']

/** What a workflow of draft-2 had without asking for it. */
const OLD_FEATURES = ['ScatterFeatureRequirement', 'SubworkflowFeatureRequirement', 'MultipleInputFeatureRequirement']

/** What a document's top level says for all processes in it. */
export type DocumentScope = Pick<Scope, 'library' | 'problems' | 'running' | 'features' | 'work' | 'strict' | 'alone'>

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
    reportProblem(scope, RULES.runsItself(shortName(identity)), holder ?? chosen, holder ? 'run' : undefined)
    return undefined
  }
  if (!embed(scope, chosen, holder ?? chosen, holder ? 'run' : undefined)) return undefined
  return readProcess({ ...scope, running: [...outer.running, identity] }, chosen, fragment ?? file)
}

/** The ids of all processes of a `$graph`, for who wants every one looked at. */
export function graphIds(document: Tree | undefined): string[] {
  return isMap(document as Tree)
    ? processesIn(document as TreeMap).flatMap(({ id }) => (typeof id === 'string' ? [fragmentOf(id)] : []))
    : []
}

function documentScope(outer: DocumentScope, uri: string, document: Tree): Scope | undefined {
  const scope: Scope = { ...outer, uri, version: 'v1.2', namespaces: {}, types: new Map(), inputs: undefined }
  if (!isMap(document)) {
    reportProblem(scope, RULES.notDocument(kindOf(document)), document)
    return undefined
  }
  const version = isDraft2(document, undefined) ? 'draft-2' : document.cwlVersion
  if (typeof version !== 'string' || !(VERSIONS.includes(version) || version === 'draft-2')) {
    const known = `${VERSIONS.join(', ')}, sbg:draft-2`
    const finding = version === undefined ? RULES.noVersion(known) : RULES.unknownVersion(known, kindOf(version))
    reportProblem(scope, finding, document, 'cwlVersion')
    return undefined
  }
  const namespaces = isMap(document.$namespaces) ? document.$namespaces : {}
  return {
    ...scope,
    version: version as CwlVersion,
    namespaces: Object.fromEntries(Object.entries(namespaces).map(([prefix, name]) => [prefix, String(name)])),
  }
}

function choose(scope: Scope, document: Tree, fragment: string | undefined, holder?: TreeMap): TreeMap | undefined {
  if (isMap(document) && document.$graph !== undefined && !scope.work.checked.has(document)) {
    scope.work.checked.add(document)
    checkFields(scope, document, GRAMMAR.document)
    checkUnique(scope, 'processes', processesIn(document))
  }
  const found = findProcess(document, fragment)
  if (!found) {
    const place = holder ? 'run' : isMap(document) && document.$graph !== undefined ? '$graph' : 'id'
    const near = fragment === undefined || isFull(scope.problems) ? undefined : nearest(fragment, graphIds(document))
    reportProblem(scope, RULES.noProcess(fragment ?? 'main', near), holder ?? document, place)
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
  const processes = processesIn(document)
  const found = byFragment(document, processes).get(fragment ?? 'main')
  return found ?? (fragment === undefined && processes.length === 1 ? processes[0] : undefined)
}

const indices = new WeakMap<TreeMap, Map<string, TreeMap>>()

/** The first process of each name in a `$graph`; made once, since steps ask for one again and again. */
function byFragment(document: TreeMap, processes: TreeMap[]): Map<string, TreeMap> {
  const known = indices.get(document)
  if (known) return known
  const index = new Map<string, TreeMap>()
  for (const process of processes) {
    if (typeof process.id === 'string' && !index.has(fragmentOf(process.id))) index.set(fragmentOf(process.id), process)
  }
  indices.set(document, index)
  return index
}

function processesIn({ $graph: graph }: TreeMap): TreeMap[] {
  return (Array.isArray(graph) ? graph : isMap(graph) ? Object.values(graph) : []).filter(isMap)
}

function matches(process: TreeMap, fragment: string): boolean {
  return typeof process.id === 'string' && fragmentOf(process.id) === fragment
}

function readProcess(outer: Scope, written: TreeMap, fallbackId: string): Process | undefined {
  const label = labelOf(outer, written)
  const old = isDraft2(written, label)
  const map = old ? upgrade(written, label) : written
  const version = old ? 'draft-2' : VERSIONS.includes(label) ? (label as CwlVersion) : outer.version
  const features = new Set([...outer.features, ...classesIn(map), ...(old ? OLD_FEATURES : [])])
  const scope: Scope = {
    ...outer,
    // a converted process is in the form of v1.2, and means what draft-2 meant
    version: old ? 'v1.2' : version,
    expressions: MEANING[version].expressions,
    types: new Map(outer.types),
    features,
    inputs: idsIn(map.inputs),
  }
  // what a workflow requires holds for the tools in it, whose inputs the expressions speak of
  const inherited = map.class === 'Workflow' ? { ...scope, inputs: undefined } : scope
  const base: ProcessBase = {
    id: typeof map.id === 'string' ? shortName(map.id) : shortName(withoutFragment(fallbackId)),
    version,
    label: text(map, 'label'),
    doc: readProse(map, 'doc'),
    inputs: [],
    outputs: [],
    requirements: readRequirements(inherited, map, 'requirements'),
    hints: readRequirements(inherited, map, 'hints'),
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
    case 'Operation':
      return readOperation(scope, map, base)
    default: {
      const near = typeof map.class === 'string' ? nearest(map.class, CLASSES) : undefined
      reportProblem(scope, RULES.unknownClass(CLASSES.join(', '), kindOf(map.class), near), map, 'class')
      return undefined
    }
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

function readOperation(scope: Scope, map: TreeMap, base: ProcessBase): Operation {
  checkFields(scope, map, GRAMMAR.Operation)
  if (!hasSince(scope.version, 'v1.2')) reportProblem(scope, RULES.tooNew('the class Operation', 'v1.2'), map, 'class')
  return { ...base, class: 'Operation', ...readPorts(scope, map, GRAMMAR.output, 'in an Operation') }
}

function readRun(scope: Scope, step: TreeMap): Process | undefined {
  const { run } = step
  if (isMap(run)) return readProcess(scope, run, `${String(step.id)}`)
  if (typeof run === 'string') return readAt(scope, resolveUri(run, baseOf(scope, step)), step)
  reportProblem(scope, RULES.wrongKind('run', 'a process or where to find one', kindOf(run)), step, 'run')
  return undefined
}
