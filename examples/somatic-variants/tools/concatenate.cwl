cwlVersion: v1.2
class: CommandLineTool
label: Concatenate the contigs' variants
hints:
  SoftwareRequirement: { packages: { bcftools: { version: ["1.16"] } } }
baseCommand: [bcftools, concat, --no-version]
arguments:
  - { prefix: --output-type, valueFrom: v }
inputs:
  parts: { type: "File[]", inputBinding: { position: 1 } }
  name: { type: string, inputBinding: { prefix: --output } }
outputs:
  whole: { type: File, outputBinding: { glob: $(inputs.name) } }
