/**
 * Apps that came out otherwise in each run once, or could: what an expression sees of chance, the date, the inputs and itself, at
 * every place where an expression may stand; and the kinds of apps that bring more along. Inputs: a file with one beside it, a
 * folder, words.
 */

type Json = { [key: string]: unknown }

export interface CorpusApp {
  name: string
  document: Json
  /** how it is run in a batch */
  batch?: Json
}

/** What an expression says; each is text. */
const SAYINGS: { [name: string]: string } = {
  chance: 'String(Math.random()) + Math.random()',
  clock: 'String(Date.now()) + " " + new Date().getTimezoneOffset()',
  date: 'new Date(0).toISOString() + " " + new Date().toISOString()',
  inputs: 'JSON.stringify(inputs)',
  location: 'String(inputs.reads.location) + " " + inputs.folder.location',
  listing: 'JSON.stringify(inputs.folder.listing)',
  file: 'JSON.stringify([inputs.reads, inputs.reads.secondaryFiles])',
}

const INPUTS = {
  reads: { type: 'File', secondaryFiles: [{ pattern: '.idx', required: true }] },
  folder: { type: 'Directory', loadListing: 'deep_listing' },
  words: 'string[]',
}

const OUT = { out: { type: 'File', outputBinding: { glob: '[no]*.txt' } } }
const SHOW = ['sh', '-c', 'printf "%s\\n" "$@"; cat "$0" 2>/dev/null; exit 0']

function tool(more: Json): Json {
  return {
    cwlVersion: 'v1.2',
    class: 'CommandLineTool',
    requirements: { InlineJavascriptRequirement: {}, ...(more.requirements as Json | undefined) },
    baseCommand: SHOW,
    inputs: INPUTS,
    outputs: OUT,
    stdout: 'out.txt',
    ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== 'requirements')),
  }
}

function workflow(steps: Json, outputs: Json = { out: { type: 'File', outputSource: 'last/out' } }): Json {
  return {
    cwlVersion: 'v1.2',
    class: 'Workflow',
    requirements: {
      InlineJavascriptRequirement: {},
      StepInputExpressionRequirement: {},
      ScatterFeatureRequirement: {},
      SubworkflowFeatureRequirement: {},
      MultipleInputFeatureRequirement: {},
    },
    inputs: INPUTS,
    outputs,
    steps,
  }
}

const ALL = { reads: 'reads', folder: 'folder', words: 'words' }
const ECHO = {
  class: 'CommandLineTool',
  requirements: { InlineJavascriptRequirement: {} },
  baseCommand: ['printf', '%s'],
  inputs: { said: { type: 'string', inputBinding: {} }, ...INPUTS },
  outputs: OUT,
  stdout: 'out.txt',
}

/** Every place where an expression may stand. */
const PLACES: { [name: string]: (saying: string) => Json } = {
  argument: saying => tool({ arguments: [`$(${saying})`] }),
  variable: saying =>
    tool({
      requirements: { EnvVarRequirement: { envDef: { SAID: `$(${saying})` } } },
      baseCommand: ['sh', '-c', 'printf "%s" "$SAID"'],
    }),
  text: saying =>
    tool({
      requirements: { InitialWorkDirRequirement: { listing: [{ entryname: 'said', entry: `says $(${saying})\n` }] } },
      baseCommand: ['cat', 'said'],
    }),
  name: saying => tool({ stdout: `\${ return "n" + (${saying}).replace(/[^a-z0-9]/gi, "").slice(-60) + ".txt" }` }),
  evaluated: saying =>
    tool({
      outputs: {
        ...OUT,
        said: {
          type: 'string',
          outputBinding: { glob: 'out.txt', outputEval: `\${ return JSON.stringify(self) + ${saying} }` },
        },
      },
    }),
  step: saying => workflow({ last: { in: { ...ALL, said: { valueFrom: `$(${saying})` } }, out: ['out'], run: ECHO } }),
  expression: saying =>
    workflow(
      {
        say: {
          in: ALL,
          out: ['said'],
          run: {
            class: 'ExpressionTool',
            requirements: { InlineJavascriptRequirement: {} },
            inputs: INPUTS,
            outputs: { said: 'string' },
            expression: `$({ said: ${saying} })`,
          },
        },
        last: { in: { ...ALL, said: 'say/said' }, out: ['out'], run: ECHO },
      },
      { out: { type: 'File', outputSource: 'last/out' }, said: { type: 'string', outputSource: 'say/said' } },
    ),
}

const BARE = `$(JSON.stringify(inputs) + Math.random())`

/** Kinds of apps that bring more along than a place of an expression. */
const OTHERS: { [name: string]: Json } = {
  scatter: workflow(
    {
      last: {
        scatter: 'said',
        in: { ...ALL, said: { source: 'words', valueFrom: '$(self + Math.random() + inputs.reads.location)' } },
        out: ['out'],
        run: ECHO,
      },
    },
    { out: { type: 'File[]', outputSource: 'last/out' } },
  ),
  nested: workflow({
    last: {
      in: ALL,
      out: ['out'],
      run: workflow({
        last: { in: { ...ALL, said: { valueFrom: BARE } }, out: ['out'], run: ECHO },
      }),
    },
  }),
  skipped: workflow(
    {
      last: {
        scatter: 'word',
        when: '$(Math.random() < 0.5)',
        in: { ...ALL, word: 'words', said: { valueFrom: BARE } },
        out: ['out'],
        run: { ...ECHO, inputs: { ...ECHO.inputs, word: 'string' } },
      },
    },
    { out: { type: { type: 'array', items: ['null', 'File'] }, outputSource: 'last/out' } },
  ),
  folder: tool({
    baseCommand: ['sh', '-c', 'mkdir made; echo "$0" > made/a; echo b > made/b'],
    arguments: [BARE],
    outputs: { made: { type: 'Directory', outputBinding: { glob: 'made' } } },
  }),
  staged: tool({
    requirements: {
      InitialWorkDirRequirement: {
        listing: [
          { entry: '$(inputs.reads)', writable: true },
          '$(inputs.folder)',
          { entryname: 'i', entry: '$(inputs)' },
        ],
      },
    },
    baseCommand: ['sh', '-c', 'cat i; ls -R; stat -c "%n %Y %a %u" reads.txt reads.txt.idx'],
  }),
  surroundings: tool({
    baseCommand: ['sh', '-c', 'hostname; id; pwd; env | sort; umask; stat -c "%n %Y %a %u" "$0" "$(dirname "$0")"'],
    arguments: [
      '$(inputs.reads.path)',
      '$(inputs.folder.path)',
      '$(runtime.outdir)',
      '$(runtime.tmpdir)',
      '$(JSON.stringify(runtime))',
    ],
  }),
  names: tool({ stdout: 'n$(inputs.reads.nameroot)-$(new Date().toISOString().slice(0, 10)).txt' }),
  literal: {
    cwlVersion: 'v1.2',
    class: 'ExpressionTool',
    requirements: { InlineJavascriptRequirement: {} },
    inputs: INPUTS,
    outputs: { out: 'File', folder: 'Directory' },
    expression:
      '${ var d = {class: "Directory", listing: [inputs.reads, {class: "File", basename: "x", contents: String(Math.random())}]}; return {out: {class: "File", basename: "n" + Date.now(), contents: JSON.stringify(inputs)}, folder: d} }',
  },
  'written as output': tool({
    baseCommand: [
      'sh',
      '-c',
      'printf \'{"out": {"class": "File", "path": "out.txt"}, "said": %s}\' "$0" > cwl.output.json',
    ],
    arguments: ['$(JSON.stringify(JSON.stringify(inputs)))'],
    outputs: { ...OUT, said: 'string' },
  }),
  'draft-2': {
    cwlVersion: 'sbg:draft-2',
    class: 'CommandLineTool',
    id: 'tool',
    requirements: [{ class: 'ExpressionEngineRequirement', id: '#cwl-js-engine' }],
    inputs: [
      { id: '#reads', type: ['File'] },
      { id: '#words', type: [{ type: 'array', items: 'string' }] },
    ],
    outputs: [{ id: '#out', type: ['File'], outputBinding: { glob: 'out.txt' } }],
    baseCommand: ['cat', 'job.json'],
    arguments: [],
    stdout: 'out.txt',
  },
  'draft-2 script': {
    cwlVersion: 'sbg:draft-2',
    class: 'CommandLineTool',
    id: 'tool',
    requirements: [{ class: 'ExpressionEngineRequirement', id: '#cwl-js-engine' }],
    inputs: [
      { id: '#reads', type: ['File'] },
      { id: '#words', type: [{ type: 'array', items: 'string' }] },
    ],
    outputs: [{ id: '#out', type: ['File'], outputBinding: { glob: 'out.txt' } }],
    baseCommand: ['echo'],
    arguments: [
      {
        valueFrom: {
          class: 'Expression',
          engine: '#cwl-js-engine',
          script: '{ return "\'" + JSON.stringify($job) + Math.random() + new Date() + "\'" }',
        },
      },
    ],
    stdout: 'out.txt',
  },
}

export const CORPUS: CorpusApp[] = [
  ...Object.entries(PLACES).flatMap(([place, make]) =>
    Object.entries(SAYINGS).map(([name, saying]) => ({ name: `${name} as ${place}`, document: make(saying) })),
  ),
  ...Object.entries(OTHERS).map(([name, document]) => ({ name, document })),
  {
    name: 'batch',
    document: tool({ inputs: { ...INPUTS, words: 'string' }, arguments: [BARE] }),
    batch: { batch_input: 'words', batch_by: { type: 'ITEM' } },
  },
]
