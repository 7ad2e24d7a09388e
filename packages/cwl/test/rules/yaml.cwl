cwlVersion: v1.2
class: CommandLineTool
label: first
label: second  #! 1 warning: the key label was written before; what stands here counts
inputs:
  big: { type: long, default: 9007199254740993 }  #! 31 warning: 9007199254740993 has more digits than a number here keeps, so it is 9007199254740992; a string keeps them all
  exact: { type: long, default: 9223372036854775808 }
  bigger: { type: long, default: -9223372036854775807 }  #! 34 warning: -9223372036854775807 has more digits than a number here keeps, so it is -9223372036854775808; a string keeps them all
outputs: {}
