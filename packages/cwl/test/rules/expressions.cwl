cwlVersion: v1.2
class: CommandLineTool
inputs:
  name: string
  reads: { type: File, secondaryFiles: ["$(self.basename", "$(inputs.nam)"], format: $(inputs.format) }  #! 41 error: secondaryFiles: no ) closes the expression $(self.basename  #! 60 error: secondaryFiles: $(inputs.nam) names inputs.nam, which does not exist; is inputs.name meant?  #! 78 error: format: $(inputs.format) names inputs.format, which does not exist
stdout: $(inputs.nmae).txt  #! 1 error: stdout: $(inputs.nmae) names inputs.nmae, which does not exist; is inputs.name meant?
stderr: $(input.name)  #! 1 error: stderr: $(input.name) names input, which does not exist; is inputs meant?
arguments:
  - $(runtime.core)  #! 5 error: arguments: $(runtime.core) names runtime.core, which does not exist; is runtime.cores meant?
  - $(inputs.name + "x")  #! 5 warning: arguments: $(inputs.name + "x") is JavaScript, which elsewhere fails without InlineJavascriptRequirement (javascript)
  - ${ return 1 }  #! 5 warning: arguments: ${return 1} is JavaScript, which elsewhere fails without InlineJavascriptRequirement (javascript)
  - \$(inputs.nothing)
outputs:
  out: { type: File, outputBinding: { glob: $(inputs.name), outputEval: "$(self[0]" } }  #! 61 error: outputEval: no ) closes the expression $(self[0]
