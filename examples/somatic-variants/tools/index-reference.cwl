cwlVersion: v1.2
class: CommandLineTool
label: Index the reference
doc: Gives the reference a constant name, which later headers show, and an index beside it.
hints:
  SoftwareRequirement: { packages: { samtools: { version: ["1.16.1"] } } }
requirements:
  InitialWorkDirRequirement:
    listing:
      - { entryname: reference.fa, entry: $(inputs.sequences) }
baseCommand: [samtools, faidx, reference.fa]
inputs:
  sequences: { type: File, doc: "FASTA, not compressed" }
outputs:
  reference:
    type: File
    secondaryFiles: [.fai]
    outputBinding: { glob: reference.fa }
  index:
    type: File
    doc: A line for each contig; its first column is the name
    outputBinding: { glob: reference.fa.fai }
