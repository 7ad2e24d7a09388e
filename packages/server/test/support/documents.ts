/** A tool with ports of many types. */
export const TOOL = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  label: 'Count words',
  baseCommand: ['wc'],
  inputs: {
    reads: { type: 'File', inputBinding: { position: 1 } },
    threads: { type: 'int?' },
    sorted: { type: 'boolean?' },
    ratio: { type: 'float?' },
    strand: { type: ['null', { type: 'enum', symbols: ['plus', 'minus'] }] },
    names: { type: 'string[]?' },
    more: { type: 'File[]?' },
    folder: { type: 'Directory?' },
    any: { type: 'Any?' },
    pair: {
      type: ['null', { type: 'record', name: 'pair', fields: { left: 'File', right: 'File?', label: 'string' } }],
    },
  },
  outputs: { counts: { type: 'stdout' }, other: { type: 'File?', outputBinding: { glob: 'x' } } },
  stdout: 'counts.txt',
}

/** A tool whose input comes with an index beside it. */
export const INDEXED = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: ['cat'],
  inputs: {
    bam: { type: 'File', secondaryFiles: ['.bai', { pattern: '^.txt', required: false }] },
  },
  outputs: {},
}
