import { evaluate, type Language } from '../expression/evaluate.ts'
import { locationsOf } from '../expression/locations.ts'
import type { Context } from '../expression/reference.ts'
import { floatText, jsonText, numberText, shown } from '../expression/text.ts'
import { isFile } from '../files.ts'
import type { FileAccess, Layout } from '../host.ts'
import type { CommandLineTool, LoadListing, Process } from '../model/process.ts'
import { isFloat, typeOfText, typesOf } from '../model/reference-type.ts'
import { MEANING } from '../model/version.ts'
import type { Value, Values } from '../values.ts'
import { commandLine, quote, shellLine } from './binding.ts'
import type { ContainerRequest } from './container.ts'
import type { Requirements } from './effective-requirements.ts'
import { prepareInputs } from './inputs.ts'
import type { JobPlan, StageEntry } from './plan.ts'
import type { Capacity } from './platform-hints.ts'
import { overridden, type ResourceOverride } from './resource-overrides.ts'
import { resources, runtimeOf } from './resources.ts'
import { stageInputs, withoutRepeats } from './stage.ts'
import { stageInWork } from './stage-work.ts'
import { withNewPaths, workDir } from './workdir.ts'

/** One job to plan: a tool, what it is given, and where it will see things. */
export interface Job {
  path: string
  tool: CommandLineTool
  given: Values
  requirements: Requirements
  language: Language
  files: FileAccess
  layout: Layout
  /** what the job gets of what its tool asked for */
  container?: ContainerRequest
  formats?: { [format: string]: string[] }
  discover: boolean
  /** what there is for jobs, if the host says so */
  machine?: Capacity
  /** in place of what the tool states */
  resources?: ResourceOverride | undefined
}

/**
 * Decides everything about a job before it runs: inputs with their paths, resources, what lies in the work folder (which
 * may move inputs there), and then, with final paths, command line, streams and environment.
 */
export async function makePlan(job: Job): Promise<JobPlan> {
  const { tool, requirements, language, layout } = job
  const prepared = await prepareInputs(tool, job.given, {
    ...job,
    listing: defaultListing(tool, requirements),
    folder: layout.inputs,
  })
  const staged = await stageInWork(tool, prepared, layout.work)
  const stated = await resources(requirements, tool.version, language, staged, job.machine)
  const { asked, limit, warnings } = overridden(stated, job.resources)
  const runtime = runtimeOf(asked, layout.work, layout.tmp)
  const types = typesOf(tool.inputs)
  const initial = requirements.get('InitialWorkDirRequirement')
  const placed =
    initial &&
    (await workDir(initial, language, { inputs: staged.inputs, runtime, types }, layout.work, job.container?.required))
  const inputs = placed ? withNewPaths(staged.inputs, placed.placed) : staged.inputs
  const context: Context = { inputs, runtime, types }
  const inWork = [...staged.stage, ...(placed?.stage ?? [])]
  const entries = MEANING[tool.version].jobFile ? jobFile(inWork, context, layout.work, language) : inWork
  const saveLogs = await savedLogs(requirements, language, context)
  const reuse = await mayBeReused(requirements, language, context)
  const inplace = requirements.get('InplaceUpdateRequirement')?.inplaceUpdate === true
  const isLine = MEANING[tool.version].command === 'line'
  const shell = isLine || requirements.get('ShellCommandRequirement') !== undefined
  const streams = {
    stdin: await stdin(tool, language, context),
    stdout: await stream(tool, 'stdout', language, context),
    stderr: await stream(tool, 'stderr', language, context),
  }
  const argv = shell ? [await shellLine(tool, language, context)] : await commandLine(tool, language, context)
  if (isLine) argv[0] = redirected(argv[0]!, streams)
  const variables = await environment(requirements, language, context)
  if ([...argv, ...Object.values(variables)].some(word => word.includes('\0'))) {
    throw new Error('neither an argument nor a variable can hold the character U+0000')
  }
  return {
    path: job.path,
    argv,
    shell,
    environment: variables,
    ...(isLine ? { stderr: streams.stderr } : streams),
    stage: withWork(stageInputs(inputs, layout.work), workEntries(entries, inplace, inputs)),
    work: layout.work,
    tmp: layout.tmp,
    resources: asked,
    ...(limit === undefined ? {} : { memoryLimit: limit }),
    timeLimit: job.resources?.seconds ?? (await timeLimit(requirements, language, context)),
    network: await network(requirements, language, context),
    ...(job.container && layout.image ? { container: { image: job.container.image, id: layout.image } } : {}),
    ...(reuse === undefined ? {} : { reuse }),
    ...(saveLogs.length > 0 ? { saveLogs } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
    inputs,
  }
}

/** `sbg:SaveLogs`: one pattern each. */
async function savedLogs(requirements: Requirements, language: Language, context: Context): Promise<string[]> {
  const patterns: string[] = []
  for (const { value } of requirements.all('sbg:SaveLogs')) {
    const found = typeof value === 'string' ? await evaluate(language, value, context) : null
    for (const pattern of [found].flat()) if (typeof pattern === 'string' && pattern !== '') patterns.push(pattern)
  }
  return patterns
}

/** In draft-2 streams belong to the line, so that of `a && b` only the last command is redirected. */
function redirected(line: string, { stdin, stdout }: { stdin?: string; stdout?: string }): string {
  const from = stdin === undefined ? '' : ` < ${quote(stdin)}`
  return `${line}${from}${stdout === undefined ? '' : ` > ${quote(stdout)}`}`
}

/** What draft-2 tools find as `job.json` in their work folder, unless they make a file of that name themselves. */
function jobFile(
  entries: StageEntry[],
  { inputs, runtime }: Context,
  work: string,
  { budget }: Language,
): StageEntry[] {
  const target = `${work}/job.json`
  if (entries.some(entry => entry.target === target)) return entries
  const allocatedResources = { cpu: runtime?.cores ?? null, mem: runtime?.ram ?? null }
  const text = jsonText({ inputs: locationsOf(inputs).inputs(), allocatedResources }, characters =>
    budget?.spend(characters),
  )
  return [...entries, { type: 'text', text, target, writable: true, ofInputs: true }]
}

/** What InitialWorkDirRequirement put at an absolute path of a container is there already. */
function withWork(staged: StageEntry[], work: StageEntry[]): StageEntry[] {
  const targets = new Set(work.map(entry => entry.target))
  return [...staged.filter(entry => !targets.has(entry.target)), ...work]
}

function workEntries(stage: StageEntry[], inplace: boolean, inputs: Values): StageEntry[] {
  const entries = withoutRepeats(stage, inputs)
  if (!inplace) return entries
  return entries.map(entry => ('location' in entry && entry.writable ? { ...entry, inplace } : entry))
}

/** v1.0 had no choice: listings were always there, to any depth. */
export function defaultListing(process: Pick<Process, 'version'>, requirements: Requirements): LoadListing {
  const chosen = requirements.get('LoadListingRequirement')?.loadListing
  if (chosen === 'no_listing' || chosen === 'shallow_listing' || chosen === 'deep_listing') return chosen
  return MEANING[process.version].listing
}

async function environment(requirements: Requirements, language: Language, context: Context) {
  const definitions = requirements.get('EnvVarRequirement')?.envDef
  const environment: { [name: string]: string } = {}
  for (const { envName, envValue } of Array.isArray(definitions) ? definitions : []) {
    if (!/^[^=\0]+$/.test(String(envName)))
      throw new Error(`EnvVarRequirement: ${shown(envName)} can't be the name of a variable`)
    const value = await evaluate(language, String(envValue), context)
    const isFloating = isFloat(language, typeOfText(String(envValue), context.types, language.escapes), value)
    const text = isFloating ? floatText(value as number) : asText(value, `variable ${envName}`)
    language.budget?.spend(String(envName).length + text.length, 1)
    environment[String(envName)] = text
  }
  return environment
}

async function stdin(tool: CommandLineTool, language: Language, context: Context): Promise<string | undefined> {
  if (tool.stdin === undefined) return undefined
  const value = await evaluate(language, tool.stdin, context)
  if (value === null || value === '') return undefined
  return isFile(value) ? value.path : asText(value, 'stdin')
}

async function stream(tool: CommandLineTool, name: 'stdout' | 'stderr', language: Language, context: Context) {
  const written = tool[name]
  if (written === undefined) return undefined
  const value = await evaluate(language, written, context)
  if ((value === null || value === '') && language.expressions === 'draft-2') return undefined
  const file = asText(value, name)
  const inside = file.startsWith(`${context.runtime?.outdir}/`)
    ? file.slice(`${context.runtime?.outdir}/`.length)
    : file
  if (inside === '' || inside.startsWith('/') || inside.split('/').includes('..') || inside.includes('\0')) {
    throw new Error(`${name}: ${shown(file)} is not a name in the work folder`)
  }
  return inside
}

/** CWL v1.2 §ToolTimeLimit: 0 is no limit. */
async function timeLimit(
  requirements: Requirements,
  language: Language,
  context: Context,
): Promise<number | undefined> {
  const written = requirements.get('ToolTimeLimit')?.timelimit
  if (written === undefined) return undefined
  const value = typeof written === 'string' ? await evaluate(language, written, context) : written
  if (typeof value !== 'number' || !(value >= 0)) throw new Error(`timelimit must be 0 or more seconds, not ${value}`)
  return value === 0 ? undefined : value
}

async function network(requirements: Requirements, language: Language, context: Context): Promise<boolean> {
  const written = requirements.get('NetworkAccess')?.networkAccess
  return written === true || (typeof written === 'string' && (await evaluate(language, written, context)) === true)
}

/** CWL v1.2 §WorkReuse; undefined where nothing is said. */
async function mayBeReused(
  requirements: Requirements,
  language: Language,
  context: Context,
): Promise<boolean | undefined> {
  const written = requirements.get('WorkReuse')?.enableReuse
  if (written === undefined) return undefined
  const value = typeof written === 'string' ? await evaluate(language, written, context) : written
  if (typeof value !== 'boolean') throw new Error(`enableReuse must be true or false, not ${shown(value)}`)
  return value
}

function asText(value: Value, what: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return numberText(value)
  if (typeof value === 'boolean') return String(value)
  throw new Error(`${what} must be a string, not ${shown(value)}`)
}
