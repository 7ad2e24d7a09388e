/**
 * Checks apps as they are published: every `.cwl` and `.json` below the folders given is loaded, and each of its tools, those
 * of a workflow's steps too, is planned with made-up inputs (made-up.ts): once with all of them and, should that fail, with
 * the required ones alone. A line for each app that fails says at which of the two and why; the last line counts. Nothing is
 * run, and a file without a class is no app. Exit code 1 when any failed or there was none.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { evaluate, type Language } from '../src/expression/evaluate.ts'
import { isRecord } from '../src/files.ts'
import {
  createEvaluator,
  type Evaluator,
  fileFetcher,
  loadProcess,
  type Process,
  parseTree,
  renderProblem,
} from '../src/index.ts'
import { prepareInputs } from '../src/job/inputs.ts'
import { defaultListing, makePlan } from '../src/job/make-plan.ts'
import { Requirements } from '../src/job/requirements.ts'
import { MEANING } from '../src/model/version.ts'
import { madeUpFiles, madeUpInputs } from './made-up.ts'

export interface Counts {
  passed: number
  failed: number
}

/** Checks all apps below a folder; `say` gets a line for each that failed. */
export async function checkApps(folder: string, say: (line: string) => void): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0 }
  const evaluator = createEvaluator()
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const files = entries.filter(entry => entry.isFile() && /\.(cwl|json)$/i.test(entry.name))
    for (const path of files.map(file => join(file.parentPath, file.name)).toSorted()) {
      const failures = await checkApp(path, evaluator)
      if (!failures) continue
      counts[failures.length > 0 ? 'failed' : 'passed']++
      for (const failure of failures) say(`${relative(folder, path)}: ${failure}`)
    }
  } finally {
    await evaluator.close()
  }
  return counts
}

/** What is wrong with the app in a file; undefined when there is none in it. */
async function checkApp(path: string, evaluator: Evaluator): Promise<string[] | undefined> {
  const uri = pathToFileURL(path).href
  const text = await readFile(path, 'utf8')
  const ids = processIds(text, uri)
  if (ids.length === 0) return path.endsWith('.json') ? undefined : ['load: it is no CWL document']
  const failures: string[] = []
  for (const main of ids) {
    const { process, problems } = await loadProcess({ uri, text, fetcher: fileFetcher(), main })
    const errors = problems.filter(problem => problem.severity === 'error')
    failures.push(...errors.map(error => `load: ${renderProblem({ ...error, file: undefined })}`))
    if (process) failures.push(...(await planTools(process, process.id, new Requirements(), evaluator)))
  }
  return [...new Set(failures)]
}

/** What is to be loaded: one process, or each of a `$graph`. A text that can't be read is loaded to be told why. */
function processIds(text: string, uri: string): (string | undefined)[] {
  try {
    const document = parseTree(text, uri)
    if (!isRecord(document)) return []
    const { $graph: graph } = document
    if (Array.isArray(graph))
      return graph.flatMap(each => (isRecord(each) && typeof each.id === 'string' ? [each.id] : []))
    return document.class === undefined ? [] : [undefined]
  } catch {
    return [undefined]
  }
}

async function planTools(process: Process, path: string, outer: Requirements, evaluator: Evaluator): Promise<string[]> {
  const requirements = outer.within(process)
  if (process.class !== 'Workflow') return planTool(process, path, requirements, evaluator)
  const failures: string[] = []
  for (const step of process.steps) {
    failures.push(...(await planTools(step.run, `${path}/${step.id}`, requirements.within(step), evaluator)))
  }
  return failures
}

async function planTool(
  process: Process,
  path: string,
  requirements: Requirements,
  evaluator: Evaluator,
): Promise<string[]> {
  const { expressions } = MEANING[process.version]
  const language: Language = { evaluator, javascript: requirements.javascript(), expressions, time: 0, seed: 0 }
  const reasons: string[] = []
  for (const extent of ['all', 'required'] as const) {
    try {
      await planWith(process, madeUpInputs(process, extent), requirements, language, path)
      return []
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error))
    }
  }
  return [`plan ${path}: ${reasons[0]}`]
}

async function planWith(
  process: Process,
  given: ReturnType<typeof madeUpInputs>,
  requirements: Requirements,
  language: Language,
  path: string,
) {
  const files = madeUpFiles
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

if (import.meta.main) {
  const folders = process.argv.slice(2)
  if (folders.length === 0) {
    console.error('Say where the apps are: make check-apps APPS=DIR')
    process.exit(2)
  }
  const all = await Promise.all(folders.map(folder => checkApps(folder, line => console.log(line))))
  const [passed, failed] = [
    all.reduce((sum, each) => sum + each.passed, 0),
    all.reduce((sum, each) => sum + each.failed, 0),
  ]
  console.log(`${passed + failed} apps: ${passed} passed, ${failed} failed`)
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0
}
