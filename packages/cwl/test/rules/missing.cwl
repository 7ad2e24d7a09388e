cwlVersion: v1.2  #! 1 error: a CommandLineTool needs inputs
class: CommandLineTool
requirements:
  - dockerPull: busybox  #! 5 error: an entry of requirements needs a class
  - class: EnvVarRequirement  #! 5 error: EnvVarRequirement needs envDef
  - class: WorkReuse  #! 5 error: WorkReuse needs enableReuse
outputs: 5  #! 1 error: outputs must be a list or a map, not 5
