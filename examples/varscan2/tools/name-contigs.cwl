cwlVersion: v1.2
class: CommandLineTool
label: Name the contigs in the header
doc: VarScan2 does not, and variants can't be concatenated without.
hints:
  SoftwareRequirement: { packages: { bcftools: { version: ["1.16"] } } }
baseCommand: [bcftools, reheader]
arguments:
  - { prefix: --output, valueFrom: named.vcf }
inputs:
  index: { type: File, doc: Of samtools faidx, inputBinding: { prefix: --fai } }
  variants: { type: File, inputBinding: { position: 1 } }
outputs:
  named: { type: File, outputBinding: { glob: named.vcf } }
