import type { Value } from '../values.ts'

/**
 * The normalised process: CWL v1.2's form whatever the document was written in, with every shorthand expanded, every
 * `run` embedded and every type name resolved. Plain JSON: it is stored with an app's revision and frozen in a task's
 * record. `version` is the version the document was written in and decides its meaning where the versions differ.
 */
export type Process = CommandLineTool | ExpressionTool | Workflow | Operation

/** `draft-2` is that of Seven Bridges (`sbg:draft-2`) and the plain one; what follows from a version stands in version.ts */
export type CwlVersion = 'draft-2' | 'v1.0' | 'v1.1' | 'v1.2'

export interface ProcessBase {
  id: string
  version: CwlVersion
  label?: string
  doc?: string
  inputs: InputParameter[]
  outputs: OutputParameter[]
  requirements: Requirement[]
  hints: Requirement[]
  /** of a document with `$schemas`: the formats that are narrower than another or equal to it → those others (URIs) */
  formats?: { [format: string]: string[] }
  /** of a document: numbers that it writes with a fraction of 0 (fractions.ts) */
  fractions?: number[]
  /** keys of other namespaces, as written with their prefix (`sbg:…`) */
  extensions: { [key: string]: Value }
}

export interface CommandLineTool extends ProcessBase {
  class: 'CommandLineTool'
  baseCommand: string[]
  arguments: CommandLineBinding[]
  stdin?: string
  stdout?: string
  stderr?: string
  successCodes: number[]
  temporaryFailCodes: number[]
  permanentFailCodes: number[]
}

export interface ExpressionTool extends ProcessBase {
  class: 'ExpressionTool'
  expression: string
}

export interface Operation extends ProcessBase {
  class: 'Operation'
}

export interface Workflow extends ProcessBase {
  class: 'Workflow'
  steps: Step[]
}

export interface Step {
  id: string
  label?: string
  run: Process
  in: StepInput[]
  /** ids of the step's outputs */
  out: string[]
  scatter: string[]
  scatterMethod: 'dotproduct' | 'nested_crossproduct' | 'flat_crossproduct'
  when?: string
  requirements: Requirement[]
  hints: Requirement[]
  extensions: { [key: string]: Value }
}

export interface StepInput extends Sink {
  id: string
  default?: Value
  valueFrom?: string
  loadContents: boolean
  loadListing?: LoadListing
}

/** Where a value comes from: workflow inputs by `id`, step outputs by `step/id`. */
export interface Sink {
  source: string[]
  /** one source was written as a plain string, not as a list */
  single: boolean
  linkMerge?: 'merge_nested' | 'merge_flattened'
  pickValue?: 'first_non_null' | 'the_only_non_null' | 'all_non_null'
}

export interface InputParameter {
  id: string
  type: Type
  default?: Value
  label?: string
  doc?: string
  secondaryFiles: SecondaryFile[]
  format: string[]
  loadContents: boolean
  loadListing?: LoadListing
  inputBinding?: CommandLineBinding
  extensions: { [key: string]: Value }
}

export interface OutputParameter {
  id: string
  type: Type
  label?: string
  doc?: string
  secondaryFiles: SecondaryFile[]
  format?: string
  outputBinding?: OutputBinding
  /** of a workflow's output */
  outputSource?: Sink
  extensions: { [key: string]: Value }
}

export type LoadListing = 'no_listing' | 'shallow_listing' | 'deep_listing'

/** A pattern (`.bai`, `^.bai`) or an expression; `required` may be an expression too. */
export interface SecondaryFile {
  pattern: string
  required?: boolean | string
}

export interface CommandLineBinding {
  position?: number | string
  prefix?: string
  separate?: boolean
  itemSeparator?: string
  /** null where it is written and empty: it gives no words */
  valueFrom?: string | null
  shellQuote?: boolean
  /** draft-2: the prefix stands before each item of a list */
  prefixEach?: boolean
  loadContents?: boolean
}

export interface OutputBinding {
  glob: string[]
  loadContents: boolean
  loadListing?: LoadListing
  outputEval?: string
}

export type Requirement = { class: string } & { [key: string]: unknown }

export type PrimitiveName =
  | 'null'
  | 'boolean'
  | 'int'
  | 'long'
  | 'float'
  | 'double'
  | 'string'
  | 'File'
  | 'Directory'
  | 'Any'

export type Type =
  | { kind: PrimitiveName }
  | { kind: 'array'; items: Type; name?: string; inputBinding?: CommandLineBinding }
  | { kind: 'record'; name?: string; fields: RecordField[]; inputBinding?: CommandLineBinding }
  | { kind: 'enum'; name?: string; symbols: string[]; inputBinding?: CommandLineBinding }
  | { kind: 'union'; of: Type[] }

export interface RecordField {
  id: string
  type: Type
  label?: string
  doc?: string
  secondaryFiles: SecondaryFile[]
  format: string[]
  loadContents: boolean
  loadListing?: LoadListing
  inputBinding?: CommandLineBinding
  outputBinding?: OutputBinding
}
