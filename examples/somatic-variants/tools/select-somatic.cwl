cwlVersion: v1.2
class: CommandLineTool
label: Select somatic variants of high confidence
doc: |
  Enough reads in both samples; the allele on both strands and in a fair part of the tumour's reads; hardly any of it in
  the normal sample, the first of the two.
hints:
  SoftwareRequirement: { packages: { bcftools: { version: ["1.16"] } } }
baseCommand: [bcftools, view, --no-version]
arguments:
  - prefix: --include
    valueFrom: >-
      QUAL >= 20
      && FORMAT/DP[0] >= 10 && FORMAT/DP[1] >= 10
      && FORMAT/AD[1:1] >= 5 && FORMAT/ADF[1:1] >= 1 && FORMAT/ADR[1:1] >= 1
      && FORMAT/AD[1:1] / FORMAT/DP[1] >= $(inputs.minimum_tumor_fraction)
      && FORMAT/AD[0:1] / FORMAT/DP[0] <= 0.03
  - { prefix: --output-type, valueFrom: v }
  - { prefix: --output, valueFrom: $(inputs.kind).vcf }
inputs:
  variants: { type: File, inputBinding: { position: 1 } }
  kind:
    type: { type: enum, symbols: [snps, indels] }
    inputBinding: { prefix: --types }
  minimum_tumor_fraction: float
outputs:
  selected: { type: File, outputBinding: { glob: $(inputs.kind).vcf } }
