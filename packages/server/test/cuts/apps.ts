/** The apps of the small world. Each tool writes more than fits into a row, so that files of the store are made. */
const size = 5000
const tool = (script: string, inputs: object, outputs: object) => ({
  class: 'CommandLineTool',
  baseCommand: ['sh', '-c', script],
  inputs,
  outputs,
})
const out = { out: { type: 'File', outputBinding: { glob: 'out.txt' } } }
const first = { text: { type: 'string', inputBinding: { position: 1 } } }
const files = { files: { type: 'File[]', inputBinding: { position: 1 } } }

const pad = (what: string) => `{ ${what}; head -c ${size} /dev/zero; } > out.txt`
const SAY = tool(pad('echo "$0"'), first, out)
const JOIN = tool('cat "$0" "$@" > out.txt', files, out)
const COUNT = {
  class: 'ExpressionTool',
  inputs: { files: 'File[]' },
  outputs: { number: 'int' },
  expression: '${ return {number: inputs.files.length}; }',
}
const requirements = [
  { class: 'ScatterFeatureRequirement' },
  { class: 'SubworkflowFeatureRequirement' },
  { class: 'InlineJavascriptRequirement' },
]
const cwlVersion = 'v1.2'

const NESTED = {
  class: 'Workflow',
  inputs: { files: 'File[]' },
  outputs: {
    joined: { type: 'File', outputSource: 'join/out' },
    number: { type: 'int', outputSource: 'count/number' },
  },
  steps: {
    join: { run: JOIN, in: { files: 'files' }, out: ['out'] },
    count: { run: COUNT, in: { files: 'files' }, out: ['number'] },
  },
}

export const WORKFLOW = {
  cwlVersion,
  class: 'Workflow',
  requirements,
  inputs: { texts: 'string[]' },
  outputs: {
    said: { type: 'File[]', outputSource: 'say/out' },
    joined: { type: 'File', outputSource: 'nested/joined' },
    number: { type: 'int', outputSource: 'nested/number' },
  },
  steps: {
    say: { run: SAY, scatter: 'text', in: { text: 'texts' }, out: ['out'] },
    nested: { run: NESTED, in: { files: 'say/out' }, out: ['joined', 'number'] },
  },
}

export const FAILING = {
  cwlVersion,
  class: 'Workflow',
  requirements,
  inputs: { text: 'string' },
  outputs: { joined: { type: 'File', outputSource: 'after/out' } },
  steps: {
    say: { run: SAY, in: { text: 'text' }, out: ['out'] },
    fail: {
      run: tool('echo it fails >&2; exit 3', { file: { type: 'File', inputBinding: { position: 1 } } }, out),
      in: { file: 'say/out' },
      out: ['out'],
    },
    after: { run: SAY, in: { text: { source: 'fail/out', valueFrom: '$(self.basename)' } }, out: ['out'] },
  },
}

export const SLEEPING = { cwlVersion, ...tool('sleep 300; echo "$0"', first, {}) }

/** What it makes is another thing each time: who has the same took it. */
export const DRAWING = {
  cwlVersion,
  class: 'Workflow',
  inputs: { word: 'string' },
  outputs: { out: { type: 'File', outputSource: 'more/out' } },
  steps: {
    draw: {
      run: tool(`sleep 0.3; ${pad('echo "$0"; head -c 30 /dev/urandom | od -An -tx1')}`, first, out),
      in: { text: 'word' },
      out: ['out'],
    },
    more: {
      run: tool(
        'cat "$0" > out.txt; head -c 30 /dev/urandom | od -An -tx1 >> out.txt',
        { file: { type: 'File', inputBinding: { position: 1 } } },
        out,
      ),
      in: { file: 'draw/out' },
      out: ['out'],
    },
  },
}

/** One job, of a file or without one. Its output is named by its input: which of several comes first says nothing. */
export const COPYING = {
  cwlVersion,
  ...tool(
    'cat "$0" > "$(basename "$0" .txt).out"',
    { file: { type: 'File', inputBinding: { position: 1 } } },
    { out: { type: 'File', outputBinding: { glob: '*.out' } } },
  ),
}
