cwlVersion: v1.2
class: CommandLineTool
label: Pile up the reads of both samples
hints:
  SoftwareRequirement: { packages: { bcftools: { version: ["1.16"] } } }
requirements:
  InitialWorkDirRequirement:
    listing:
      - $(inputs.reference)
      - $(inputs.normal)
      - $(inputs.tumor)
      - entryname: samples.txt
        entry: |
          *	$(inputs.normal.basename)	NORMAL
          ?	$(inputs.normal.basename)	NORMAL
          *	$(inputs.tumor.basename)	TUMOR
          ?	$(inputs.tumor.basename)	TUMOR
baseCommand: [bcftools, mpileup, --no-version]
arguments:
  - { prefix: --read-groups, valueFrom: samples.txt }
  - { prefix: --fasta-ref, valueFrom: $(inputs.reference.basename) }
  - { prefix: --annotate, valueFrom: "FORMAT/AD,FORMAT/ADF,FORMAT/ADR,FORMAT/DP" }
  - { prefix: --min-MQ, valueFrom: "20" }
  - { prefix: --max-depth, valueFrom: "1000" }
  - { prefix: --output-type, valueFrom: b }
  - { prefix: --output, valueFrom: pileup.bcf }
  - { position: 1, valueFrom: $(inputs.normal.basename) }
  - { position: 2, valueFrom: $(inputs.tumor.basename) }
inputs:
  reference: { type: File, secondaryFiles: [.fai] }
  normal: { type: File, secondaryFiles: [.bai] }
  tumor: { type: File, secondaryFiles: [.bai] }
  contig: { type: string, inputBinding: { prefix: --regions } }
outputs:
  pileup: { type: File, outputBinding: { glob: pileup.bcf } }
