/**
 * Draft-2, that of Seven Bridges (`sbg:draft-2`) and the plain one, to the form of v1.2: the same model reads both, and
 * what a process means still follows from the version it was written in (model/version.ts). Only names and places of
 * fields change here; nothing is evaluated, and every part keeps its position in the document. The original is not touched.
 *
 *   ids and sources       `#id` → `id`, `#step.port` → `step/port`
 *   description, source   `doc`, `outputSource`; of steps `inputs` and `outputs` → `in` and `out`
 *   scripts               maps → strings (script.ts)
 *   bindings              what they say about files goes to the port; a prefix before each item is marked
 *   requirements          CreateFileRequirement → InitialWorkDirRequirement, an engine's libraries → InlineJavascript…
 *
 * Scripts needed no leave in draft-2, so JavaScript is a hint of every converted process: libraries that a workflow around
 * it has go before that.
 *
 * What a step runs is converted when it is read, by its own version: a draft-2 workflow may run a v1.2 tool.
 */
import { copyPositions, isMap, type Tree, type TreeMap } from '../document/tree.ts'
import { hasDraft2Shape, hasOldIds, isDraft2Label } from './detect.ts'
import { bareId, changed, described, mapEach, scriptOrNone } from './parts.ts'
import { type Dialect, upgradeBinding, upgradeInput, upgradeOutput } from './ports.ts'
import { upgradeRequirements } from './requirements.ts'
import { scriptText } from './script.ts'
import { upgradeWorkflow } from './workflow.ts'

/**
 * True when a process is to be converted. One without a version is what the document is; a shape of draft-2 tells more than
 * a label.
 */
export function isDraft2(process: TreeMap, ofDocument: Tree | undefined): boolean {
  const label = process.cwlVersion ?? ofDocument
  return isDraft2Label(label) || hasDraft2Shape(process) || (label === undefined && hasOldIds(process))
}

export function upgrade(process: TreeMap, ofDocument?: Tree): TreeMap {
  const label = process.cwlVersion ?? ofDocument
  const dialect: Dialect =
    isDraft2Label(label) && !String(label).startsWith('sbg:') && !isOfPlatform(process) ? 'plain' : 'sbg'
  const requirements = withOneEngine(upgradeRequirements(process.requirements, dialect))
  const { batchInput, batchBy } = process
  return changed(process, {
    ...described(process),
    id: idOf(process),
    cwlVersion: undefined,
    inputs: mapEach(process.inputs, input => upgradeInput(input, dialect)),
    outputs: mapEach(process.outputs, output => upgradeOutput(output, dialect)),
    requirements,
    hints: [
      ...upgradeRequirements(process.hints, dialect),
      { class: 'InlineJavascriptRequirement', expressionLib: [] },
    ],
    ...(batchInput === undefined ? {} : { batchInput: undefined, 'sbg:batchInput': batchInput }),
    ...(batchBy === undefined ? {} : { batchBy: undefined, 'sbg:batchBy': batchBy }),
    ...byClass(process, dialect),
  })
}

function byClass(process: TreeMap, dialect: Dialect): { [key: string]: Tree | undefined } {
  if (process.class === 'Workflow') return upgradeWorkflow(process, dialect)
  if (process.class === 'ExpressionTool') return { expression: scriptText(process.expression ?? null) }
  if (process.class !== 'CommandLineTool') return {}
  const { baseCommand, arguments: given } = process
  return {
    baseCommand: Array.isArray(baseCommand)
      ? copyPositions(baseCommand, baseCommand.map(scriptText))
      : scriptOrNone(baseCommand),
    arguments: Array.isArray(given)
      ? copyPositions(
          given,
          given.map(item => argument(item, dialect)),
        )
      : given,
    stdin: scriptOrNone(process.stdin),
    stdout: scriptOrNone(process.stdout),
    stderr: scriptOrNone(process.stderr),
    successCodes: process.successCodes ?? undefined,
    temporaryFailCodes: process.temporaryFailCodes ?? undefined,
    permanentFailCodes: process.permanentFailCodes ?? undefined,
  }
}

function argument(item: Tree, dialect: Dialect): Tree {
  const text = scriptText(item)
  return isMap(text) ? upgradeBinding(text, dialect) : text
}

/** The libraries of several engines become one requirement. */
function withOneEngine(requirements: TreeMap[]): Tree[] {
  const engines = requirements.filter(each => each.class === 'InlineJavascriptRequirement')
  const [first] = engines
  if (!first) return requirements
  const others = requirements.filter(each => each.class !== 'InlineJavascriptRequirement')
  const expressionLib = engines.flatMap(each => (Array.isArray(each.expressionLib) ? each.expressionLib : []))
  return [changed(first, { expressionLib }), ...others]
}

/** The platform writes its own keys into whatever it keeps. */
function isOfPlatform(process: TreeMap): boolean {
  return Object.keys(process).some(key => key.startsWith('sbg:'))
}

/** The platform's ids end in a revision (`owner/project/app/3`, or an address of it with `/raw/` behind): the name is the app's. */
function idOf(process: TreeMap): string | undefined {
  if (typeof process.id !== 'string') return undefined
  const [, name] = /\/([^/]+)\/\d+(?:\/raw)?\/?$/.exec(process.id) ?? []
  return name ?? bareId(process.id)
}
