cwlVersion: v1.2
class: CommandLineTool
label: Index aligned reads
doc: Gives the reads a constant name and an index beside it.
hints:
  SoftwareRequirement: { packages: { samtools: { version: ["1.16.1"] } } }
requirements:
  InitialWorkDirRequirement:
    listing:
      - { entryname: $(inputs.name), entry: $(inputs.reads) }
baseCommand: [samtools, index]
arguments: [$(inputs.name)]
inputs:
  reads: { type: File, doc: "BAM, sorted by coordinate" }
  name: string
outputs:
  indexed:
    type: File
    secondaryFiles: [.bai]
    outputBinding: { glob: $(inputs.name) }
