cwlVersion: v1.2
class: CommandLineTool
label: Normalise variants
doc: One alternative allele a record, indels at their leftmost place.
hints:
  SoftwareRequirement: { packages: { bcftools: { version: ["1.16"] } } }
baseCommand: [bcftools, norm, --no-version, --multiallelics, -any]
arguments:
  - { prefix: --output-type, valueFrom: b }
  - { prefix: --output, valueFrom: normalised.bcf }
inputs:
  reference: { type: File, secondaryFiles: [.fai], inputBinding: { prefix: --fasta-ref } }
  variants: { type: File, inputBinding: { position: 1 } }
outputs:
  normalised: { type: File, outputBinding: { glob: normalised.bcf } }
