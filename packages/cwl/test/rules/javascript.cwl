cwlVersion: v1.2
class: CommandLineTool
requirements: { InlineJavascriptRequirement: {} }
inputs: { name: string }
arguments:
  - $(inputs.nmae)  #! 5 warning: arguments: $(inputs.nmae) names inputs.nmae, which does not exist, so it gives null; is inputs.name meant?
  - $(library_constant)
  - ${ return inputs.whatever }
outputs: {}
