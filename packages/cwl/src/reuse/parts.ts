import type { Language } from '../expression/evaluate.ts'
import type { Entry } from '../files.ts'
import type { Requirements } from '../job/effective-requirements.ts'
import type { JobPlan, StageEntry } from '../job/plan.ts'
import { runtimeOf } from '../job/resources.ts'
import type { CommandLineTool } from '../model/process.ts'
import { MEANING } from '../model/version.ts'
import { exactJson } from './exact-json.ts'
import { bytesOf, inputShape, type Sight } from './input-shape.ts'
import { namedByOutputs } from './named.ts'
import { toolPart } from './tool-part.ts'

/** The number of the key's own format: raised when the same job gets another key. */
export const KEY_FORMAT = 1

/** The number of the meaning of results: raised when the same job gives another result. */
export const ENGINE = 1

/** What the host knows of a job beside its plan. */
export interface Surroundings extends Sight {
  /** what the job runs in: isolation, and the identity of the image or of the machine's programs */
  platform: unknown
  /** the network is granted to those that ask */
  network: boolean
  /** folders of a stage plan as what is in them */
  expand(stage: StageEntry[]): StageEntry[]
  /** folders of the attempt, where jobs see the machine's own; each is replaced by its name */
  folders?: { [name: string]: string }
}

export interface Identified {
  tool: CommandLineTool
  plan: JobPlan
  requirements: Requirements
  language: Language
}

/** The parts of a job's key by name, as JSON with places for the contents whose hashes may come later. */
export type KeyParts = { [part: string]: string }

/**
 * All that can change a job's result, in named parts. Nothing else is in them: no location, id, user, time, price, attempt,
 * resource or limit.
 */
export function keyParts(job: Identified, around: Surroundings): KeyParts {
  const { tool, plan, requirements, language } = job
  const named = namedByOutputs(tool, requirements.javascript())
  const text = (value: unknown) => neutral(exactJson(value, language.written), around.folders)
  const isVisible = MEANING[tool.version].jobFile
  const inputs = Object.entries(plan.inputs).map(([id, value]) => {
    const withMetadata = isVisible || named.metadata === 'all' || named.metadata.has(id)
    return [`inputs/${id}`, text(inputShape(value, around, withMetadata))] as const
  })
  const runtime = runtimeOf(plan.resources, '', '')
  return {
    format: text(KEY_FORMAT),
    engine: text(ENGINE),
    tool: toolText(tool, requirements, language),
    command: text(commandPart(plan)),
    environment: text(plan.environment),
    platform: text(around.platform),
    ...Object.fromEntries(inputs),
    staging: text(stagingPart(plan, around)),
    ...Object.fromEntries([...named.runtime].sort().map(name => [`runtime/${name}`, text(runtime[name])])),
    ...(named.chance ? { seed: text(language.seed) } : {}),
    ...(named.clock ? { time: text(language.time) } : {}),
    network: text(plan.network && around.network),
  }
}

function commandPart({ argv, shell, stdin, stdout, stderr, work, tmp }: JobPlan): unknown {
  return { argv, shell, stdin, stdout, stderr, work, tmp }
}

/**
 * What lies where before the command starts. What of it is an input's stands there with its bytes; what lies in the work folder has
 * them here. `job.json` of draft-2 is made of the inputs.
 */
function stagingPart(plan: JobPlan, around: Surroundings): unknown {
  return around.expand(plan.stage).flatMap(entry => {
    const { type, target, writable } = entry
    if (entry.type === 'text' && entry.ofInputs) return []
    if (entry.type === 'text') return [{ type, target, writable, text: entry.text }]
    if (entry.type !== 'file' || !target.startsWith(`${plan.work}/`)) return [{ type, target, writable }]
    return [{ type, target, writable, ...bytesOf({ class: 'File', location: entry.location } as Entry, around) }]
  })
}

const toolTexts = new WeakMap<CommandLineTool, { text: string; requirements: Requirements; written: unknown }>()

/** Made once for the jobs of a scatter. */
function toolText(tool: CommandLineTool, requirements: Requirements, { written }: Language): string {
  const known = toolTexts.get(tool)
  if (known && known.requirements === requirements && known.written === written) return known.text
  const text = exactJson(toolPart(tool, requirements), written)
  toolTexts.set(tool, { text, requirements, written })
  return text
}

function neutral(text: string, folders: { [name: string]: string } = {}): string {
  return Object.entries(folders).reduce((done, [name, path]) => done.replaceAll(path, `<${name}>`), text)
}
