cwlVersion: v1.2
class: CommandLineTool
label: Call variants
hints:
  SoftwareRequirement: { packages: { bcftools: { version: ["1.16"] } } }
baseCommand: [bcftools, call, --no-version, --multiallelic-caller, --variants-only, --keep-alts, --ploidy, "2"]
arguments:
  - { prefix: --output-type, valueFrom: b }
  - { prefix: --output, valueFrom: calls.bcf }
inputs:
  pileup: { type: File, inputBinding: { position: 1 } }
outputs:
  calls: { type: File, outputBinding: { glob: calls.bcf } }
