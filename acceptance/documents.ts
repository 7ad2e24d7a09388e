/** Counts the bytes of a file, and says so on standard error. */
export const COUNT = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  label: 'Count bytes',
  requirements: { ShellCommandRequirement: {} },
  baseCommand: ['sh', '-c', 'echo counting >&2; wc -c < "$0"; echo "$@"'],
  inputs: {
    reads: { type: 'File', inputBinding: { position: 1 } },
    threads: { type: 'int?', inputBinding: { position: 2, prefix: 'threads' } },
    sorted: { type: 'boolean?', inputBinding: { position: 3, prefix: 'sorted' } },
    ratio: { type: 'double?', inputBinding: { position: 4, prefix: 'ratio' } },
    folder: { type: 'Directory?' },
  },
  outputs: { counts: { type: 'stdout' } },
  stdout: 'counts.txt',
}

/** Says a word; needs no file. */
export const GREET = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: 'echo',
  inputs: { word: { type: 'string', inputBinding: {} }, times: 'int?' },
  outputs: { greeting: 'stdout' },
  stdout: 'greeting.txt',
}

/** The same, as a person writes it. */
export const GREET_YAML = `cwlVersion: v1.2
class: CommandLineTool
baseCommand: echo
inputs:
  word: {type: string, inputBinding: {}}
outputs:
  greeting: stdout
stdout: greeting.txt
`

/** Runs long enough to be told to stop. */
export const SLEEP = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: ['sleep', '60'],
  inputs: {},
  outputs: {},
}
