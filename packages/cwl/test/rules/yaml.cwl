cwlVersion: v1.2
class: CommandLineTool
label: first
label: second  #! 1 warning: the key label was written before; what stands here counts
inputs:
  big: { type: long, default: 9007199254740993 }
  exact: { type: long, default: 9223372036854775808 }  #! 24 error: the default does not fit the type, so every run with it fails: expected long, not number 9223372036854775808
  bigger: { type: long, default: -9223372036854775807 }
outputs: {}
