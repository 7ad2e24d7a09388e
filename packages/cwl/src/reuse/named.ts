import { readDraft2 } from '../expression/draft2.ts'
import { isExpression, scan } from '../expression/scan.ts'
import { isRecord } from '../files.ts'
import type { CommandLineTool, OutputBinding, SecondaryFile, Type } from '../model/process.ts'
import { MEANING } from '../model/version.ts'

/**
 * What expressions about outputs name beyond what stands on the command line. They are evaluated when the job has run, so
 * what they use changes the result without a trace in the command.
 */
export interface Named {
  /** names of `runtime` */
  runtime: Set<string>
  /** ids of the inputs whose files' metadata can be reached */
  metadata: Set<string> | 'all'
  /** `Date` */
  clock: boolean
  /** `Math.random` */
  chance: boolean
}

/** Names of `runtime` that differ from run to run; its folders are the same for every job. */
const RUNTIME = ['cores', 'ram', 'tmpdirSize', 'outdirSize'] as const

/** Keys of a File that are part of what it is. Whatever else follows an input, or nothing, may reach its metadata. */
const PLAIN = 'path|basename|nameroot|nameext|dirname|location|class|size|format|contents|checksum|length'

/** Code that can reach a name without writing it. */
const UNREADABLE = /\\u|\bthis\b|\beval\b|\bFunction\b|\bconstructor\b|\bglobalThis\b|\b__proto__\b|\bReflect\b/

const made = new WeakMap<CommandLineTool, Map<string, Named>>()

/** One look at the tool's glob, outputEval, secondaryFiles, format, `sbg:metadata`, and at the library; made once for each tool. */
export function namedByOutputs(tool: CommandLineTool, library: string[] = []): Named {
  const known = made.get(tool) ?? new Map<string, Named>()
  made.set(tool, known)
  const key = library.join('\n')
  const named = known.get(key) ?? lookAt(tool, library)
  known.set(key, named)
  return named
}

function lookAt(tool: CommandLineTool, library: string[]): Named {
  const texts = tool.outputs.flatMap(output => [
    ...(output.format ?? []),
    ...secondaries(output.secondaryFiles),
    ...(output.outputBinding ? bindings(output.outputBinding) : []),
    ...ofType(output.type),
    ...labels(output.extensions['sbg:metadata']),
  ])
  const code = texts.flatMap(text => codeIn(text, MEANING[tool.version]))
  if (code.length === 0) return { runtime: new Set(), metadata: new Set(), clock: false, chance: false }
  return readCode(plainNames([...library, ...code].join('\n')))
}

function readCode(code: string): Named {
  if (UNREADABLE.test(code)) return { runtime: new Set(RUNTIME), metadata: 'all', clock: true, chance: true }
  return {
    runtime: runtimeNames(code),
    metadata: metadataNames(code),
    clock: /\bDate\b|\bIntl\b/.test(code),
    chance: /\brandom\b/.test(code) || /\bMath\b(?!\s*\.\s*\w|\s*\[\s*(['"])\w+\1\s*\])/.test(code),
  }
}

function runtimeNames(code: string): Set<string> {
  const names = new Set<string>()
  for (const [, dotted, quoted] of code.matchAll(/\bruntime\b(?:\s*\.\s*(\w+)|\s*\[\s*['"](\w+)['"]\s*\])?/g)) {
    const name = dotted ?? quoted
    if (name === undefined) return new Set(RUNTIME)
    if (RUNTIME.some(other => other === name)) names.add(name)
  }
  return names
}

const INPUT = new RegExp(
  String.raw`\binputs\b(?:\s*\.\s*([\p{L}_$][\p{L}\p{N}_$]*)|\s*\[\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*\])?` +
    String.raw`((?:\s*\[\s*\d+\s*\])*\s*\.\s*(?:${PLAIN})\b)?`,
  'gu',
)

function metadataNames(code: string): Named['metadata'] {
  const ids = new Set<string>()
  for (const [, dotted, single, double, plain] of code.matchAll(INPUT)) {
    const id = dotted ?? single ?? double
    if (id === undefined) return 'all'
    if (plain === undefined) ids.add(id)
  }
  return ids
}

/** `$job` and `$self` of draft-2 by their later names. */
function plainNames(code: string): string {
  return code
    .replaceAll(/\$job\s*\.\s*inputs\b/g, ' inputs')
    .replaceAll(/\$job\s*\.\s*allocatedResources\s*\.\s*cpu\b/g, ' runtime.cores')
    .replaceAll(/\$job\s*\.\s*allocatedResources\s*\.\s*mem\b/g, ' runtime.ram')
    .replaceAll(/\$job\s*\.\s*allocatedResources\b/g, ' runtime ')
    .replaceAll(/\$job\b/g, ' inputs ; runtime ;')
}

function codeIn(text: string, { expressions, escapes }: (typeof MEANING)['v1.2']): string[] {
  if (!isExpression(text)) return []
  if (expressions === 'draft-2') {
    const read = readDraft2(text)
    return 'code' in read ? [read.code] : []
  }
  try {
    return scan(text, escapes).flatMap(part => (part.kind === 'text' ? [] : [part.code]))
  } catch {
    // it fails when it is evaluated, too
    return [text]
  }
}

function bindings({ glob, outputEval }: OutputBinding): string[] {
  return [...glob, ...(outputEval === undefined ? [] : [outputEval])]
}

function secondaries(files: SecondaryFile[]): string[] {
  return files.flatMap(({ pattern, required }) => [pattern, ...(typeof required === 'string' ? [required] : [])])
}

function ofType(type: Type): string[] {
  if (type.kind === 'array') return ofType(type.items)
  if (type.kind === 'union') return type.of.flatMap(ofType)
  if (type.kind !== 'record') return []
  return type.fields.flatMap(field => [
    ...(field.format ?? []),
    ...secondaries(field.secondaryFiles),
    ...(field.outputBinding ? bindings(field.outputBinding) : []),
    ...ofType(field.type),
  ])
}

function labels(written: unknown): string[] {
  return isRecord(written) ? Object.values(written).filter(value => typeof value === 'string') : []
}
