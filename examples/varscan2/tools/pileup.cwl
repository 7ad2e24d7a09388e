cwlVersion: v1.2
class: CommandLineTool
label: Pile up the reads of both samples
hints:
  SoftwareRequirement: { packages: { samtools: { version: ["1.16.1"] } } }
baseCommand: [samtools, mpileup, --no-BAQ]
arguments:
  - { prefix: --min-MQ, valueFrom: "20" }
  - { prefix: --output, valueFrom: pileup.txt }
inputs:
  reference: { type: File, secondaryFiles: [.fai], inputBinding: { prefix: --fasta-ref } }
  contig: { type: string, inputBinding: { prefix: --region } }
  normal: { type: File, secondaryFiles: [.bai], inputBinding: { position: 1 } }
  tumor: { type: File, secondaryFiles: [.bai], inputBinding: { position: 2 } }
outputs:
  pileup: { type: File, outputBinding: { glob: pileup.txt } }
