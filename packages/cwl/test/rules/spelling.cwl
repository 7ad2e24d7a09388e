cwlVersion: v1.2
class: CommandLineTool
inputs: {}
hints:
  sbg:saveLogs: { value: "*.log" }  #! 17 warning: sbg:saveLogs is taken for sbg:SaveLogs (hintSpelling)
baseCommand: echo
outputs: {}
