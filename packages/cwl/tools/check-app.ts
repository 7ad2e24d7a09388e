import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { evaluate, type Language } from '../src/expression/evaluate.ts'
import { isRecord } from '../src/files.ts'
import { type Evaluator, fileFetcher, loadProcess, type Process, parseTree, renderProblem } from '../src/index.ts'
import { Requirements } from '../src/job/effective-requirements.ts'
import { prepareInputs } from '../src/job/inputs.ts'
import { defaultListing, makePlan } from '../src/job/make-plan.ts'
import { MEANING } from '../src/model/version.ts'
import { type Extent, madeUpFiles, madeUpInputs } from './made-up.ts'

/**
 * How far an app came: `not loaded`, `not planned`, `planned`, or `planned but for made-up values` where the only thing
 * against it is that a script did not know what to do with those.
 */
export type Stage = 'not loaded' | 'not planned' | 'planned but for made-up values' | 'planned'

export interface Verdict {
  stage: Stage
  /** why it came no further */
  reasons: string[]
}

const PROCESSES: readonly unknown[] = ['CommandLineTool', 'ExpressionTool', 'Workflow', 'Operation']

/** Loads the app in a file and plans its tools, and those of its steps; undefined when there is none in it. */
export async function checkApp(path: string, evaluator: Evaluator): Promise<Verdict | undefined> {
  const uri = pathToFileURL(path).href
  const text = await readFile(path, 'utf8')
  const ids = processIds(text, uri)
  if (ids.length === 0) return undefined
  const faults: string[] = []
  const plans: PlanFault[] = []
  for (const main of ids) {
    const { process, problems } = await loadProcess({ uri, text, fetcher: fileFetcher(), main })
    const errors = problems.filter(problem => problem.severity === 'error')
    faults.push(...errors.map(error => renderProblem({ ...error, file: error.file === path ? undefined : error.file })))
    if (process) plans.push(...(await planTools(process, process.id, new Requirements(), evaluator)))
  }
  if (faults.length > 0) return { stage: 'not loaded', reasons: [...new Set(faults)] }
  if (plans.length === 0) return { stage: 'planned', reasons: [] }
  const real = plans.filter(fault => !fault.madeUp)
  const reasons = (real.length > 0 ? real : plans).map(({ path, reason }) => `${path}: ${reason}`)
  return {
    stage: real.length > 0 ? 'not planned' : 'planned but for made-up values',
    reasons: [...new Set(reasons)],
  }
}

/**
 * What is to be loaded: one process, or each of several. A text that can't be read is loaded to be told why; a document
 * that is no process (a requirement, types, the inputs of a job) is no app.
 */
function processIds(text: string, uri: string): (string | undefined)[] {
  try {
    const document = parseTree(text, uri)
    const graph = Array.isArray(document) ? document : isRecord(document) ? document.$graph : undefined
    if (Array.isArray(graph)) {
      if (graph.some(each => isRecord(each) && '$import' in each)) return [undefined]
      return graph.flatMap(each =>
        isRecord(each) && typeof each.id === 'string' && PROCESSES.includes(each.class) ? [each.id] : [],
      )
    }
    if (!isRecord(document) || document.class === undefined) return []
    return PROCESSES.includes(document.class) || document.cwlVersion !== undefined ? [undefined] : []
  } catch {
    return [undefined]
  }
}

interface PlanFault {
  path: string
  reason: string
  madeUp: boolean
}

async function planTools(
  process: Process,
  path: string,
  outer: Requirements,
  evaluator: Evaluator,
): Promise<PlanFault[]> {
  const requirements = outer.within(process)
  if (process.class !== 'Workflow') return planTool(process, path, requirements, evaluator)
  const faults: PlanFault[] = []
  for (const step of process.steps) {
    faults.push(...(await planTools(step.run, `${path}/${step.id}`, requirements.within(step), evaluator)))
  }
  return faults
}

/** With all inputs, with the required ones alone, and with values that scripts like to look into: one of these must do. */
const EXTENTS: readonly Extent[] = ['all', 'required', 'telling']

async function planTool(
  process: Process,
  path: string,
  requirements: Requirements,
  evaluator: Evaluator,
): Promise<PlanFault[]> {
  const { expressions } = MEANING[process.version]
  const language: Language = { evaluator, javascript: requirements.javascript(), expressions, time: 0, seed: 0 }
  const reasons: string[] = []
  for (const extent of EXTENTS) {
    try {
      await planWith(process, extent, requirements, language, path)
      return []
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error))
    }
  }
  const real = reasons.find(reason => !isOfMadeUp(reason, process))
  return [{ path, reason: real ?? reasons[0]!, madeUp: real === undefined }]
}

/** True when a script threw, for another reason than that it is none or names what does not exist. */
function isOfMadeUp(reason: string, process: Process): boolean {
  if (!/^(\$[({]|the script |.*: \$[({])/s.test(reason)) return false
  if (/SyntaxError: /.test(reason)) return JSON.stringify(process).includes('JSON.parse')
  return /: (TypeError|RangeError|URIError|Error): /.test(reason) || /: threw /.test(reason)
}

async function planWith(
  process: Process,
  extent: Extent,
  requirements: Requirements,
  language: Language,
  path: string,
) {
  const given = madeUpInputs(process, extent)
  const files = madeUpFiles(extent)
  if (process.class === 'CommandLineTool') {
    const layout = { work: '/work', inputs: '/inputs', tmp: '/tmp' }
    await makePlan({ path, tool: process, given, requirements, language, files, layout, discover: true })
  }
  if (process.class === 'ExpressionTool') {
    const inputs = await prepareInputs(process, given, {
      language,
      files,
      listing: defaultListing(process, requirements),
      discover: true,
    })
    await evaluate(language, process.expression, { inputs, runtime: {} })
  }
}
