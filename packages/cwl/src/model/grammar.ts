import type { CwlVersion } from './process.ts'

/**
 * What may be written where, for all versions: the fields of every class, what they hold, and since when they exist. A field
 * without `since` is in v1.0. `strict` marks what must not be used before it exists, because a document of an older version
 * can't mean it; anything else that is newer is honoured with a warning. Spec: CWL v1.0, v1.1, v1.2, the schemas of each.
 */
export type Kind =
  | 'text'
  /** a text, or several that are joined */
  | 'prose'
  | 'texts'
  | 'flag'
  | 'number'
  | 'codes'
  | 'map'
  | 'list'
  /** a text that may hold expressions */
  | 'expression'
  | 'expressions'
  /** a value, or an expression that gives one */
  | 'flagOrExpression'
  | 'numberOrExpression'
  /** looked at by who reads it */
  | 'any'
  | readonly string[]

export interface Field {
  kind: Kind
  required?: boolean
  since?: CwlVersion
  strict?: boolean
}

export interface Grammar {
  /** for messages: `a step` */
  what: string
  fields: { readonly [name: string]: Field }
}

const ANY: Field = { kind: 'any' }
const REQUIRED: Field = { kind: 'any', required: true }
const TEXT: Field = { kind: 'text' }
const FLAG: Field = { kind: 'flag' }
const LISTING: Field = {
  kind: ['no_listing', 'shallow_listing', 'deep_listing'],
  since: 'v1.1',
  strict: true,
}
const MERGE: Field = { kind: ['merge_nested', 'merge_flattened'] }
const PICK: Field = { kind: ['first_non_null', 'the_only_non_null', 'all_non_null'], since: 'v1.2', strict: true }
const DOCUMENTED = { label: TEXT, doc: { kind: 'prose' } } satisfies Grammar['fields']

const PROCESS = {
  ...DOCUMENTED,
  id: TEXT,
  class: ANY,
  cwlVersion: TEXT,
  inputs: REQUIRED,
  outputs: REQUIRED,
  requirements: ANY,
  hints: ANY,
  intent: { kind: 'texts', since: 'v1.2' },
  $namespaces: { kind: 'map' },
  $schemas: { kind: 'list' },
  $graph: ANY,
  $base: TEXT,
} satisfies Grammar['fields']

const PARAMETER = {
  ...DOCUMENTED,
  id: TEXT,
  type: ANY,
  secondaryFiles: ANY,
  streamable: FLAG,
  format: { kind: 'expressions' },
} satisfies Grammar['fields']

const INPUT = {
  ...PARAMETER,
  default: ANY,
  loadContents: { kind: 'flag', since: 'v1.1' },
  loadListing: LISTING,
  inputBinding: { kind: 'map' },
} satisfies Grammar['fields']

/** Of arrays and, since v1.1, of the fields of records. */
const FILES = {
  secondaryFiles: { kind: 'any', since: 'v1.1' },
  streamable: { kind: 'flag', since: 'v1.1' },
  format: { kind: 'expressions', since: 'v1.1' },
} satisfies Grammar['fields']

const SCHEMA = {
  ...DOCUMENTED,
  type: ANY,
  name: TEXT,
  inputBinding: { kind: 'map' },
  outputBinding: { kind: 'map' },
} satisfies Grammar['fields']

export const GRAMMAR = {
  document: {
    what: 'a document of several processes',
    fields: {
      ...DOCUMENTED,
      cwlVersion: TEXT,
      id: TEXT,
      $graph: ANY,
      $namespaces: { kind: 'map' },
      $schemas: { kind: 'list' },
      $base: TEXT,
    },
  },
  CommandLineTool: {
    what: 'a CommandLineTool',
    fields: {
      ...PROCESS,
      baseCommand: { kind: 'texts' },
      arguments: { kind: 'list' },
      stdin: { kind: 'expression' },
      stdout: { kind: 'expression' },
      stderr: { kind: 'expression' },
      successCodes: { kind: 'codes' },
      temporaryFailCodes: { kind: 'codes' },
      permanentFailCodes: { kind: 'codes' },
    },
  },
  ExpressionTool: {
    what: 'an ExpressionTool',
    fields: { ...PROCESS, expression: { kind: 'expression', required: true } },
  },
  Workflow: { what: 'a Workflow', fields: { ...PROCESS, steps: REQUIRED } },
  Operation: { what: 'an Operation', fields: PROCESS },
  step: {
    what: 'a step',
    fields: {
      ...DOCUMENTED,
      id: TEXT,
      in: REQUIRED,
      out: { kind: 'list', required: true },
      run: REQUIRED,
      requirements: ANY,
      hints: ANY,
      scatter: { kind: 'texts' },
      scatterMethod: { kind: ['dotproduct', 'nested_crossproduct', 'flat_crossproduct'] },
      when: { kind: 'expression', since: 'v1.2', strict: true },
    },
  },
  stepInput: {
    what: 'a step input',
    fields: {
      id: TEXT,
      source: { kind: 'texts' },
      linkMerge: MERGE,
      pickValue: PICK,
      default: ANY,
      valueFrom: { kind: 'expression' },
      label: { kind: 'text', since: 'v1.1' },
      doc: { kind: 'prose', since: 'v1.1' },
      loadContents: { kind: 'flag', since: 'v1.1' },
      loadListing: LISTING,
    },
  },
  input: { what: 'an input', fields: INPUT },
  output: { what: 'an output', fields: PARAMETER },
  toolOutput: { what: 'an output', fields: { ...PARAMETER, outputBinding: { kind: 'map' } } },
  workflowOutput: {
    what: 'an output',
    fields: { ...PARAMETER, outputSource: { kind: 'texts' }, linkMerge: MERGE, pickValue: PICK },
  },
  inputBinding: {
    what: 'an input binding',
    fields: {
      position: { kind: 'numberOrExpression' },
      prefix: TEXT,
      separate: FLAG,
      itemSeparator: TEXT,
      valueFrom: { kind: 'expression' },
      shellQuote: FLAG,
      loadContents: FLAG,
    },
  },
  outputBinding: {
    what: 'an output binding',
    fields: {
      glob: { kind: 'expressions' },
      loadContents: FLAG,
      loadListing: LISTING,
      outputEval: { kind: 'expression' },
    },
  },
  secondaryFile: {
    what: 'an entry of secondaryFiles',
    fields: { pattern: { kind: 'expression', required: true }, required: { kind: 'flagOrExpression' } },
  },
  array: { what: 'an array type', fields: { ...SCHEMA, ...FILES, items: REQUIRED } },
  record: { what: 'a record type', fields: { ...SCHEMA, fields: ANY } },
  enum: { what: 'an enum type', fields: { ...SCHEMA, symbols: { kind: 'texts', required: true } } },
  recordField: {
    what: 'a field of a record',
    fields: {
      ...SCHEMA,
      ...FILES,
      type: REQUIRED,
      loadContents: { kind: 'flag', since: 'v1.1' },
      loadListing: LISTING,
    },
  },
  environment: {
    what: 'an entry of envDef',
    fields: { envName: { kind: 'text', required: true }, envValue: { kind: 'expression', required: true } },
  },
  package: {
    what: 'an entry of packages',
    fields: { package: { kind: 'text', required: true }, version: { kind: 'texts' }, specs: { kind: 'texts' } },
  },
  dirent: {
    what: 'an entry of the work folder',
    fields: { class: ANY, entry: REQUIRED, entryname: { kind: 'expression' }, writable: FLAG },
  },
} satisfies { [name: string]: Grammar }

/** A requirement: its fields beside `class`, and since when it exists. */
export interface RequirementGrammar {
  since?: CwlVersion
  fields: Grammar['fields']
}

const AMOUNT: Field = { kind: 'numberOrExpression' }

/** Everything that may stand in `requirements` and that this engine knows. CWL v1.2 §4.3, §5.4 */
export const REQUIREMENTS: { readonly [name: string]: RequirementGrammar } = {
  InlineJavascriptRequirement: { fields: { expressionLib: { kind: 'texts' } } },
  SchemaDefRequirement: { fields: { types: { kind: 'list', required: true } } },
  LoadListingRequirement: { since: 'v1.1', fields: { loadListing: { kind: LISTING.kind } } },
  DockerRequirement: {
    fields: {
      dockerPull: TEXT,
      dockerLoad: TEXT,
      dockerFile: ANY,
      dockerImport: TEXT,
      dockerImageId: TEXT,
      dockerOutputDirectory: TEXT,
    },
  },
  SoftwareRequirement: { fields: { packages: REQUIRED } },
  InitialWorkDirRequirement: { fields: { listing: REQUIRED } },
  EnvVarRequirement: { fields: { envDef: REQUIRED } },
  ShellCommandRequirement: { fields: {} },
  ResourceRequirement: {
    fields: {
      coresMin: AMOUNT,
      coresMax: AMOUNT,
      ramMin: AMOUNT,
      ramMax: AMOUNT,
      tmpdirMin: AMOUNT,
      tmpdirMax: AMOUNT,
      outdirMin: AMOUNT,
      outdirMax: AMOUNT,
    },
  },
  WorkReuse: { since: 'v1.1', fields: { enableReuse: { kind: 'flagOrExpression', required: true } } },
  NetworkAccess: { since: 'v1.1', fields: { networkAccess: { kind: 'flagOrExpression', required: true } } },
  InplaceUpdateRequirement: { since: 'v1.1', fields: { inplaceUpdate: { kind: 'flag', required: true } } },
  ToolTimeLimit: { since: 'v1.1', fields: { timelimit: { kind: 'numberOrExpression', required: true } } },
  SubworkflowFeatureRequirement: { fields: {} },
  ScatterFeatureRequirement: { fields: {} },
  MultipleInputFeatureRequirement: { fields: {} },
  StepInputExpressionRequirement: { fields: {} },
}
