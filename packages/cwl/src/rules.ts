import { LIMITS } from './limits.ts'
import type { Problem } from './problem.ts'

/**
 * Everything that can be found wrong with a document, in one table: the name of the rule, how bad it is, and what its author
 * is told. What makes a run impossible, or its meaning uncertain, is an error; what works here all the same, or works on
 * some values only, is a warning.
 */
export interface Finding extends Pick<Problem, 'severity' | 'message'> {
  rule: string
}

type Texts = { [rule: string]: (...parts: never[]) => string }
type Findings<T extends Texts> = { [rule in keyof T]: (...parts: Parameters<T[rule]>) => Finding }

const ERRORS = {
  notDocument: (found: string) => `a CWL document must be a map, not ${found}`,
  noVersion: (known: string) => `the document needs cwlVersion: one of ${known}`,
  unknownVersion: (known: string, found: string) => `cwlVersion must be one of ${known}, not ${found}`,
  noProcess: (name: string, near?: string) => `the document has no process ${name}${meant(near)}`,
  runsItself: (name: string) => `${name} runs itself`,
  tooLarge: (values: number, bytes: number) =>
    `with each process and type in the place where it is named, the document has more than ${values} values or ${bytes} characters`,
  unknownClass: (known: string, found: string, near?: string) =>
    `class must be one of ${known}, not ${found}${meant(near)}`,
  wrongKind: (field: string, expected: string, found: string) => `${field} must be ${expected}, not ${found}`,
  notOneOf: (field: string, allowed: string, found: string, near?: string) =>
    `${field} must be one of ${allowed}, not ${found}${meant(near)}`,
  missingField: (what: string, field: string) => `${what} needs ${field}`,
  noId: (what: string) => `${what} needs an id`,
  duplicateId: (what: string, id: string) => `there are two ${what} called ${id}`,
  tooNew: (field: string, since: string) => `${field} exists from ${since} on`,

  unknownType: (name: string, near?: string) => `there is no type ${name}${meant(near)}`,
  noType: (key: string, found: string) => `${key} must be a type, not ${found}`,
  ownType: (name: string) => `the type ${name} contains itself`,
  noTypeName: () => 'a type of SchemaDefRequirement needs a name',
  twoStdins: () => 'a tool with stdin can have no input of the type stdin',

  wrongDefault: (fault: string) => `the default does not fit the type, so every run with it fails: ${fault}`,
  failingDefault: (fault: string) => `the default does not fit the type, so every run with it fails: ${fault}`,
  unsupported: (name: string, near?: string) =>
    `${name} is required and not known here, so this can't be run${meant(near)}`,

  noClass: (key: string) => `an entry of ${key} needs a class`,
  notWhole: (field: string, found: string) =>
    `${field} must be a whole number or an expression before v1.2, not ${found}`,
  negative: (field: string) => `${field} must not be negative`,
  minAboveMax: (name: string, least: number, most: number) =>
    `${name}Min is ${least}, which is more than ${name}Max, ${most}`,
  noImage: () => 'DockerRequirement names no image: it needs dockerPull',
  noEntryName: () => 'an entry that is a text needs entryname, the name of the file that it becomes',

  badExpression: (field: string, reason: string) => `${field}: ${reason}`,
  noSuchName: (field: string, shown: string, name: string, near?: string) =>
    `${field}: ${shown} names ${name}, which does not exist${meant(near)}`,

  noSource: (field: string, source: string, near?: string) =>
    `${field}: there is no ${source} in this workflow${meant(near)}`,
  noScatterInput: (name: string, near?: string) => `scatter: the step has no input ${name}${meant(near)}`,
  noOutput: (name: string, near?: string) => `out: what the step runs has no output ${name}${meant(near)}`,
  circle: (way: string) => `these steps wait for each other: ${way}`,
  noInput: (name: string, type: string) =>
    `the step gives no value to ${name} (${type}), which what it runs requires: it needs source, default or valueFrom`,
  javascript: (field: string, shown: string) =>
    `${field}: ${shown} is JavaScript, which fails without InlineJavascriptRequirement`,
  cannotConnect: (field: string, source: string, sink: string, how: string) =>
    `${field}: ${source} can't be connected to ${sink}${how}`,
  outsideDefault: (reason: string) => reason,
} satisfies Texts

const WARNINGS = {
  unknownField: (what: string, field: string, near?: string) => `${what} has no field ${field}${meant(near)}`,
  newer: (what: string, since: string, version: string) =>
    `${what} exists from ${since} on, and this is ${version}; it is honoured here all the same`,
  noTypeAtAll: (what: string) => `${what} has no type, so any value is taken`,
  emptyArgument: () => 'an argument without valueFrom adds nothing to the command line',
  hintSpelling: (written: string, name: string) => `${written} is taken for ${name} (hintSpelling)`,
  pathOfStream: (stream: string, name: string) =>
    `${stream}: ${JSON.stringify(name)} has a slash; it must be a name, and the job fails where there is no such folder in its work folder`,
  ignored: (field: string, where: string) => `${field} has no effect ${where} and is ignored`,
  unknownHint: (name: string, near?: string) => `${name} is not known here, and is ignored${meant(near)}`,
  needsFeature: (what: string, requirement: string) =>
    `${what} needs ${requirement}; here it works without, elsewhere it may not`,
  needsJavascript: (field: string, shown: string) =>
    `${field}: ${shown} is JavaScript, which elsewhere fails without InlineJavascriptRequirement (javascript)`,
  undefinedName: (field: string, shown: string, name: string, near?: string) =>
    `${field}: ${shown} names ${name}, which does not exist, so it gives null${meant(near)}`,
  unfitDefault: (fault: string) => `the default does not fit the type: ${fault}`,
  noSchema: (reason: string) => `$schemas: ${reason}`,
  schemaOnWeb: (reason: string) => `$schemas: ${reason}, so formats are compared by name`,
  looseLayout: () =>
    'this is written as readers of YAML in Python take it, and not as YAML 1.2 has it: other readers may refuse it',
  duplicateKey: (key: string) => `the key ${key} was written before; what stands here counts`,
  manyScattered: () =>
    'scatterMethod is missing: with more than one scattered input it is required; dotproduct is taken',
  looseLink: (field: string, source: string, sink: string, how: string) =>
    `${field}: ${source} is connected to ${sink}${how}, which draft-2 does not look at (looseLinks)`,
  mayConnect: (field: string, source: string, sink: string, how: string) =>
    `${field}: ${source} fits ${sink} with some values only${how}`,
  maybeNoInput: (name: string, type: string) =>
    `the step gives no value to ${name} (${type}), which what it runs requires: it fails unless it is skipped`,
} satisfies Texts

export const RULES = { ...findings('error', ERRORS), ...findings('warning', WARNINGS) }

function findings<T extends Texts>(severity: Finding['severity'], texts: T): Findings<T> {
  const made = Object.entries(texts).map(([rule, text]) => [
    rule,
    (...parts: never[]): Finding => ({ rule, severity, message: text(...(parts.map(cut) as never[])) }),
  ])
  return Object.fromEntries(made)
}

function cut(part: unknown): unknown {
  return typeof part === 'string' && part.length > LIMITS.partShown ? `${part.slice(0, LIMITS.partShown)}…` : part
}

function meant(near: string | undefined): string {
  return near ? `; is ${near} meant?` : ''
}
