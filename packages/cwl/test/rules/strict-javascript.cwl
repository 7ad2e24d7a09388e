cwlVersion: v1.2
class: CommandLineTool
inputs: { n: int }
hints:
  sbg:saveLogs: { value: "*.log" }  #! 17 warning: sbg:saveLogs is not known here, and is ignored
baseCommand: echo
arguments:
  - $(inputs.n * 2)  #! 5 error: arguments: $(inputs.n * 2) is JavaScript, which fails without InlineJavascriptRequirement
outputs: {}
