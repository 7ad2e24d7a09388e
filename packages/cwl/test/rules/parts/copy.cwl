cwlVersion: v1.2
class: CommandLineTool
baseCommand: cp
inputs: { data: File }
outputs: { out: { type: File, outputBinding: { glob: out } } }
